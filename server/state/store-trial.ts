/*
 * Run as a process of its own, on a copy of a store: whether LMDB reads all of it, and writes to it. Where it cannot, this
 * process ends by a signal or an error, and not the one that asks.
 */
import { open } from 'lmdb'

const database = open<unknown>({ path: process.argv[2]!, encoding: 'json' })
for (const { value } of database.getRange()) if (value === undefined) process.exitCode = 1
await database.put(['settled'], Date.now())
await database.flushed
await database.close()

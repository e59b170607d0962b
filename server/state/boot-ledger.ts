/*
 * The boot ledger: a line of JSON for each time that veild started, was locked or unlocked, had its slots changed, or ended
 * as it was asked to. docs/sealing.md tells whoever checks it what the lines mean.
 *
 * Lines are only ever appended. Each holds the hash of the one before, so that none can be changed or taken out from among
 * others; `hash` is SHA-256 over the line as it is without its last member, `hash` itself: from the first octet to the
 * one in front of `,"hash":`. A line that is no JSON is what a power cut has left, and counts for nothing.
 */
import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { SealingHeader } from '../../keys/sealing.ts'
import type { SealingSlot } from '../../keys/sealing-slots.ts'
import { headerToRecord } from '../keys/header-record.ts'
import { bootId } from './boot-id.ts'

/** The ledger's name in the state folder. */
export const BOOT_LEDGER = 'boot-ledger.jsonl'

/** What happened. */
export type BootEvent = 'start' | 'lock' | 'unlock' | 'slots' | 'stop'

/** What was not as expected. */
export type BootAlarm =
  /** The server started without what opens its store. */
  | 'locked'
  /** The run before ended without `stop`: a crash, a kill, a power cut. */
  | 'unclean-end'
  /** The machine was booted since the line before. */
  | 'new-boot'
  /** Another slot than the last time opened the store. */
  | 'other-slot'
  /** The slots are others than in the line before, and no `slots` line says so: somebody changed or replaced the store. */
  | 'slots-changed'
  /** The store is older than what was there before, whole or in part. */
  | 'store-older'
  /** The chain does not hold. */
  | 'ledger-damaged'

/** One line. */
export interface BootEntry {
  readonly sequence: number
  /** ISO 8601. */
  readonly at: string
  /** /proc/sys/kernel/random/boot_id; empty where the system has none. */
  readonly boot: string
  readonly pid: number
  readonly event: BootEvent
  readonly sealing: 'unused' | 'open' | 'locked'
  /** The slot that opened the store, where it is open. */
  readonly slot?: Pick<SealingSlot, 'id' | 'kind'>
  /** SHA-256 over all slots, hexadecimal; empty: the store has none. */
  readonly slots: string
  readonly alarms: readonly BootAlarm[]
  /** `hash` of the line before; 64 zeros in front of the first. */
  readonly previous: string
  readonly hash: string
}

/** What there is to write down. */
export type BootFacts = Pick<BootEntry, 'event' | 'sealing' | 'slot'> & {
  readonly header: SealingHeader | undefined
  /** Whether the store was found to be older than what was there before. */
  readonly isOlder?: boolean
}

const FIRST = '0'.repeat(64)

/** Appends what happened, and returns the line once it is on disk, with what about it was not as expected. */
export function noteBoot(stateFolder: string, facts: BootFacts): BootEntry {
  const path = join(stateFolder, BOOT_LEDGER)
  const text = readLedger(path)
  const { entries, isWhole } = checkLedger(text)
  const last = entries.at(-1)
  const { event, sealing, slot, header } = facts
  const fresh = {
    ...{ sequence: (last?.sequence ?? 0) + 1, at: new Date().toISOString(), boot: bootId(), pid: process.pid },
    ...{ event, sealing, ...(slot && { slot: { id: slot.id, kind: slot.kind } }), slots: slotsDigest(header) },
  }
  const alarms = [
    ...alarmsOf(fresh, entries),
    ...(facts.isOlder ? ['store-older' as const] : []),
    ...(isWhole ? [] : ['ledger-damaged' as const]),
  ]
  const open = JSON.stringify({ ...fresh, alarms, previous: last?.hash ?? FIRST }).slice(0, -1)
  const line = `${open},"hash":"${sha256(open)}"}`
  append(path, text === '' || text.endsWith('\n') ? `${line}\n` : `\n${line}\n`)
  return JSON.parse(line) as BootEntry
}

/** The lines of a ledger that count, and whether their chain holds. */
export function checkLedger(text: string): { entries: BootEntry[]; isWhole: boolean } {
  const entries: BootEntry[] = []
  let previous = FIRST
  let isWhole = true
  for (const line of text.split('\n')) {
    const entry = readEntry(line)
    if (entry === undefined) continue
    const end = line.lastIndexOf(',"hash":')
    if (entry.previous !== previous || entry.hash !== sha256(line.slice(0, end))) isWhole = false
    previous = entry.hash
    entries.push(entry)
  }
  return { entries, isWhole }
}

function alarmsOf(
  { event, sealing, slot, boot, slots }: Pick<BootEntry, 'event' | 'sealing' | 'slot' | 'boot' | 'slots'>,
  entries: readonly BootEntry[],
): BootAlarm[] {
  const last = entries.at(-1)
  const alarms: BootAlarm[] = []
  if (event === 'start' && sealing === 'locked') alarms.push('locked')
  if (last === undefined) return alarms
  // Slots may be changed while no server runs.
  const run = entries.findLast((entry) => entry.event !== 'slots')
  if (event === 'start' && run !== undefined && run.event !== 'stop') alarms.push('unclean-end')
  if (event === 'start' && run !== undefined && run.boot !== boot) alarms.push('new-boot')
  const opened = entries.findLast((entry) => entry.slot !== undefined)?.slot
  if (slot !== undefined && opened !== undefined && event !== 'slots') {
    if (slot.id !== opened.id || slot.kind !== opened.kind) alarms.push('other-slot')
  }
  // The first data key of a store comes with its first key, between two lines.
  if (event !== 'slots' && last.slots !== '' && last.slots !== slots) alarms.push('slots-changed')
  return alarms
}

function readEntry(line: string): BootEntry | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'hash' in value ? (value as BootEntry) : undefined
  } catch {
    return undefined
  }
}

function readLedger(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

function append(path: string, text: string): void {
  const file = openSync(path, 'a', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function slotsDigest(header: SealingHeader | undefined): string {
  return header === undefined ? '' : sha256(JSON.stringify(headerToRecord(header)))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { CONTROL_SOCKET } from '../../server/control/protocol.ts'
import { type ControlHandlers, serveControl } from '../../server/control/server.ts'
import type { RolloverCommands } from '../../server/keys/rollover-protocol.ts'
import { folderWith, type Run, type RunOptions, runDnsctl } from './run.ts'

/** What a server without keys answers to commands about rollovers; each gets the arguments as they came. */
export type RolloverReplies = {
  readonly [Name in keyof RolloverCommands]?: (
    args: RolloverCommands[Name]['arguments'],
  ) => RolloverCommands[Name]['result']
}

/** A dnsctl before a server that replies so, at a time that stands still. What was asked is kept in order. */
export interface RolloverDesk {
  readonly asked: { readonly name: string; readonly args: unknown }[]
  readonly run: (argv: readonly string[], options?: RunOptions) => Promise<Run>
}

/** `now` in Unix seconds. */
export async function deskWith(
  replies: RolloverReplies & Partial<ControlHandlers>,
  now: number,
): Promise<RolloverDesk> {
  const folder = folderWith({ 'veil.yaml': 'listen: ["127.0.0.1@5300"]\nstate: state\nzones: { a: { file: a } }\n' })
  mkdirSync(join(folder, 'state'), { mode: 0o700 })
  const asked: RolloverDesk['asked'] = []
  const handlers = Object.entries(replies).map(([name, reply]) => [
    name,
    (args: never) => {
      asked.push({ name, args })
      return reply(args, undefined)
    },
  ])
  const path = join(folder, 'state', CONTROL_SOCKET)
  const server = await serveControl(path, Object.fromEntries(handlers) as ControlHandlers, () => {})
  vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 })
  onTestFinished(async () => {
    vi.useRealTimers()
    await server.close()
  })
  return { asked, run: (argv, options) => runDnsctl(folder, argv, options) }
}

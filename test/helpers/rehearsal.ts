import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { isDsOf } from '../../keys/dnskey.ts'
import { signaturePolicy } from '../../keys/signature-policy.ts'
import { DEFAULT_KEYS } from '../../server/configuration/keys.ts'
import { CONTROL_SOCKET } from '../../server/control/protocol.ts'
import { type ControlHandlers, serveControl } from '../../server/control/server.ts'
import { noteParent, type ParentObservation } from '../../server/keys/parent-sightings.ts'
import { rolloverCommands } from '../../server/keys/rollover-commands.ts'
import type { ParentKey, ParentServer } from '../../server/keys/rollover-protocol.ts'
import { reportKeys } from '../../server/reports.ts'
import type { RunningServer } from '../../server/running-server.ts'
import { folderWith, runDnsctl } from '../dnsctl/run.ts'
import { openMemoryKeyStore } from './memory-store.ts'
import { quickZone, readCds, startRolling, ZONE } from './rolling-server.ts'

const DAY = 86_400
const PARENTS = [
  { name: 'a.nic.example.', address: '192.0.2.1' },
  { name: 'b.nic.example.', address: '192.0.2.2' },
] as const

/** A zone with all as shipped, its server and its parent, on a clock of their own; and dnsctl in front of them. */
export interface Rehearsal {
  /** Runs dnsctl on a terminal of 96 columns, and returns what it prints. */
  dnsctl(line: string): Promise<string>
  /** Lets time go by, with every step taken when it may be. */
  pass(seconds: number): Promise<void>
  /** Has so many of the parent's servers have the DS that CDS asks for, and the server look. */
  registrarActs(servers?: number): Promise<void>
  /** Has all of the parent's servers have these DS records, in presentation format of RDATA; nobody looks yet. */
  parentHas(ds: readonly Uint8Array[]): void
}

/** Begins at `at`, Unix seconds, with a zone that nobody has been answered about before. */
export async function rehearse(at: number): Promise<Rehearsal> {
  vi.useFakeTimers({ toFake: ['Date'], now: at * 1000 })
  const zone = quickZone(DEFAULT_KEYS, { algorithms: [13], policy: signaturePolicy(14 * DAY, 7 * DAY) })
  const rolling = await startInOrder(zone)
  const server = Object.assign(rolling.server, {
    ...{ vault: { state: () => ({ kind: 'open' }) }, bans: { tell: () => {} } },
  }) as unknown as RunningServer
  Object.assign(server.pool, { statistics: () => [] })
  // Nobody listens here, so no step can be checked over the network; that is no fault.
  server.rollovers.faults.set = () => server.rollovers.faults
  const has: (readonly Uint8Array[])[] = PARENTS.map(() => [])
  const look = () => noteParent(server, ZONE, observe(server, has))
  server.rollovers.parentWatch = { look, expect: () => {}, follow: () => {}, stop: () => {} }
  const commands = rolloverCommands(server)
  const dnsctl = await openDesk(server, commands)
  await rolling.step()
  await look()
  return {
    dnsctl,
    pass: async (seconds) => {
      const end = now() + seconds
      while (now() < end) {
        const [report] = await commands.rollovers({ zone: ZONE })
        const ends = report!.waits.flatMap(({ reason }) => ('until' in reason ? [Number(reason.until)] : []))
        vi.setSystemTime(Math.min(end, ...ends.filter((each) => each > now())) * 1000)
        await rolling.step()
      }
      await look()
    },
    registrarActs: async (servers = PARENTS.length) => {
      has.fill(readCds(server.descriptor.keySets[0]!) ?? [], 0, servers)
      await look()
    },
    parentHas: (ds) => void has.fill(ds),
  }
}

async function openDesk(server: RunningServer, commands: object): Promise<Rehearsal['dnsctl']> {
  const folder = folderWith({ 'veil.yaml': 'listen: ["127.0.0.1@5300"]\nstate: state\nzones: { a: { file: a } }\n' })
  mkdirSync(join(folder, 'state'), { mode: 0o700 })
  const handlers = { ...commands, keys: () => reportKeys(server), status: () => ({}) } as unknown as ControlHandlers
  const control = await serveControl(join(folder, 'state', CONTROL_SOCKET), handlers, () => {})
  onTestFinished(async () => {
    vi.useRealTimers()
    await control.close()
  })
  return async (line) => {
    const { stdout, stderr } = await runDnsctl(folder, line.split(' '), {
      columns: 96,
      environment: { NO_COLOR: '1', LANG: 'C.UTF-8' },
    })
    return `${stderr}${stdout}`
  }
}

function observe({ store }: RunningServer, has: readonly (readonly Uint8Array[])[]): ParentObservation {
  const keys = store.keys.get(ZONE)!.keys.filter(({ records }) => records.ds !== undefined)
  const isOurs = (rdata: Uint8Array) => keys.filter(({ dnskey }) => isDsOf(rdata, APEX, dnskey))
  const servers = PARENTS.map(
    (place, index): ParentServer => ({
      ...{ ...place, outcome: 'answered', ttl: DAY },
      ds: has[index]!.map((rdata) => rdataToText(Type.DS, rdata)),
      keyTags: [...new Set(has[index]!.flatMap((rdata) => isOurs(rdata).map(({ keyTag }) => keyTag)))],
      foreign: has[index]!.filter((rdata) => isOurs(rdata).length === 0).length,
    }),
  )
  const hex = (rdata: Uint8Array) => Buffer.from(rdata).toString('hex')
  const anywhere = [...new Map(has.flat().map((rdata) => [hex(rdata), rdata])).values()]
  const everywhere = anywhere.filter((rdata) => has.every((each) => each.some((one) => hex(one) === hex(rdata))))
  return {
    ...{ mode: 'check', parent: 'com.', trust: 'secure', checkedAt: now(), nextCheckAt: now() + 3_600, servers },
    keys: keys.map(({ id, keyTag }) => ({ id, keyTag, verdict: verdictOf(keyTag, servers) })),
    whole: { at: now(), ttl: DAY, everywhere, anywhere },
  }
}

function verdictOf(keyTag: number, servers: readonly ParentServer[]): ParentKey['verdict'] {
  const having = servers.filter(({ keyTags }) => keyTags.includes(keyTag)).length
  return having === servers.length ? 'everywhere' : having === 0 ? 'nowhere' : 'partly'
}

const APEX = Buffer.from('\x07example\x03com\0', 'latin1')

function now(): number {
  return Math.floor(Date.now() / 1000)
}

/** Keys of one moment and role are told of by their ids, which are random: drawn until these are in the order of the pages. */
async function startInOrder(zone: ReturnType<typeof quickZone>): ReturnType<typeof startRolling> {
  for (;;) {
    const rolling = await startRolling(openMemoryKeyStore(), zone, () => {}, { hasBeenServed: false })
    const [first, second] = rolling.server.store.keys.get(ZONE)!.keys.filter(({ role }) => role === 'zsk')
    if (first!.id < second!.id) return rolling
  }
}

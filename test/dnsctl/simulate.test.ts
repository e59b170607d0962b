import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { situationOf } from '../../dnsctl/keys/foresee.ts'
import { cachesOver } from '../../dnsctl/keys/simulated-caches.ts'
import { runSimulation } from '../../dnsctl/keys/simulation.ts'
import { readMoment } from '../../dnsctl/keys/times.ts'
import { RECORDS_OF_ROLE, type RolloverKey } from '../../keys/rollover/key-state.ts'
import type { SimulatedAct, SimulatedMoment } from '../../keys/rollover/simulate.ts'
import { keyWith, NOON, reportWith } from '../helpers/rollover-reports.ts'
import { deskWith } from './rollover-server.ts'
import { folderWith, runDnsctl } from './run.ts'

const NARROW = { columns: 80, environment: { NO_COLOR: '1' } }
const SITUATION = situationOf(reportWith(), NOON)
const LONG_AGO = { created: NOON - 300 * 86_400 }
const settled = () =>
  reportWith({ keys: [keyWith('ksk', 20331, 'OOO', LONG_AGO), keyWith('zsk', 41021, 'OO', LONG_AGO)] })
const live = { status: () => ({}) as never, rollovers: () => [settled()] }

describe('dnsctl key simulate', () => {
  it('draws every state of a roll, and tells what caches make of it', async () => {
    const desk = await deskWith(live, NOON)
    const argv = ['key', 'simulate', 'example.com', '--roll', 'ksk', '--parent-delay', '2d']
    const { stdout, exitCode } = await desk.run(argv, NARROW)
    expect(exitCode).toBe(ExitCode.Done)
    expect(stdout).toBe(`example.com: a roll of the ksk on a virtual clock, from the keys that the server
has now. The parent takes 2 d to follow.

                              now
                               ▼
                               a      b                            c    d
ksk 20331  DNSKEY      ████████████████████████████████████████████░░░░░········
           signs keys  ████████████████████████████████████████████░░░░░········
           DS          ███████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░·············
zsk 41021  DNSKEY      █████████████████████████████████████████████████████████
           signs zone  █████████████████████████████████████████████████████████
new ksk A  DNSKEY      ········▒▒▒▒▒▒▒██████████████████████████████████████████
           signs keys  ········▒▒▒▒▒▒▒██████████████████████████████████████████
           DS          ···············▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒█████████████

█ everywhere, ▒ spreading, ░ leaving, · nowhere
The order is right, lengths are not to scale; times are in UTC.

a  2026-11-25 12:00:00  a ksk of algorithm 13 is made, to replace ksk 20331
                        new ksk A is published in the key set, and signs it
b  2026-11-25 14:00:00  every cache that has the key set has new ksk A in it,
                        and its signature
                        new ksk A takes over
                        ksk 20331 retires
                        the parent is asked for the DS of new ksk A
                        the parent is asked to remove the DS of ksk 20331
c  2026-11-28 15:00:00  no validator has the DS of ksk 20331 any more
                        every validator has the DS of new ksk A
                        ksk 20331 is taken out of the key set, and signs it no
                        more
d  2026-11-28 16:00:00  no cache has ksk 20331 any more
                        ksk 20331 is deleted

At 5 moments caches may hold up to 2 combinations of DS, key set and signatures:
each of them validates.
All is done 3 d 4 h after the start.
`)
    expect(desk.asked.map(({ name }) => name)).toEqual(['status', 'rollovers'])
  })

  it('shows the state at a moment', async () => {
    const desk = await deskWith(live, NOON)
    const argv = ['key', 'simulate', 'example.com', '--roll', 'zsk', '--at']
    const { stdout } = await desk.run([...argv, '+3h'], NARROW)
    expect(stdout).toBe(`At 2026-11-25 15:00:00 (3 h after the start)
KEY        ALG  DUTY      DNSKEY      SIGNS KEYS  SIGNS ZONE  DS
ksk 20331  13   in use    everywhere  everywhere              everywhere
zsk 41021  13   retiring  everywhere              leaving
new zsk A  13   in use    everywhere              spreading

Waits for
  the DNSKEY of zsk 41021: everywhere → leaving
  the zone’s signatures by zsk 41021: leaving → nowhere, until 2026-12-02
  15:00:00
  the zone’s signatures by new zsk A: spreading → everywhere, until 2026-12-02
  15:00:00

Caches may hold
  DS          ksk 20331
  key set     ksk 20331, new zsk A, zsk 41021
  signatures  new zsk A
              zsk 41021 (for 6 d 23 h yet)

At 1 moment caches may hold up to 2 combinations of DS, key set and signatures:
each of them validates.
`)
    expect((await desk.run([...argv, '2026-11-24'])).exitCode).toBe(ExitCode.Usage)
    expect((await desk.run([...argv, 'noon'])).exitCode).toBe(ExitCode.Usage)
  })

  it('says where a roll stays where the parent never follows', async () => {
    const desk = await deskWith(live, NOON)
    const argv = ['key', 'simulate', 'example.com', '--roll', 'ksk', '--parent-delay', 'never']
    const { stdout } = await desk.run(argv)
    expect(stdout).toMatch(/It does not come to its end; it waits for:\n(.*\n)* {2}the DS of new ksk A: spreading/)
  })

  it('passes on why a roll would be refused', async () => {
    const desk = await deskWith(live, NOON)
    const { exitCode, stderr } = await desk.run(['key', 'simulate', 'example.com', '--roll', 'csk'])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stderr).toMatch(/^error: No key that is in use fits that\.\n/)
    const lonely = ['key', 'simulate', 'example.com', '--roll', 'algorithm']
    expect((await desk.run(lonely)).exitCode).toBe(ExitCode.Usage)
  })

  it('begins with keys of the configuration where no server runs and nothing is stored', async () => {
    const folder = folderWith({})
    const zone = 'example.com: { file: example.com.zone, dnssec: { algorithm: 15, keys: { standby: [] } } }'
    writeFileSync(join(folder, 'veil.yaml'), `listen: ["127.0.0.1@5300"]\nstate: state\nzones:\n  ${zone}\n`)
    const argv = ['key', 'simulate', 'example.com', '--roll', 'zsk', '--json']
    const { stdout, exitCode } = await runDnsctl(folder, argv)
    const data = JSON.parse(stdout)
    expect(exitCode).toBe(ExitCode.Done)
    expect(data).toMatchObject({ source: 'configuration', zone: 'example.com.', isDone: true, isBogus: false })
    expect(data.moments[0].changes).toMatchObject([{ kind: 'make', role: 'zsk', algorithm: 15 }])
    expect(data.moments.at(-1).changes).toMatchObject([{ kind: 'remove' }])
  })
})

describe('the model of caches', () => {
  const acts: readonly (readonly [string, SimulatedAct])[] = [
    ['a roll of the ZSK', { kind: 'roll', selection: { role: 'zsk' } }],
    ['a roll of the KSK', { kind: 'roll', selection: { role: 'ksk' } }],
    ['a move to another algorithm', { kind: 'algorithms', algorithms: [15] }],
    ['going insecure', { kind: 'goal', goal: 'insecure' }],
  ]
  const run = (act: SimulatedAct) => runSimulation(SITUATION, { act, parentDelay: 86_400, length: 0 })

  it.each(acts)('finds nothing bogus in %s', (_, act) => {
    const { caches, isDone, refused } = run(act)
    expect({ isDone, refused }).toEqual({ isDone: true, refused: undefined })
    expect(caches.flatMap(({ faults }) => faults)).toEqual([])
    expect(Math.max(...caches.map(({ combinations }) => combinations))).toBeGreaterThan(1)
  })

  it('finds what is bogus where a key leaves before its signatures', () => {
    const { moments, keys } = run(acts[0]![1])
    const early = moments.map((moment) => ({ ...moment, keys: moment.keys.map(withoutOldKey) }))
    expect(faultsIn(early, keys)).toContain('signatures of algorithm 13 by no key of the key set')
  })

  it('finds what is bogus where a KSK leaves while its DS is cached', () => {
    const { moments, keys } = run(acts[1]![1])
    const early = moments.map((moment, index) =>
      index === 0 ? moment : { ...moment, keys: moment.keys.filter(isNew) },
    )
    expect(faultsIn(early, keys)).toContain('a DS of algorithm 13 that leads to no key of the key set')
  })

  it('finds what is bogus where a key set is cached that a new signature has no key in', () => {
    const { moments, keys } = run(acts[0]![1])
    const hasty = moments.slice(0, 1).map((moment) => ({ ...moment, keys: moment.keys.map(inUse) }))
    expect(faultsIn(hasty, keys)).toContain('signatures of algorithm 13 by no key of the key set')
  })

  it('finds what is bogus where signing ends before the DS is forgotten', () => {
    const { moments, keys } = run(acts[3]![1])
    const early = moments.map((moment) => ({ ...moment, keys: [] }))
    expect(faultsIn(early, keys)).toContain('a DS of algorithm 13 that leads to no key of the key set')
  })

  function faultsIn(moments: readonly SimulatedMoment[], keys: readonly RolloverKey[]): string[] {
    return cachesOver(moments, SITUATION, { parentDelay: 86_400, keys }).flatMap(({ faults }) => faults)
  }

  function withoutOldKey(key: RolloverKey): RolloverKey {
    return key.duty === 'retired' ? { ...key, records: {} } : key
  }

  function isNew({ keyTag, role }: RolloverKey): boolean {
    return keyTag < 0 || role === 'zsk'
  }

  function inUse(key: RolloverKey): RolloverKey {
    const status = {
      state: key.keyTag < 0 || key.role === 'ksk' ? 'omnipresent' : 'hidden',
      since: NOON,
      ttl: 0,
    } as const
    return { ...key, records: Object.fromEntries(RECORDS_OF_ROLE[key.role].map((record) => [record, status])) }
  }
})

describe('a time as it is typed', () => {
  it.each([
    ['+90', NOON + 90],
    ['+2d', NOON + 172_800],
    ['2026-11-26', NOON + 43_200],
    ['2026-11-26 12:00', NOON + 86_400],
    ['2026-11-26T12:00:05Z', NOON + 86_405],
  ])('%s', (text, at) => {
    expect(readMoment(text, NOON)).toBe(at)
  })

  it.each(['+', '+1y', '2026-13-01', '2026-11-26 25:00', '26.11.2026', 'NaN'])('%s is none', (text) => {
    expect(() => readMoment(text, NOON)).toThrow('is no time')
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { missingPeerPackage, startPeer } from '../test/helpers/peers.ts'
import type { Contestant } from './contestants.ts'
import { type Measurement, type MeasureOptions, measure } from './measure.ts'
import { type Section, sectionTable } from './report.ts'
import { presign, presignedVersion, startKnot, startPowerDns, startVeil } from './signing-contestants.ts'
import { APEX, numbers, presentQuestion, type Workload, writeZone } from './workload.ts'

/** What signed races need. */
export interface SignedRaces {
  readonly folder: string
  readonly rounds: number
  readonly measure: MeasureOptions
  /** Ids of the races to run; undefined: all. */
  readonly chosen: readonly string[] | undefined
}

/** A server, and what it is asked in each round; round -1 warms up. */
interface Entrant {
  readonly contestant: Contestant
  readonly questions: (round: number) => string
}

/** Questions of one cold run: each name once, and never again. */
const COLD_QUESTIONS = 20_000
const SIBLINGS = 20
const WARM_NAMES = 4000
const DO = ['-D']

/** Races with DO set: warm answers, names never asked before, and absent names in cells. */
export async function raceSigned(options: SignedRaces): Promise<Section[]> {
  const sections: Section[] = []
  for (const [id, race] of Object.entries({ warm: raceWarm, cold: raceCold, cells: raceCells })) {
    if (options.chosen !== undefined && !options.chosen.includes(id)) continue
    for (const section of await race(options)) {
      console.log(`\n${section.title}\n${sectionTable(section)}`)
      sections.push(section)
    }
  }
  return sections
}

/** Names that are there, signed before: by a tool, or because somebody asked. */
async function raceWarm(options: SignedRaces): Promise<Section[]> {
  const { folder } = options
  const core = options.measure.serverCore
  const zonePath = writeZone(folder)
  const signed = presign(folder, APEX, zonePath)
  const questions = writeQuestions(folder, 'warm', 200_000, numbers(1), (next) => presentQuestion(next, WARM_NAMES))
  const starts = [
    () => startVeil({ apex: APEX, zonePath, core }, { name: 'Veil 13, signing online', algorithm: 13 }),
    ...(['NSD', 'Knot'] as const)
      .filter((name) => missingPeerPackage(name) === undefined)
      .map((name) => async () => {
        const daemon = await startPeer(name, { zones: [{ apex: APEX, path: signed }], core })
        return { name: `${name}, presigned`, version: presignedVersion(name), daemon }
      }),
  ]
  return withContestants(starts, async (contestants) => {
    const entrants = contestants.map((contestant) => ({ contestant, questions: () => questions }))
    const title = 'DO set: present names, answered before'
    return [await run(options, { title, yardstick: 'NSD, presigned' }, entrants, timed)]
  })
}

/** Names that nobody has asked for before: absent ones, and ones that are there. */
async function raceCold(options: SignedRaces): Promise<Section[]> {
  const { folder, rounds } = options
  const apex = 'cold.test'
  const zonePath = writeHosts(folder, apex, (rounds + 1) * COLD_QUESTIONS)
  const signer = { apex, zonePath, core: options.measure.serverCore }
  const knot = missingPeerPackage('Knot') === undefined
  const powerDns = missingPeerPackage('PowerDNS') === undefined
  const starts = [
    ...[13, 15].map((algorithm) => () => startVeil(signer, { name: `Veil ${algorithm}`, algorithm })),
    ...[
      { name: 'Knot onlinesign 13', algorithm: 'ECDSAP256SHA256' },
      { name: 'Knot onlinesign 15', algorithm: 'ED25519' },
    ]
      .filter(() => knot)
      .map((how) => () => startKnot(signer, how)),
    ...(powerDns ? [() => startPowerDns(signer, { name: 'PowerDNS live 13', algorithm: 'ecdsa256' })] : []),
  ]
  return withContestants(starts, async (contestants) => {
    const kinds = [
      {
        id: 'absent',
        title: 'DO set: absent names never asked before',
        name: (at: number) => `${at.toString(36)}-absent`,
      },
      { id: 'present', title: 'DO set: present names never asked before', name: (at: number) => `h${at}` },
    ]
    const sections: Section[] = []
    for (const { id, title, name } of kinds) {
      const files = Array.from({ length: rounds + 1 }, (_, round) => {
        const line = (at: number): string => `${name(round * COLD_QUESTIONS + at)}.${apex} A`
        return writeLines(folder, `cold-${id}-${round}`, COLD_QUESTIONS, line)
      })
      const entrants = contestants.map((contestant) => ({
        contestant,
        questions: (round: number) => files[round + 1]!,
      }))
      sections.push(await run(options, { title, yardstick: 'Knot onlinesign 13' }, entrants, once))
    }
    return sections
  })
}

/** Absent names in a zone that denies by cells, against the warm answers of the same server. */
async function raceCells(options: SignedRaces): Promise<Section[]> {
  const { folder } = options
  const apex = 'cells.test'
  const zonePath = writeHosts(folder, apex, SIBLINGS)
  const signer = { apex, zonePath, core: options.measure.serverCore }
  const next = numbers(3)
  const present = writeQuestions(folder, 'cells-present', 200_000, next, (draw) => `h${draw(SIBLINGS)}.${apex} A`)
  const absent = writeQuestions(
    folder,
    'cells-absent',
    200_000,
    next,
    (draw) => `${draw(2 ** 31 - 1).toString(36)}x.${apex} A`,
  )
  const start = () => startVeil(signer, { name: 'Veil 13', algorithm: 13, denial: 'cells' })
  return withContestants([start], async ([veil]) => {
    const named = (what: string): Contestant => ({ ...veil!, name: `Veil 13, ${what}` })
    const entrants = [
      { contestant: named('present names'), questions: () => present },
      { contestant: named('random absent names'), questions: () => absent },
    ]
    const title = `DO set: a zone of ${SIBLINGS} names that denies by cells`
    return [await run(options, { title, yardstick: 'Veil 13, present names' }, entrants, timed)]
  })
}

/** All questions, as long as the round lasts. */
function timed(path: string): Workload {
  return { id: path, title: '', path, clients: 20, outstanding: 200, flags: DO }
}

/** Each question once. */
function once(path: string): Workload {
  return { ...timed(path), once: true }
}

async function run(
  { rounds, measure: options }: SignedRaces,
  section: Pick<Section, 'title' | 'yardstick'>,
  entrants: readonly Entrant[],
  workload: (path: string) => Workload,
): Promise<Section> {
  const runs = new Map<Entrant, Measurement[]>(entrants.map((entrant) => [entrant, []]))
  for (let round = -1; round < rounds; round++) {
    for (const entrant of entrants) {
      const measured = await measure(entrant.contestant, workload(entrant.questions(round)), options)
      if (round >= 0) runs.get(entrant)!.push(measured)
    }
  }
  return { ...section, rows: entrants.map((entrant) => ({ contestant: entrant.contestant, runs: runs.get(entrant)! })) }
}

async function withContestants<Result>(
  starts: readonly (() => Promise<Contestant>)[],
  use: (contestants: readonly Contestant[]) => Promise<Result>,
): Promise<Result> {
  const contestants: Contestant[] = []
  try {
    for (const start of starts) contestants.push(await start())
    return await use(contestants)
  } finally {
    await Promise.all(contestants.map(({ daemon }) => daemon.stop()))
  }
}

/** A zone of so many hosts, each with an address. */
function writeHosts(folder: string, apex: string, count: number): string {
  const head = [
    '$TTL 3600',
    `$ORIGIN ${apex}.`,
    '@ SOA ns1 hostmaster 1 7200 3600 1209600 300',
    '@ NS ns1',
    'ns1 A 192.0.2.1',
  ]
  const path = join(folder, `${apex}.zone`)
  const hosts = Array.from(
    { length: count },
    (_, at) => `h${at} A 10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`,
  )
  writeFileSync(path, `${[...head, ...hosts].join('\n')}\n`)
  return path
}

function writeQuestions(
  folder: string,
  id: string,
  count: number,
  next: (limit: number) => number,
  make: (next: (limit: number) => number) => string,
): string {
  return writeLines(folder, id, count, () => make(next))
}

function writeLines(folder: string, id: string, count: number, line: (at: number) => string): string {
  const path = join(folder, `${id}.questions`)
  writeFileSync(path, `${Array.from({ length: count }, (_, at) => line(at)).join('\n')}\n`)
  return path
}

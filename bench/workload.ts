import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What dnsperf asks in one row of the table. */
export interface Workload {
  readonly id: string
  readonly title: string
  /** Input of dnsperf, one `NAME TYPE` a line. */
  readonly path: string
  /** Sockets and outstanding questions of dnsperf. */
  readonly clients: number
  readonly outstanding: number
  /** Further arguments. */
  readonly flags?: readonly string[]
  /** Each question is asked once; absent: again and again, as long as the run lasts. */
  readonly once?: boolean
}

export const APEX = 'bench.test'
export const NAMES = 10_000
const QUESTIONS = 200_000

/** Writes the zone of 10,000 names; returns its path. */
export function writeZone(folder: string): string {
  const path = join(folder, `${APEX}.zone`)
  const head = [
    `$ORIGIN ${APEX}.`,
    '$TTL 3600',
    '@ SOA ns1 hostmaster 1 7200 3600 1209600 300',
    '@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2',
    'mx1 A 192.0.2.3\nmx1 AAAA 2001:db8::3\nmx2 A 192.0.2.4\n*.wild A 192.0.2.5',
  ]
  const hosts = Array.from({ length: NAMES }, (_unused, index) => hostRecords(index))
  writeFileSync(path, `${head.join('\n')}\n${hosts.join('\n')}\n`)
  return path
}

/** Writes dnsperf's inputs: the mix, names that are there, names that are not; then the mix with few clients. */
export function writeWorkloads(folder: string): Workload[] {
  const next = numbers(20261121)
  const mix = writeQuestions(folder, 'mix', () => (next(5) === 0 ? absentQuestion(next) : presentQuestion(next)))
  const present = writeQuestions(folder, 'present', () => presentQuestion(next))
  const absent = writeQuestions(folder, 'absent', () => absentQuestion(next))
  const many = { clients: 20, outstanding: 200 }
  return [
    { id: 'mix', title: 'A, AAAA, MX, TXT; one in five absent', path: mix, ...many },
    { id: 'present', title: 'present names only', path: present, ...many },
    { id: 'absent', title: 'random absent names only', path: absent, ...many },
    { id: 'few', title: 'the mix, 4 questions outstanding', path: mix, clients: 4, outstanding: 4 },
  ]
}

function hostRecords(index: number): string {
  const name = hostName(index)
  const lines = [`${name} A 10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`]
  lines.push(`${name} AAAA 2001:db8::${index.toString(16)}`)
  lines.push(`${name} MX 10 mx1\n${name} MX 20 mx2`)
  lines.push(`${name} TXT "host number ${index} of the benchmark"`)
  return lines.join('\n')
}

function hostName(index: number): string {
  return `${((index * 2654435761) >>> 0).toString(36)}-${index}`
}

/** A question for something that is there, at one of the first `names`. */
export function presentQuestion(next: (limit: number) => number, names: number = NAMES): string {
  const types = ['A', 'A', 'A', 'AAAA', 'AAAA', 'MX', 'TXT']
  return `${hostName(next(names))}.${APEX} ${types[next(types.length)]}`
}

function absentQuestion(next: (limit: number) => number): string {
  return `${next(0x7fffffff).toString(36)}x.${APEX} A`
}

function writeQuestions(folder: string, id: string, make: () => string): string {
  const path = join(folder, `${id}.questions`)
  writeFileSync(path, `${Array.from({ length: QUESTIONS }, make).join('\n')}\n`)
  return path
}

/** A linear congruential sequence: the same questions on every run. */
export function numbers(seed: number): (limit: number) => number {
  let state = BigInt(seed)
  return (limit) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn
    return Number((state >> 33n) % BigInt(limit))
  }
}

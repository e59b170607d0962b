/*
 * Replicas of tools that Debian does not have: their own tests for wildcards and their own rules of what is accepted,
 * written after what their sources do. They resolve names as the tools do, but with few questions in flight.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { Type } from '../../../dns/constants.ts'
import { type Asker, askAll, type Data } from './asker.ts'
import { ZONE } from './names.ts'
import type { Reported } from './tools.ts'

export interface Replica {
  readonly name: string
  /** What the tool would report of these words. */
  run(asker: Asker, words: readonly string[]): Promise<Reported>
}

export const REPLICAS: readonly Replica[] = [
  { name: 'amass (replica)', run: runAmass },
  { name: 'puredns (replica)', run: runPuredns },
  { name: 'shuffledns (replica)', run: runShuffledns },
  { name: 'bbot (replica)', run: runBbot },
]

const LANES = 10
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const LETTERS_AND_DIGITS = `${LETTERS}0123456789`

/**
 * amass 5, `resolve/wildcards`: three labels of 6 to 24 characters, each asked for CNAME, A and AAAA. An answer to any
 * is a wildcard; what all three share is what it answers. Where they share nothing, everything below is the wildcard's.
 */
async function runAmass(asker: Asker, words: readonly string[]): Promise<Reported> {
  const askTriple = async (name: string): Promise<Data> =>
    (await Promise.all([Type.CNAME, Type.A, Type.AAAA].map((type) => asker.ask(name, type)))).flat()
  const probes = await askAll(
    [0, 1, 2].map(() => below(randomLabel(LETTERS_AND_DIGITS, randomInt(6, 25)))),
    1,
    askTriple,
  )
  const isWildcard = probes.some((data) => data.length > 0)
  const shared = probes[0]!.filter((datum) => probes.every((data) => data.includes(datum)))
  const found = await resolve(words, askTriple)
  return select(found, (data) => !isWildcard || (shared.length > 0 && !data.some((datum) => shared.includes(datum))))
}

/**
 * puredns, `pkg/wildcarder`: three labels of 16 characters, the same for the whole run, asked for A; a host all of whose
 * addresses they have been answered with is the wildcard's.
 */
async function runPuredns(asker: Asker, words: readonly string[]): Promise<Reported> {
  const found = await resolve(words, (name) => asker.ask(name, Type.A))
  const probes = [0, 1, 2].map(() => below(randomLabel(LETTERS_AND_DIGITS, 16)))
  const wildcard = new Set((await askAll(probes, 1, (name) => asker.ask(name, Type.A))).flat())
  return select(found, (data) => !data.every((datum) => wildcard.has(datum)))
}

/**
 * shuffledns, `pkg/wildcards`: only hosts that share an address with four others are doubted. For each of those one xid
 * label at the apex and one below the host itself are asked for A; who has an address of those is the wildcard's.
 */
async function runShuffledns(asker: Asker, words: readonly string[]): Promise<Reported> {
  const found = await resolve(words, (name) => asker.ask(name, Type.A))
  const sharers = new Map<string, number>()
  for (const data of found.values()) for (const datum of data) sharers.set(datum, (sharers.get(datum) ?? 0) + 1)
  const doubted = [...found].filter(([, data]) => data.some((datum) => sharers.get(datum)! >= 5))
  const verdicts = await askAll(
    doubted.map(([name]) => name),
    LANES,
    async (name) => {
      const probes = [below(xid()), `${xid()}.${name}`]
      const wildcard = (await askAll(probes, 1, (probe) => asker.ask(probe, Type.A))).flat()
      return found.get(name)!.some((datum) => wildcard.includes(datum))
    },
  )
  const dropped = new Set(doubted.filter((_, index) => verdicts[index]).map(([name]) => name))
  return select(found, (_, name) => !dropped.has(name))
}

/**
 * bbot, `dns/brute.py`: gives up on a zone where one of ten random labels is answered, and throws its findings away
 * where more than five of a hundred canaries are: words joined by dots or hyphens with eight random letters at their end.
 */
async function runBbot(asker: Asker, words: readonly string[]): Promise<Reported> {
  const askA = (name: string): Promise<Data> => asker.ask(name, Type.A)
  const probes = Array.from({ length: 10 }, () => below(randomLabel(LETTERS, 10)))
  if ((await askAll(probes, 1, askA)).some((data) => data.length > 0)) return new Map()
  const canaries = Array.from({ length: 100 }, (_, index) => canary(words, index))
  const found = await resolve([...canaries.slice(0, 50), ...words, ...canaries.slice(50)], askA)
  const triggered = canaries.filter((label) => found.has(below(label)))
  return triggered.length > 5
    ? new Map()
    : select(found, (_, name) => !triggered.some((label) => below(label) === name))
}

async function resolve(labels: readonly string[], ask: (name: string) => Promise<Data>): Promise<Map<string, Data>> {
  const names = labels.map(below)
  const answers = await askAll(names, LANES, ask)
  return new Map(names.flatMap((name, index) => (answers[index]!.length > 0 ? [[name, answers[index]!] as const] : [])))
}

function select(found: ReadonlyMap<string, Data>, accepts: (data: Data, name: string) => boolean): Reported {
  return new Map([...found].flatMap(([name, data]) => (accepts(data, name) ? [[name, new Set(data)] as const] : [])))
}

function canary(words: readonly string[], index: number): string {
  const random = randomLabel(LETTERS, 8)
  if (index >= 95) return random
  const segments = Array.from({ length: 3 + (index % 5) }, () => words[randomInt(words.length)]!)
  return index % 2 === 0 ? [...segments, random].join('.') : [segments.join('-').slice(0, 54), random].join('-')
}

function below(label: string): string {
  return `${label}.${ZONE}`
}

function randomLabel(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** Twelve octets, time first, in base 32: `[0-9a-v]{20}`. */
function xid(): string {
  const octets = Buffer.concat([Buffer.alloc(4), randomBytes(8)])
  octets.writeUInt32BE(Math.floor(Date.now() / 1000))
  const bits = [...octets].map((octet) => octet.toString(2).padStart(8, '0')).join('')
  return (bits.padEnd(100, '0').match(/.{5}/g) ?? []).map((five) => Number.parseInt(five, 2).toString(32)).join('')
}

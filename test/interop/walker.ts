/*
 * A walker of zones as patient as any: it asks at, behind and below every name that a denial tells it, and all over the
 * alphabet besides.
 */
import { createHash } from 'node:crypto'
import { writeSuccessor, writeSuccessorBeyond } from '../../dns/canonical-order.ts'
import { Type } from '../../dns/constants.ts'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { canonicalName, isAtOrBelow, nameFromText, nameLength, nameToText, parentName } from '../../dns/name.ts'
import { connectTcp } from '../helpers/tcp-client.ts'

export interface Walk {
  /** Canonical texts of owners and next names of NSEC records, apart from names that were asked for and those above them. */
  readonly told: ReadonlySet<string>
  /** Owners and next names of NSEC records as pairs. */
  readonly spans: ReadonlyMap<string, string>
  /** Hashes of NSEC3 records that are not those of such names, nor right beside one; hexadecimal. */
  readonly hashes: ReadonlySet<string>
  readonly questions: number
}

interface Progress {
  readonly apex: Uint8Array
  readonly told: Set<string>
  readonly spans: Map<string, string>
  readonly hashes: Set<string>
  /** Names to ask for: those that a denial led to, latest last, and those that the walker thought of. */
  readonly leads: Uint8Array[]
  readonly ideas: Uint8Array[]
  readonly asked: Set<string>
  readonly ownHashes: Set<string>
}

/** Walks the zone with at most so many questions. */
export async function walkZone(port: number, zone: string, mostQuestions: number): Promise<Walk> {
  const apex = canonicalName(nameFromText(zone))
  const progress: Progress = {
    apex,
    told: new Set(),
    spans: new Map(),
    hashes: new Set(),
    leads: [apex],
    ideas: ideas(apex),
    asked: new Set(),
    ownHashes: new Set(),
  }
  const client = await connectTcp(port)
  let questions = 0
  try {
    for (; questions < mostQuestions; questions++) {
      const name = nextName(progress, questions)
      if (name === undefined) break
      noteAsked(progress, name)
      const answer = await client.ask(buildQuery({ id: 0, name, type: ABSENT_TYPE, edns: { udpSize: 1232, do: true } }))
      const message = readMessage(answer)
      if (message === undefined) throw new Error('a malformed answer')
      for (const record of [...message.answer, ...message.authority]) {
        if (record.type === Type.NSEC) learnSpan(progress, canonicalName(record.name), record.rdata)
        if (record.type === Type.NSEC3) learnHashes(progress, record.name, record.rdata)
      }
    }
  } finally {
    client.close()
  }
  return { told: progress.told, spans: progress.spans, hashes: unexplained(progress), questions }
}

/** The hash of RFC 5155 §5 without salt or further iterations, hexadecimal. */
export function hashName(name: Uint8Array): string {
  return createHash('sha1').update(canonicalName(name)).digest('hex')
}

/** A private type that no name has. */
const ABSENT_TYPE = 65_300
const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz'

/** Names that begin in every way that host names do. */
function ideas(apex: Uint8Array): Uint8Array[] {
  const seconds = `-${LETTERS}`
  const labels = [...LETTERS, '_'].flatMap((first) => [...seconds].map((second) => `${first}${second}zzzzzzzz`))
  return ['*', '!', '~', ...labels]
    .map((label) => Uint8Array.from([label.length, ...Buffer.from(label), ...apex]))
    .reverse()
}

/** By turns the latest lead, for depth, the oldest, for breadth, and an idea. */
function nextName({ leads, ideas, asked }: Progress, questions: number): Uint8Array | undefined {
  for (;;) {
    const fromLeads = leads.length > 0 && (questions % 3 < 2 || ideas.length === 0)
    const name = fromLeads ? (questions % 3 === 0 ? leads.pop() : leads.shift()) : ideas.pop()
    if (name === undefined || !asked.has(nameToText(name))) return name
  }
}

/** What was asked for, and what is above it, is no news. */
function noteAsked({ apex, asked, ownHashes }: Progress, name: Uint8Array): void {
  asked.add(nameToText(name))
  for (let at = name; at.length >= apex.length; at = parentName(at)) {
    ownHashes.add(hashName(at))
    if (at.length + 2 <= 255) ownHashes.add(hashName(Uint8Array.of(1, 0x2a, ...at)))
    if (at.length === apex.length) break
  }
}

function learnSpan(progress: Progress, owner: Uint8Array, rdata: Uint8Array): void {
  const next = canonicalName(rdata.subarray(0, nameLength(rdata, 0)))
  progress.spans.set(nameToText(owner), nameToText(next))
  for (const name of [owner, next]) {
    if (!isAtOrBelow(name, progress.apex) || progress.asked.has(nameToText(name))) continue
    progress.told.add(nameToText(name))
    follow(progress, name)
  }
}

/** Asks at the name, right below it, and right behind everything below it. */
function follow({ apex, leads }: Progress, name: Uint8Array): void {
  const into = new Uint8Array(300)
  for (const write of [writeSuccessor, writeSuccessorBeyond]) {
    leads.push(into.slice(0, write(into, 0, name, 0, apex.length)))
  }
  leads.push(name)
}

function learnHashes({ hashes }: Progress, owner: Uint8Array, rdata: Uint8Array): void {
  const digits = Buffer.from(owner.subarray(1, 33)).toString('latin1').toLowerCase()
  hashes.add(base32ToHex(digits))
  const at = 6 + rdata[4]!
  hashes.add(Buffer.from(rdata.subarray(at, at + 20)).toString('hex'))
}

function base32ToHex(digits: string): string {
  const bits = [...digits].map((digit) => Number.parseInt(digit, 32).toString(2).padStart(5, '0')).join('')
  return (bits.match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 2).toString(16)).join('')
}

function unexplained({ hashes, ownHashes }: Progress): Set<string> {
  const own = [...ownHashes].map((hash) => BigInt(`0x${hash}`))
  const known = new Set(own.flatMap((hash) => [hash - 1n, hash, hash + 1n]))
  return new Set([...hashes].filter((hash) => !known.has(BigInt(`0x${hash}`))))
}

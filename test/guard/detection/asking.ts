import { readFileSync } from 'node:fs'
import { nameFromText } from '../../../dns/name.ts'
import { createDetector, type Detector, detect } from '../../../guard/detection/detector.ts'
import type { Scope } from '../../../guard/detection/scope.ts'
import { createQueryEvent, Trait } from '../../../guard/query-event.ts'
import { Verdict } from '../../../guard/verdict.ts'
import { parseAddress } from '../../../server/address.ts'

/** A zone of a test, by the texts of its names without the apex. */
export interface TestZone {
  readonly apex: string
  readonly published: ReadonlySet<string>
  readonly scope: Scope
}

/** One question, and what differs from a plain A question over UDP by 192.0.2.7. */
export interface Asked {
  /** Relative to the apex; '@' is the apex. */
  readonly name: string
  readonly type?: number
  readonly source?: string
  readonly traits?: number
  readonly at?: number
  readonly weight?: number
}

let scopes = 0

/** A zone with these hosts, names between them and the apex included. */
export function testZone(apex: string, hosts: readonly string[]): TestZone {
  const published = new Set(
    hosts.flatMap((host) => host.split('.').map((_, index, labels) => labels.slice(index).join('.'))),
  )
  const labels = [...published].flatMap((name) => name.split('.'))
  const relative = (name: Uint8Array, length: number): string[] => {
    const text: string[] = []
    for (let at = 0; at < length - nameFromText(apex).length; at += name[at]! + 1) {
      text.push(String.fromCharCode(...name.subarray(at + 1, at + 1 + name[at]!)))
    }
    return text
  }
  const kind = apex.endsWith('in-addr.arpa.') ? 'reverse-ipv4' : apex.endsWith('ip6.arpa.') ? 'reverse-ipv6' : 'forward'
  const scope: Scope = {
    id: scopes++,
    kind,
    zone: apex,
    view: 'public',
    labelsBelowEncloser: (name, length) => {
      const parts = relative(name, length)
      let below = 0
      while (below < parts.length && !published.has(parts.slice(below).join('.'))) below++
      return below
    },
    isNearPublished: (octets, start, length) => {
      const label = String.fromCharCode(...octets.subarray(start, start + length))
      return labels.some((each) => isOneMistake(label, each))
    },
  }
  return { apex, published, scope }
}

/** One letter more, less, another one, or two neighbours swapped. */
function isOneMistake(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a.length < 3 || b.length < 3) return false
  let same = 0
  while (same < a.length && a[same] === b[same]) same++
  const [restA, restB] = [a.slice(same), b.slice(same)]
  const isSwap = restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0]
  return restA.slice(1) === restB.slice(1) || restA === restB.slice(1) || restA.slice(1) === restB || isSwap
}

/** Asks, and is answered with the verdict that the zone gives. */
export function ask(detector: Detector, zone: TestZone, asked: Asked): void {
  const event = createQueryEvent()
  const name = asked.name === '@' ? nameFromText(zone.apex) : nameFromText(asked.name, nameFromText(zone.apex))
  event.name.set(name)
  event.nameLength = name.length
  event.apexLength = nameFromText(zone.apex).length
  event.at = asked.at ?? START
  event.type = asked.type ?? 1
  event.traits = asked.traits ?? Trait.RecursionDesired
  event.weight = asked.weight ?? 1
  event.source.set(parseAddress(asked.source ?? '192.0.2.7')!)
  event.verdict = asked.name === '@' || zone.published.has(asked.name) ? Verdict.Found : Verdict.Absent
  detect(detector, event, zone.scope)
}

/** Questions asked until an incident was open, by an asker of `questions`; undefined: there was none. */
export function questionsUntilIncident(
  detector: Detector,
  zone: TestZone,
  questions: Iterable<Asked>,
): number | undefined {
  let count = 0
  for (const asked of questions) {
    ask(detector, zone, asked)
    count++
    if (detector.book.open.size > 0) return count
  }
  return undefined
}

/** A detector whose incidents are numbered. */
export function testDetector(): Detector {
  let count = 0
  return createDetector(42, () => `20261125-${++count}`)
}

/** The labels of a list of some tool. */
export function readList(path: string): string[] {
  return readFileSync(path, 'utf8')
    .toLowerCase()
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/[^a-z0-9._-]/.test(line))
}

/** When tests begin, Unix milliseconds. */
export const START = Date.UTC(2026, 10, 25)

/** What an office publishes. */
export const HOSTS: readonly string[] =
  'www mail ns1 ns2 mx1 smtp imap api blog shop cdn static login status docs news m ftp webmail vpn git'.split(' ')

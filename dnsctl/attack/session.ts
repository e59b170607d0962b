import { Rcode, Type } from '../../dns/constants.ts'
import type { Message } from '../../dns/message.ts'
import { canonicalName, nameFromText, nameToText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import type { AttackClient } from './client.ts'

/** An attack under way on one zone. */
export interface Session {
  readonly client: AttackClient
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  /** The apex as text, with the dot at its end. */
  readonly zone: string
  readonly words: readonly string[]
  /** What has been found so far; methods build on one another's findings. */
  readonly findings: Map<string, Finding>
  /** Names that the server mentioned without being asked for them, whether or not it stands by them. */
  readonly told: Set<string>
  /** Tells how far the method has come, from 0 to 1. */
  readonly progress: (done: number) => void
}

/** A name that a tool would report. */
export interface Finding {
  /** Canonical text with the dot at its end. */
  readonly name: string
  readonly method: string
  /** RDATA as answered, presentation format; empty where the name was told without any. */
  readonly rdatas: readonly string[]
}

/** One way to attack. */
export interface Method {
  readonly name: string
  readonly summary: string
  /** Adds to the findings; gives lines about what it learned besides. */
  run(session: Session): Promise<readonly string[]>
}

/** How a question for a name was answered, as an attacker reads it. */
export type Answer =
  | { readonly kind: 'absent' | 'silence' | 'refused' }
  | { readonly kind: 'exists'; readonly rdatas: readonly string[] }
  /** Somebody else's servers know; `cut` is where their part begins. */
  | { readonly kind: 'referral'; readonly cut: string }

/** Questions that wait for their answers at the same time. */
const LANES = 10

/** Reads an answer; a compact one of RFC 9824 says by the type NXNAME that the name does not exist. */
export function readAnswer(message: Message | undefined): Answer {
  if (message === undefined) return { kind: 'silence' }
  if (message.rcode === Rcode.NxDomain) return { kind: 'absent' }
  if (message.rcode !== Rcode.NoError) return { kind: 'refused' }
  const cut = message.answer.length === 0 && message.authority.find(({ type }) => type === Type.NS)
  if (cut) return { kind: 'referral', cut: nameToText(canonicalName(cut.name)) }
  const records = message.answer.filter(({ type }) => type !== Type.RRSIG)
  return { kind: 'exists', rdatas: records.map(({ type, rdata }) => rdataToText(type, rdata)) }
}

/** Asks for each name, and adds those that are there to the findings. Gives the names that were there. */
export async function tryNames(session: Session, method: string, names: readonly string[]): Promise<string[]> {
  const found: string[] = []
  await eachInLanes(names, async (text, index) => {
    if (index % LANES === 0) session.progress(index / names.length)
    const answer = readAnswer(await session.client.ask({ name: nameFromText(text), type: Type.A, rd: true }))
    if (answer.kind === 'referral') note(session, { name: answer.cut, method, rdatas: [] })
    if (answer.kind !== 'exists') return
    found.push(text)
    note(session, { name: text, method, rdatas: answer.rdatas })
  })
  return found
}

/** Adds a finding; who found the name first keeps it, unless only the later one has data. */
export function note({ findings, zone }: Session, finding: Finding): void {
  const name = nameToText(canonicalName(nameFromText(finding.name)))
  if (name === zone) return
  const known = findings.get(name)
  if (known === undefined || (known.rdatas.length === 0 && finding.rdatas.length > 0)) {
    findings.set(name, { ...finding, name, method: known?.method ?? finding.method })
  }
}

/** Does so for every item, a few at a time, in their order. */
export async function eachInLanes<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) await work(items[index]!, index)
  }
  await Promise.all(Array.from({ length: Math.min(LANES, items.length) }, lane))
}

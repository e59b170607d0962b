/*
 * What a view is asked about everything that others have: names on, above, below and beside what is hidden, all types
 * and flags that could show a difference, as datagrams and in streams.
 */
import { Class, Flag, MAX_LABEL_LENGTH, MAX_NAME_LENGTH, Type } from '../../dns/constants.ts'
import { buildQuery, type QueryOptions } from '../../dns/message.ts'
import { typeFromText } from '../../dns/rr/registry.ts'

/** A question as it goes on the wire. */
export interface ProofQuestion {
  readonly transport: 'udp' | 'stream'
  readonly name: Uint8Array
  readonly type: number
  readonly octets: Uint8Array
}

const TYPES: readonly number[] = [
  ...'A NS CNAME SOA PTR MX TXT AAAA SRV NAPTR DNAME DS RRSIG NSEC DNSKEY NSEC3 NSEC3PARAM CDS ZONEMD'.split(' '),
  ...'SVCB HTTPS SPF CAA TYPE65400'.split(' '),
].map((text) => typeFromText(text)!)
const QUESTION_TYPES: readonly number[] = [...TYPES, Type.NXNAME, Type.AXFR, Type.IXFR, Type.ANY]

type Variant = Omit<QueryOptions, 'id' | 'name' | 'type'> & { readonly cd?: boolean }

/** RFC 5001. */
const NSID = { code: 3, data: new Uint8Array() }
const VARIANTS: readonly Variant[] = [
  {},
  { edns: { do: true } },
  { rd: true },
  { edns: {} },
  { edns: { do: true, co: true }, cd: true },
  { edns: { udpSize: 512, do: true }, rd: true },
  { edns: { udpSize: 4096, do: true, options: [NSID] }, cd: true, rd: true },
  { cd: true },
  { edns: { co: true } },
  { class: Class.Chaos },
  { class: 65_280, edns: { do: true } },
  { class: Class.Any },
  { edns: { version: 1, do: true } },
]

/** How many questions `questionsAbout` gives for one name, itself and those around it. */
export type Thoroughness = 'quick' | 'full'

/**
 * All questions about a hidden name. In full each combination of type and flags is asked about the name itself; around it,
 * and when time is short, flags take turns.
 */
export function* questionsAbout(target: Uint8Array, apexLength: number, how: Thoroughness): Generator<ProofQuestion> {
  const around = namesAround(target, apexLength)
  for (const [at, name] of around.entries()) {
    for (const [index, type] of QUESTION_TYPES.entries()) {
      const turn = VARIANTS[(at + index) % VARIANTS.length]!
      const variants = how === 'full' && at === 0 ? VARIANTS : [turn]
      for (const variant of variants) yield* bothWays(name, type, variant, how === 'full' || (at + index) % 2 === 0)
    }
  }
}

/** The name, what is above it, below it and beside it in canonical order, and written otherwise; each once. */
export function namesAround(target: Uint8Array, apexLength: number): Uint8Array[] {
  const parent = target.subarray(target[0]! + 1)
  const first = target.subarray(1, 1 + target[0]!)
  const names = [
    target,
    ...ancestors(target, apexLength),
    ...below(Buffer.from('x'), target),
    ...below(Buffer.from('*'), target),
    // Right behind it in canonical order, below and beside (RFC 4034 §6.1).
    ...below(Buffer.of(0), target),
    ...below(Buffer.concat([first, Buffer.of(0)]), parent),
    ...below(predecessor(first), parent),
    ...below(Buffer.from('zz'), parent),
    ...below(Buffer.from('*'), parent),
    target.map(otherCase),
  ]
  const seen = new Set<string>()
  return names.filter((name) => {
    const key = Buffer.from(name).toString('latin1')
    return !seen.has(key) && seen.add(key)
  })
}

function* bothWays(name: Uint8Array, type: number, variant: Variant, isBoth: boolean): Generator<ProofQuestion> {
  const { cd, ...options } = variant
  const octets = buildQuery({ id: 0x5e11, name, type, ...options })
  if (cd) octets[3]! |= Flag.CD
  yield { transport: 'udp', name, type, octets }
  if (isBoth) yield { transport: 'stream', name, type, octets }
}

/** Down to the apex, and the name above it. */
function ancestors(name: Uint8Array, apexLength: number): Uint8Array[] {
  const found: Uint8Array[] = []
  for (let at = name; at.length > 1 && at.length >= apexLength; ) {
    at = at.subarray(at[0]! + 1)
    found.push(at)
  }
  return found
}

function below(label: Uint8Array, parent: Uint8Array): Uint8Array[] {
  const isName =
    label.length > 0 && label.length <= MAX_LABEL_LENGTH && 1 + label.length + parent.length <= MAX_NAME_LENGTH
  return isName ? [Uint8Array.from([label.length, ...label, ...parent])] : []
}

/** The label with its last octet one lower: shortly before it. */
function predecessor(label: Uint8Array): Uint8Array {
  const last = label.at(-1) ?? 0
  return last === 0 ? label.subarray(0, -1) : Uint8Array.from([...label.subarray(0, -1), last - 1])
}

function otherCase(octet: number): number {
  return octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet
}

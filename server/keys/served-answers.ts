/*
 * Judges what the server answers by what it is to have published. By other code than signs and denies: the validation that
 * parents' answers go through.
 */
import { Rcode, Type } from '../../dns/constants.ts'
import { keyTagOf } from '../../dns/key-tag.ts'
import type { Message, MessageRecord } from '../../dns/message.ts'
import { namesEqual } from '../../dns/name.ts'
import { rcodeToText } from '../../dns/rcode-text.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import type { StoredKeySet } from '../../keys/key-store.ts'
import { isServed } from '../../keys/rollover/record-states.ts'
import { type DeniedQuestion, undeniedBy } from '../../keys/validation/denied-question.ts'
import { trustKeySet } from '../../keys/validation/key-set.ts'
import { findRRset, findRRsets, type ReceivedRRset } from '../../keys/validation/received-rrset.ts'
import { verifyRRset } from '../../keys/validation/verify-rrset.ts'

/** What answers are held against. */
export interface Expectation {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  /** RDATA of the DNSKEY RRset. */
  readonly dnskeys: readonly Uint8Array[]
  /** RDATA of the DNSKEY records of whoever signs the key set, and of whoever signs all else: all of them have to. */
  readonly keySigners: readonly Uint8Array[]
  readonly zoneSigners: readonly Uint8Array[]
  /** RDATA of the DS records that every server of the parent has, where that is known and one of them is of a key of ours. */
  readonly ds: readonly Uint8Array[]
}

/** What a key set as it is stored lets one expect; `signing` are the keys that workers sign with. */
export function expectationOf(
  apex: Uint8Array,
  { keys }: StoredKeySet,
  { signing, ds }: { readonly signing: readonly Uint8Array[]; readonly ds: readonly Uint8Array[] },
): Expectation {
  const served = (record: 'dnskey' | 'krrsig') =>
    keys.filter((key) => isServed(key, record) && (record === 'dnskey' || key.isForeign !== true))
  return {
    ...{ apex, zoneSigners: signing, ds },
    dnskeys: served('dnskey').map(({ dnskey }) => dnskey),
    keySigners: served('krrsig').map(({ dnskey }) => dnskey),
  }
}

/** What is wrong with an answer to a question about the apex, or about a name that is not there; undefined: nothing. */
export function faultOfAnswer(
  { question, rcode, answer, authority }: Message,
  expected: Expectation,
  nowSeconds: number,
): string | undefined {
  const { name, type } = question!
  const what = `the answer about ${typeToText(type)}`
  if (rcode !== Rcode.NoError && rcode !== Rcode.NxDomain) return `${what} is ${rcodeToText(rcode)}`
  if (namesEqual(name, expected.apex) && type === Type.DNSKEY) return faultOfKeySet(answer, expected, nowSeconds)
  if (namesEqual(name, expected.apex) && type === Type.SOA) {
    const rrset = findRRset(answer, name, type)
    return rrset === undefined ? `${what} has no SOA` : faultOfRRset(rrset, expected.zoneSigners, expected, nowSeconds)
  }
  return faultOfDenial(authority, { name, type }, { expected, now: nowSeconds })
}

function faultOfKeySet(answer: readonly MessageRecord[], expected: Expectation, now: number): string | undefined {
  const rrset = findRRset(answer, expected.apex, Type.DNSKEY)
  if (rrset === undefined) return 'there is no DNSKEY'
  const wanted = [...expected.dnskeys].sort(Buffer.compare)
  const isSame =
    wanted.length === rrset.rdatas.length && wanted.every((rdata, at) => sameOctets(rdata, rrset.rdatas[at]!))
  if (!isSame) return `the DNSKEY records are not the ${wanted.length} that are to be published`
  const fault = faultOfRRset(rrset, expected.keySigners, expected, now)
  if (fault !== undefined || expected.ds.length === 0) return fault
  const anchors = expected.ds.map((rdata) => ({ owner: expected.apex, type: Type.DS, rdata }))
  const trust = trustKeySet(rrset, anchors, now)
  return trust.kind === 'trusted' ? undefined : `by the DS of the parent the DNSKEY RRset ${trust.reason}`
}

/** NSEC or NSEC3 records that deny the question, and with them the SOA: signed by all that are to. */
function faultOfDenial(
  authority: readonly MessageRecord[],
  question: DeniedQuestion,
  { expected, now }: { readonly expected: Expectation; readonly now: number },
): string | undefined {
  const proofs = [Type.NSEC, Type.NSEC3].flatMap((type) => findRRsets(authority, type, MOST_PROOFS))
  if (proofs.length === 0) return 'a name or type that is not there is not denied'
  const soa = findRRset(authority, expected.apex, Type.SOA)
  for (const rrset of soa === undefined ? proofs : [soa, ...proofs]) {
    const fault = faultOfRRset(rrset, expected.zoneSigners, expected, now)
    if (fault !== undefined) return fault
  }
  const undenied = undeniedBy(proofs, question, expected.apex)
  return undenied && `the answer about ${typeToText(question.type)} ${undenied}`
}

/** More than a denial has. */
const MOST_PROOFS = 8

function faultOfRRset(
  rrset: ReceivedRRset,
  signers: readonly Uint8Array[],
  { apex }: Expectation,
  now: number,
): string | undefined {
  for (const dnskey of signers) {
    const verification = verifyRRset(rrset, { apex, dnskeys: [dnskey] }, now)
    if (verification.kind === 'valid') continue
    return `by key ${keyTagOf(dnskey)} the ${typeToText(rrset.type)} RRset ${verification.reason}`
  }
  return undefined
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

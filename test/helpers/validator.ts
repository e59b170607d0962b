/*
 * A small validating resolver's judgement of one answer: verifies each RRset under keys that are trusted, and says what the
 * whole proves. It shares no line with what signs and denies but the reading of messages.
 */
import { Rcode, Type } from '../../dns/constants.ts'
import type { Message, MessageRecord } from '../../dns/message.ts'
import { canonicalName, namesEqual, nameToText } from '../../dns/name.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import { type Denials, isExpansionProved, judgeAbsence, judgeDelegation, readDenials } from './validator-denials.ts'
import { ancestorsOf, isBelow, replaceTail } from './validator-names.ts'
import { isRrsigValid, type Rrsig, readRrsig } from './validator-signatures.ts'

/** A zone whose DNSKEY RDATA is believed. */
export interface TrustedZone {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  readonly dnskeys: readonly Uint8Array[]
}

/** What an answer proves; `insecure`: it ends in a zone that nobody trusts. */
export type Conclusion =
  | { readonly kind: 'answer' | 'nodata' | 'nxdomain' | 'insecure' | 'secure-referral' | 'insecure-referral' }
  | { readonly kind: 'bogus'; readonly reason: string }

/** RRsets with one owner, type and section, and the RRSIGs over them. */
interface RRset {
  readonly owner: Uint8Array
  readonly type: number
  readonly section: 'answer' | 'authority'
  readonly records: MessageRecord[]
  readonly rrsigs: Rrsig[]
}

/** An RRset that verified. */
interface Verified extends RRset {
  /** Labels of the wildcard's closest encloser, where RRSIG tells that the RRset came from a wildcard. */
  readonly encloserLabels: number | undefined
}

/** Judges the answer to its own question at `now`, Unix seconds. */
export function judge(message: Message, zones: readonly TrustedZone[], now: number): Conclusion {
  try {
    return conclude(message, zones, now)
  } catch (error) {
    if (error instanceof Bogus) return { kind: 'bogus', reason: error.message }
    throw error
  }
}

/** What Veil follows for one question. */
const MAX_ALIASES = 16

class Bogus extends Error {}

function conclude(message: Message, zones: readonly TrustedZone[], now: number): Conclusion {
  const rrsets = groupRRsets(message)
  const verified = rrsets.flatMap((rrset) => verify(rrset, rrsets, zones, now))
  const denials = readDenials(verified.filter(({ type }) => type === Type.NSEC || type === Type.NSEC3))
  const { type } = message.question!
  let name = canonicalName(message.question!.name)
  for (let step = 0; step < 40; step++) {
    const zone = zoneOf(name, type, zones)
    if (zone === undefined) return { kind: 'insecure' }
    const at = rrsets.filter((rrset) => rrset.section === 'answer' && namesEqual(rrset.owner, name))
    const isWanted = (rrset: RRset) => rrset.type === type || (type === Type.ANY && !isSynthesised(rrset, rrsets))
    const found = at.find((rrset) => isWanted(rrset) && rrset.records.length > 0)
    if (type === Type.RRSIG && at.some(({ rrsigs }) => rrsigs.length > 0)) return { kind: 'answer' }
    const alias = at.find((rrset) => rrset.type === Type.CNAME)
    const dname = ancestorsOf(name).flatMap(
      (above) => rrsets.find((rrset) => rrset.type === Type.DNAME && namesEqual(rrset.owner, above)) ?? [],
    )[0]
    const next = found ?? (dname !== undefined ? dname : alias)
    if (next === undefined) return concludeAbsence(message, name, zone, verified, denials)
    if (found === undefined || !isSynthesised(found, rrsets)) checkExpansion(next, name, verified, denials)
    if (found !== undefined) return { kind: 'answer' }
    if (next === dname && alias === undefined) {
      // RFC 6672 §2.2, or as many aliases as a server follows.
      if (message.rcode === Rcode.YxDomain || step >= MAX_ALIASES) return { kind: 'answer' }
      throw new Bogus(`no CNAME for ${nameToText(name)}`)
    }
    const target = canonicalName(next.records[0]!.rdata)
    const moved = next === dname ? replaceTail(name, next.owner, target) : target
    if (moved === undefined) throw new Bogus('a DNAME whose target is too long')
    name = moved
    if (rrsets.every((rrset) => !isAbout(rrset, name)) && message.authority.length === 0) return { kind: 'answer' }
  }
  return { kind: 'answer' }
}

/** Whether the RRset could carry on from `name`. */
function isAbout(rrset: RRset, name: Uint8Array): boolean {
  return namesEqual(rrset.owner, name) || (rrset.type === Type.DNAME && isBelow(name, rrset.owner))
}

function concludeAbsence(
  message: Message,
  name: Uint8Array,
  zone: TrustedZone,
  verified: readonly Verified[],
  denials: Denials,
): Conclusion {
  const { type } = message.question!
  const cut = message.authority.find((record) => record.type === Type.NS)
  if (cut !== undefined) {
    const owner = canonicalName(cut.name)
    if (!isBelow(owner, zone.apex)) throw new Bogus('a referral that leads up')
    if (verified.some((rrset) => rrset.type === Type.DS && namesEqual(rrset.owner, owner)))
      return { kind: 'secure-referral' }
    if (judgeDelegation(denials, owner)) return { kind: 'insecure-referral' }
    throw new Bogus(`no proof that ${nameToText(owner)} has no DS`)
  }
  if (!verified.some((rrset) => rrset.type === Type.SOA && namesEqual(rrset.owner, zone.apex)))
    throw new Bogus('no SOA')
  const absence = judgeAbsence(denials, name, type, zone.apex)
  if (absence === undefined) throw new Bogus(`no proof about ${nameToText(name)} ${typeToText(type)}`)
  const compact = message.edns?.compactOk === true ? Rcode.NxDomain : Rcode.NoError
  const rcode = { nodata: Rcode.NoError, nxdomain: Rcode.NxDomain, nxname: compact }[absence]
  if (message.rcode !== rcode) throw new Bogus(`RCODE ${message.rcode} with a proof of ${absence}`)
  return { kind: absence === 'nodata' ? 'nodata' : 'nxdomain' }
}

/** RFC 4035 §5.3.4: where RRSIG tells of a wildcard, nothing closer may be there. */
function checkExpansion(rrset: RRset, name: Uint8Array, verified: readonly Verified[], denials: Denials): void {
  const labels = verified.find((other) => other.type === rrset.type && namesEqual(other.owner, rrset.owner))
  if (labels?.encloserLabels === undefined || isExpansionProved(denials, name, labels.encloserLabels)) return
  throw new Bogus(`no proof that a wildcard may stand for ${nameToText(name)}`)
}

/** The RRset with its signatures verified; none for what is rightly not signed. */
function verify(rrset: RRset, all: readonly RRset[], zones: readonly TrustedZone[], now: number): Verified[] {
  const what = `${nameToText(rrset.owner)} ${typeToText(rrset.type)}`
  if (rrset.records.length === 0) return []
  const [first] = rrset.rrsigs
  const isReferral = rrset.type === Type.NS && rrset.section === 'authority'
  if (isReferral || isSynthesised(rrset, all)) {
    if (first !== undefined) throw new Bogus(`${what} is signed`)
    return []
  }
  if (first === undefined) {
    const zone = zoneOf(rrset.owner, rrset.type, zones)
    if (zone !== undefined) throw new Bogus(`${what} is not signed`)
    return []
  }
  const zone = zones.find(({ apex }) => namesEqual(apex, first.signer))
  if (zone === undefined) throw new Bogus(`${what} is signed by ${nameToText(first.signer)}`)
  const algorithms = new Set(zone.dnskeys.map((dnskey) => dnskey[3]))
  if (rrset.rrsigs.length !== algorithms.size) throw new Bogus(`${what}: ${rrset.rrsigs.length} signatures`)
  for (const rrsig of rrset.rrsigs) {
    algorithms.delete(rrsig.algorithm)
    const reason = isRrsigValid(rrset.records, rrsig, zone, now)
    if (reason !== undefined) throw new Bogus(`${what}: ${reason}`)
  }
  if (algorithms.size > 0) throw new Bogus(`${what} lacks a signature of algorithm ${[...algorithms].join()}`)
  const labels = ancestorsOf(rrset.owner).length - (rrset.owner[0] === 1 && rrset.owner[1] === 0x2a ? 1 : 0)
  return [{ ...rrset, encloserLabels: first.labels < labels ? first.labels : undefined }]
}

/** A CNAME that a DNAME of the same answer implies (RFC 6672 §5.3.1). */
function isSynthesised(rrset: RRset, all: readonly RRset[]): boolean {
  if (rrset.type !== Type.CNAME) return false
  return all.some(({ type, owner, records }) => {
    if (type !== Type.DNAME || !isBelow(rrset.owner, owner)) return false
    const target = replaceTail(rrset.owner, owner, canonicalName(records[0]!.rdata))
    return target !== undefined && namesEqual(target, canonicalName(rrset.records[0]!.rdata))
  })
}

/** The trusted zone with the longest apex at or above `name`; DS belongs above its own apex. */
function zoneOf(name: Uint8Array, type: number, zones: readonly TrustedZone[]): TrustedZone | undefined {
  return zones
    .filter(({ apex }) => isBelow(name, apex) || (namesEqual(name, apex) && type !== Type.DS) || isOnly(zones, apex))
    .filter(({ apex }) => namesEqual(name, apex) || isBelow(name, apex))
    .sort((a, b) => b.apex.length - a.apex.length)[0]
}

/** Whether no other trusted zone lies above: then DS is denied by the zone itself. */
function isOnly(zones: readonly TrustedZone[], apex: Uint8Array): boolean {
  return zones.every((other) => !isBelow(apex, other.apex))
}

function groupRRsets(message: Message): RRset[] {
  const rrsets: RRset[] = []
  const find = (section: RRset['section'], owner: Uint8Array, type: number): RRset => {
    const known = rrsets.find(
      (rrset) => rrset.section === section && rrset.type === type && namesEqual(rrset.owner, owner),
    )
    if (known !== undefined) return known
    const rrset = { owner: canonicalName(owner), type, section, records: [], rrsigs: [] }
    rrsets.push(rrset)
    return rrset
  }
  for (const section of ['answer', 'authority'] as const) {
    for (const record of message[section]) {
      if (record.type !== Type.RRSIG) find(section, record.name, record.type).records.push(record)
      else {
        const rrsig = readRrsig(record)
        find(section, record.name, rrsig.covered).rrsigs.push(rrsig)
      }
    }
  }
  return rrsets
}

/*
 * A world's image, questions put to it, and what its denials say, read back from their octets.
 */
import { Type } from '../../../dns/constants.ts'
import type { LabelledName } from '../../../dns/labelled-name.ts'
import { typeToText } from '../../../dns/rr/registry.ts'
import {
  createDenial,
  type Denial,
  DenialMode,
  type DenialRecord,
  Proof,
  WildcardStyle,
} from '../../../zones/denial/denial.ts'
import { type DenialZone, deny } from '../../../zones/denial/deny.ts'
import { nsec3Hash } from '../../../zones/denial/nsec3-hash.ts'
import { subjectOf } from '../../../zones/denial/records.ts'
import type { Image } from '../../../zones/image/image.ts'
import { createFound, type Found, lookup, Outcome } from '../../../zones/lookup.ts'
import { labelledName, zoneImage } from '../../helpers/zone.ts'
import {
  type Claim,
  type Court,
  describe,
  findLies,
  hashOf,
  provesAbsence,
  provesExpansion,
  provesInsecure,
  provesNodata,
  readNsec,
  readNsec3,
} from './checker.ts'
import { isBelow, type Key, keyOf, parentKey, see, textOf, type World, wildcardKey, wireOf } from './model.ts'

/** Enough to tell a record type from another. */
const RDATA: Record<number, string> = {
  [Type.A]: '192.0.2.1',
  [Type.NS]: 'ns.elsewhere.',
  [Type.CNAME]: 'elsewhere.',
  [Type.DNAME]: 'elsewhere.',
  [Type.TXT]: 'text',
  [Type.DS]: '1 13 2 E2D3C916F6DEEAC73294E8268FB5885044A833FC5459588F4A9184CFC41A5766',
  [Type.CAA]: '0 issue "ca"',
  65280: '\\# 1 00',
}

export const APEX: Key = keyOf(Uint8Array.from([7, ...Buffer.from('example'), 0]))
export const APEX_RECORDS: readonly (readonly [Key, number])[] = [
  [APEX, Type.SOA],
  [APEX, Type.NS],
]
const APEX_TYPES = [Type.DNSKEY, Type.CDS, Type.CDNSKEY]
export const CELL_SEED = 0x5eed_ce11

export function worldImage(records: Iterable<readonly [Key, number]>): Image {
  const lines = ['@ 60 SOA ns.elsewhere. admin 1 2 3 4 5', '@ 60 NS ns.elsewhere.']
  for (const [owner, type] of records) lines.push(`${textOf(owner)} 60 ${typeToText(type)} ${RDATA[type]}`)
  return zoneImage('example.', `${lines.join('\n')}\n`)
}

/** One way of denying one world. */
export interface Denier {
  readonly zone: DenialZone
  readonly court: Court
  readonly denial: Denial
  readonly found: Found
  /** Records by what is to determine them. */
  readonly seen: Map<string, Judged>
  /** Records by their octets. */
  readonly judged: Map<string, Judged>
}

export function makeDenier(
  world: World,
  image: Image,
  probes: readonly Key[],
  mode: DenialMode,
  wildcards: WildcardStyle,
): Denier {
  const nsec3 = mode === DenialMode.Nsec3WhiteLies
  const apexTypes = nsec3 ? [...APEX_TYPES, Type.NSEC3PARAM] : APEX_TYPES
  return {
    zone: { image, mode, wildcards, apexTypes, hash: nsec3Hash, cellSeed: CELL_SEED, makesNames: false },
    court: {
      world,
      probes,
      apexTypes,
      conventional: wildcards === WildcardStyle.Conventional,
      compact: mode === DenialMode.Compact,
      hashes: new Map(nsec3 ? [...world.names.keys(), ...probes].map((key) => [hashOf(key), key]) : []),
    },
    denial: createDenial(),
    found: createFound(),
    seen: new Map(),
    judged: new Map(),
  }
}

/** What is wrong with the denial of `type` at `key`, which may also be no denial at all. */
export function findFaults(denier: Denier, key: Key, type: number): string[] {
  return askProof(denier, key, type) === undefined ? [] : findFaultsOfDenial(denier, key, type)
}

/** What is wrong with the denial that the denier holds. */
export function findFaultsOfDenial(denier: Denier, key: Key, type: number): string[] {
  const faults: string[] = []
  const claims = denier.denial.records.slice(0, denier.denial.count).map((record) => {
    const judged = judge(denier, record, key)
    faults.push(...judged.faults, ...findSharingFaults(denier, record, judged, key))
    return judged.claim
  })
  if (claims.length === 0 || !proves(denier, claims, key, type)) faults.push('proves nothing')
  return faults.map((fault) => `${textOf(key)} ${type}: ${fault}\n  ${claims.map(describe).join('\n  ')}`)
}

/** Fills the denier's denial where the view's answer needs one, and returns its proof. */
export function askProof(denier: Denier, key: Key, type: number): Proof | undefined {
  const { zone, denial, found } = denier
  const { name } = cachedName(key)
  const proof = proofOf(zone, lookup(zone.image, name, type, found), key, denier)
  if (proof === undefined) return undefined
  deny(zone, proof, subjectOf(zone.image, name, found.node), denial)
  return proof
}

function proofOf(zone: DenialZone, outcome: Outcome, key: Key, { court, found }: Denier): Proof | undefined {
  if (outcome === Outcome.Nodata) return Proof.Nodata
  if (outcome === Outcome.Nxdomain) return Proof.Absent
  const seen = see(court.world, key)
  if (outcome === Outcome.Referral) {
    return seen.kind === 'cut' && !court.world.names.get(seen.cut)!.has(Type.DS) ? Proof.Insecure : undefined
  }
  return found.wildcard && zone.wildcards === WildcardStyle.Conventional ? Proof.Expanded : undefined
}

export function readClaims({ denial }: Denier, key: Key): Claim[] {
  return denial.records.slice(0, denial.count).map((record) => readClaim(record, wireOf(key)))
}

function readClaim(record: DenialRecord, name: Uint8Array): Claim {
  const owner = ownerOf(record, name)
  const rdata = record.rdata.slice(0, record.rdataLength)
  if (record.type === Type.NSEC) return readNsec(keyOf(owner), rdata)
  const label = Buffer.from(owner.subarray(1, 1 + owner[0]!)).toString('latin1')
  if (keyOf(owner, 1 + owner[0]!) !== APEX || !/^[0-9a-v]{32}$/.test(label)) throw new Error(`owner ${label}`)
  return readNsec3(label, rdata)
}

/** The record's owner on the wire; throws where it is none. */
function ownerOf(record: DenialRecord, name: Uint8Array): Uint8Array {
  let suffix = 0
  for (let label = 0; label < record.suffix; label++) suffix += name[suffix]! + 1
  const owner = Uint8Array.from([...record.prefix.subarray(0, record.prefixLength), ...name.subarray(suffix)])
  let labels = 0
  let at = 0
  for (; at < record.prefixLength; at += owner[at]! + 1) labels++
  if (at !== record.prefixLength || labels !== record.prefixLabels || owner.length > 255) throw new Error('owner')
  if (owner.some((octet) => octet >= 65 && octet <= 90)) throw new Error('upper case')
  return owner
}

/** A record read back, and what is untrue in it. */
interface Judged {
  readonly claim: Claim
  readonly faults: readonly string[]
}

function judge({ court, judged }: Denier, record: DenialRecord, key: Key): Judged {
  const content = contentOf(record, key)
  const known = judged.get(content)
  if (known !== undefined) return known
  const claim = readClaim(record, cachedName(key).wire)
  const found = { claim, faults: findLies(court, claim) }
  judged.set(content, found)
  return found
}

/** Owner and RDATA, one octet a character. */
function contentOf(record: DenialRecord, key: Key): string {
  const { name, wire } = cachedName(key)
  const owner = latin1(record.prefix, 0, record.prefixLength) + latin1(wire, name.labels[record.suffix]!, wire.length)
  return `${owner}/${latin1(record.rdata, 0, record.rdataLength)}`
}

function latin1({ buffer, byteOffset }: Uint8Array, start: number, end: number): string {
  return Buffer.from(buffer, byteOffset + start, end - start).toString('latin1')
}

/** Whether the records prove what the answer to this question needs. */
function proves({ court }: Denier, claims: readonly Claim[], key: Key, type: number): boolean {
  const { world, compact } = court
  const seen = see(world, key)
  switch (seen.kind) {
    case 'cut':
      return type === Type.DS && seen.cut === key
        ? provesNodata(claims, key, type, world.apex)
        : provesInsecure(claims, seen.cut)
    case 'absent':
      if (compact) return provesNodata(claims, key, type, world.apex) && claims.length === 1
      return provesAbsence(claims, key, world.apex)
    case 'wildcard':
      if (seen.types.has(type) || seen.types.has(Type.CNAME)) {
        return provesExpansion(claims, key, seen.encloser, world.apex)
      }
      return provesNodata(claims, key, type, world.apex)
    case 'own':
      return provesNodata(claims, key, type, world.apex) && claims.length === 1
    case 'dname':
      return false
  }
}

/** A record whose signature is found again must be the same record. */
function findSharingFaults({ seen }: Denier, record: DenialRecord, judged: Judged, key: Key): string[] {
  const { name, wire } = cachedName(key)
  const identity = `${record.kind} ${latin1(wire, name.labels[record.label]!, wire.length)}`
  const known = seen.get(identity)
  seen.set(identity, judged)
  return known === undefined || known === judged ? [] : [`is not the record that ${describe(known.claim)} is`]
}

const names = new Map<Key, { readonly name: LabelledName; readonly wire: Uint8Array }>()

function cachedName(key: Key): { readonly name: LabelledName; readonly wire: Uint8Array } {
  const known = names.get(key)
  if (known !== undefined) return known
  const wire = wireOf(key)
  const made = { name: labelledName(wire), wire }
  names.set(key, made)
  return made
}

/** Names of the world that the denials told to somebody who asked for `key` and knew only that. */
export function learnedNames({ court }: Denier, claims: readonly Claim[], key: Key): Key[] {
  const told = claims.flatMap((claim) => (claim.kind === 'nsec' ? [claim.owner, claim.next] : []))
  return told.filter((name) => court.world.names.has(name) && name !== key && !isBelow(key, name))
}

/** Keys that lie around a name in every way that matters here, as far as they are names. */
export function around(key: Key): Key[] {
  const [label, ...rest] = [...labels(key)]
  const parent = rest.length === 0 ? '' : parentKey(key)
  if (label === undefined) return []
  const child = (octets: number[]) => parent + toLabel(octets)
  const last = label.at(-1)!
  const keys = [
    key,
    parent,
    key + toLabel([0]),
    key + toLabel([0x78]),
    key + toLabel([0x78]) + toLabel([0x79]),
    key + toLabel(Array(63).fill(0xff)),
    wildcardKey(key),
    wildcardKey(parent),
    child([...label, 0]),
    child([...label, 0xff]),
    child([...label.slice(0, -1), last === 0x5b ? 0x40 : last - 1, 0xff]),
    child([...label.slice(0, -1), last === 0x40 ? 0x5b : last + 1]),
    child(label.slice(0, -1)),
  ]
  return keys.filter((each) => each.startsWith(APEX) && isName(each))
}

function labels(key: Key): number[][] {
  return key
    .split('\u0001')
    .slice(0, -1)
    .map((label) => [...label].map((character) => character.charCodeAt(0) - 2))
    .reverse()
}

function toLabel(octets: readonly number[]): string {
  return `${String.fromCharCode(...octets.map((octet) => octet + 2))}\u0001`
}

/** Whether it has no empty or long label, and at most 255 octets. */
export function isName(key: Key): boolean {
  return (
    key.length + 1 <= 255 &&
    labels(key).every(
      (label) => label.length > 0 && label.length < 64 && label.every((octet) => octet >= 0 && octet < 256),
    )
  )
}

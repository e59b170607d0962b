import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_NAME_LENGTH, Type } from '../../dns/constants.ts'
import { canonicalName, compareNames, nameFromText, nameToText, parentName, wildcardBelow } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import { createDenial, DenialMode, type DenialRecord, Proof, WildcardStyle } from '../../zones/denial/denial.ts'
import { type DenialZone, deny } from '../../zones/denial/deny.ts'
import { nsec3Hash } from '../../zones/denial/nsec3-hash.ts'
import { subjectOf } from '../../zones/denial/records.ts'
import { exportedZone } from '../../zones/export/exported-zone.ts'
import { openImage } from '../../zones/image/image.ts'
import { createFound, lookup, Outcome } from '../../zones/lookup.ts'
import type { Projection } from '../../zones/projection.ts'
import { LONG } from '../helpers/long.ts'
import { ZONE } from '../helpers/random-zone.ts'
import { compileProjection, labelledName, zoneProjection } from '../helpers/zone.ts'
import { MODEL_APEX, modelText } from '../helpers/zone-model.ts'

/*
 * A zone on a foreign server and the same zone here, signed with the same keys: a validator that has heard of both may hold
 * the one's proofs against the other's answers. Nothing that an export has may be denied online.
 */

/** What the chain of an export says; types without those that say that there is a chain. */
interface ExportedChain {
  /** By text of the owner. */
  readonly names: ReadonlyMap<string, { readonly owner: Uint8Array; readonly types: ReadonlySet<number> }>
  /** By hash in hexadecimal. */
  readonly hashes: ReadonlyMap<string, ReadonlySet<number>>
}

const APEX_TYPES = [Type.DNSKEY, Type.CDS, Type.CDNSKEY]
const QUESTION_TYPES = [Type.A, Type.TXT, Type.NS, Type.DS, Type.MX, Type.CNAME]

describe.each(Object.entries(DenialMode))('denial by %s and an export', (_, mode) => {
  it('agree: what the export has is never denied', () => {
    fc.assert(
      fc.property(ZONE, fc.constantFrom(...Object.values(WildcardStyle)), (records, wildcards) => {
        const projection = zoneProjection(MODEL_APEX, modelText(records))
        const chain = exportedChain(projection)
        const zone = denialZone(projection, mode, wildcards)
        for (const name of probesAround(chain)) {
          for (const type of QUESTION_TYPES) holdAgainst(chain, zone, name, type)
        }
      }),
      { numRuns: LONG ? 400 : 60 },
    )
  })
})

function exportedChain(projection: Projection): ExportedChain {
  const apexRRsets = APEX_TYPES.map((type) => ({ type, ttl: 60, rdatas: [Uint8Array.of(1, 0, 3, 13, 1)] }))
  const owners = (chain: 'nsec' | 'nsec3') =>
    exportedZone({ projection, serial: 1 }, { chain, sign: () => [], apexRRsets, laterTypes: [] })
  const names = new Map<string, { owner: Uint8Array; types: Set<number> }>()
  for (const { owner, rrsets } of owners('nsec')) {
    const nsec = rrsets.find(({ type }) => type === Type.NSEC)
    if (nsec !== undefined) names.set(nameToText(owner), { owner, types: typesOf(Type.NSEC, nsec.rdatas[0]!, 1) })
  }
  const hashes = new Map<string, Set<number>>()
  for (const { owner, rrsets } of owners('nsec3')) {
    const nsec3 = rrsets.find(({ type }) => type === Type.NSEC3)
    if (nsec3 !== undefined) hashes.set(hashOf(owner), typesOf(Type.NSEC3, nsec3.rdatas[0]!, 5))
  }
  return { names, hashes }
}

/** The types behind the first words of a record's text. */
function typesOf(type: number, rdata: Uint8Array, words: number): Set<number> {
  const types = rdataToText(type, rdata).split(' ').slice(words)
  return new Set(types.map((text) => typeFromText(text)!).filter((each) => !OF_THE_CHAIN.has(each)))
}

const OF_THE_CHAIN = new Set<number>([Type.RRSIG, Type.NSEC, Type.NSEC3PARAM])

/** A first label in base32hex, in hexadecimal: the order stays. */
function hashOf(owner: Uint8Array): string {
  const digits = Buffer.from(owner.subarray(1, 33)).toString('latin1')
  const bits = [...digits].map((digit) => Number.parseInt(digit, 32).toString(2).padStart(5, '0')).join('')
  return (bits.match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 2).toString(16)).join('')
}

function denialZone(projection: Projection, mode: DenialMode, wildcards: WildcardStyle): DenialZone {
  const { memory, length } = compileProjection(projection)
  const apexTypes = mode === DenialMode.Nsec3WhiteLies ? [...APEX_TYPES, Type.NSEC3PARAM] : APEX_TYPES
  return {
    image: openImage(memory, length),
    mode,
    wildcards,
    apexTypes,
    hash: nsec3Hash,
    cellSeed: 7,
    makesNames: false,
  }
}

/** The export's names, the names above them, and others close by. */
function probesAround({ names }: ExportedChain): Uint8Array[] {
  const apex = canonicalName(nameFromText(MODEL_APEX))
  const probes = new Map<string, Uint8Array>()
  for (const { owner } of names.values()) {
    for (let name = owner; name.length >= apex.length; name = parentName(name)) {
      for (const probe of [name, wildcardBelow(name), child('a', name), child('\u0000', name), child('zz', name)]) {
        if (probe.length <= MAX_NAME_LENGTH) probes.set(nameToText(probe), probe)
      }
      if (name.length === apex.length) break
    }
  }
  return [...probes.values()]
}

function child(label: string, parent: Uint8Array): Uint8Array {
  return Uint8Array.from([label.length, ...Buffer.from(label, 'latin1'), ...parent])
}

const found = createFound()
const denial = createDenial()

function holdAgainst(chain: ExportedChain, zone: DenialZone, name: Uint8Array, type: number): void {
  const labelled = labelledName(name)
  const outcome = lookup(zone.image, labelled, type, found)
  const own = chain.names.get(nameToText(name))
  const what = `${nameToText(name)} ${type}`
  if (own?.types.has(type)) expect(DENIES.has(outcome), what).toBe(false)
  const proof = proofOf(outcome, chain, zone, name)
  if (proof === undefined) return
  deny(zone, proof, subjectOf(zone.image, labelled, found.node), denial)
  for (const record of denial.records.slice(0, denial.count)) {
    if (record.type === Type.NSEC) holdNsec(chain, zone, record, name)
    else holdNsec3(chain, record, name)
  }
}

const DENIES: ReadonlySet<Outcome> = new Set([Outcome.Nodata, Outcome.Nxdomain])

/** What an answer of this kind has to prove, if anything. */
function proofOf(outcome: Outcome, chain: ExportedChain, zone: DenialZone, name: Uint8Array): Proof | undefined {
  switch (outcome) {
    case Outcome.Nodata:
      return Proof.Nodata
    case Outcome.Nxdomain:
      return Proof.Absent
    case Outcome.Referral:
      return cutAbove(chain, name).has(Type.DS) ? undefined : Proof.Insecure
    case Outcome.Dname:
      return undefined
    default:
      return found.wildcard && zone.wildcards === WildcardStyle.Conventional ? Proof.Expanded : undefined
  }
}

/** Types at the cut at or above the name. */
function cutAbove({ names }: ExportedChain, name: Uint8Array): ReadonlySet<number> {
  for (let above = name; above.length > 1; above = parentName(above)) {
    const types = names.get(nameToText(above))?.types
    if (types?.has(Type.NS)) return types
  }
  throw new Error(`no cut above ${nameToText(name)}`)
}

/** No name of the export between owner and next, and all its types where the owner is one. */
function holdNsec({ names }: ExportedChain, zone: DenialZone, record: DenialRecord, name: Uint8Array): void {
  const owner = ownerOf(record, name)
  const rdata = record.rdata.slice(0, record.rdataLength)
  const next = rdata.subarray(0, nameFromText(rdataToText(Type.NSEC, rdata).split(' ')[0]!).length)
  const isLast = next.length === zone.image.apexLength
  const what = `${nameToText(owner)} NSEC ${rdataToText(Type.NSEC, rdata)} for ${nameToText(name)}`
  for (const exported of names.values()) {
    const isBetween = compareNames(exported.owner, owner) > 0 && (isLast || compareNames(exported.owner, next) < 0)
    expect(isBetween, `${what} covers ${nameToText(exported.owner)}`).toBe(false)
  }
  const own = names.get(nameToText(owner))
  if (own !== undefined) expect(typesOf(Type.NSEC, rdata, 1), what).toEqual(own.types)
}

/** No hash of the export between owner and next, and all its types where the owner is one. */
function holdNsec3({ hashes }: ExportedChain, record: DenialRecord, name: Uint8Array): void {
  const owner = hashOf(ownerOf(record, name))
  const rdata = record.rdata.slice(0, record.rdataLength)
  const next = Buffer.from(rdata.subarray(6, 26)).toString('hex')
  for (const hash of hashes.keys()) {
    const isBetween = owner < next ? owner < hash && hash < next : owner < hash || hash < next
    expect(isBetween, `an NSEC3 for ${nameToText(name)} covers ${hash}`).toBe(false)
  }
  const own = hashes.get(owner)
  if (own !== undefined) expect(typesOf(Type.NSEC3, rdata, 5), nameToText(name)).toEqual(own)
}

function ownerOf({ prefix, prefixLength, suffix }: DenialRecord, name: Uint8Array): Uint8Array {
  let rest = name
  for (let label = 0; label < suffix; label++) rest = parentName(rest)
  return Uint8Array.from([...prefix.subarray(0, prefixLength), ...rest])
}

/*
 * From a projection to the complete zone, signed or not.
 */
import { Type } from '../../dns/constants.ts'
import { compareNames } from '../../dns/name.ts'
import { NSEC3PARAM_RDATA } from '../../dns/nsec3.ts'
import { typeBitmapOf } from '../../dns/rr/fields/bitmap.ts'
import { canonicalRdata } from '../../dns/rr/rdata.ts'
import { apexRRset } from '../apex-rrset.ts'
import { isListed, isSigned, type Owner, ownersOf, Standing } from '../owners.ts'
import { type PresignedRows, type Projection, projectedOwner, projectedRdata } from '../projection.ts'
import { SERIAL_TO_END, soaMinimum } from '../soa.ts'
import type { ChainKind, ExportedOwner, ExportedRRset, Sign } from './exported.ts'
import { type Nsec3, nsec3Chain, nsec3Types } from './nsec3-chain.ts'

/** The zone of one view, to be exported. */
export interface ExportSource {
  readonly projection: Projection
  /** The serial that is served to the view. */
  readonly serial: number
}

/** How an export is signed. */
export interface ExportSigning {
  readonly chain: ChainKind
  readonly sign: Sign
  /** DNSKEY, CDS and CDNSKEY. */
  readonly apexRRsets: readonly ApexRRset[]
  /** Types to stand in the apex's bitmap beside those of `exportedZone`: ZONEMD, which is made behind it. */
  readonly laterTypes: readonly number[]
}

/** An RRset that joins the zone at its apex. */
export interface ApexRRset {
  readonly type: number
  readonly ttl: number
  /** In canonical order. */
  readonly rdatas: readonly Uint8Array[]
}

/** All owners of the zone in canonical order; without `signing` as they are, with the signatures that the zone brings. */
export function* exportedZone(source: ExportSource, signing: ExportSigning | undefined): Generator<ExportedOwner> {
  if (source.projection.presigned !== undefined) {
    yield* presignedOwners(source.projection, source.projection.presigned)
  } else if (signing === undefined) {
    for (const node of exportedOwners(source.projection)) yield unsignedOwner(source, node)
  } else if (signing.chain === 'nsec') {
    yield* withNsecChain(source, signing)
  } else {
    yield* withNsec3Chain(source, signing)
  }
}

/** TTL of the SOA, and of what denies: the lower of SOA's TTL and MINIMUM (RFC 9077 §3). */
export function zoneTtls({ projection }: ExportSource): { readonly soa: number; readonly denial: number } {
  const rrset = apexRRset(projection, Type.SOA)
  const soa = projection.ttls[rrset]!
  return { soa, denial: Math.min(soa, soaMinimum(projectedRdata(projection, projection.first[rrset]!))) }
}

/** The signatures of an RRset whose RDATA is as written. */
export function signAsWritten(sign: Sign, owner: Uint8Array, rrset: Omit<ExportedRRset, 'signatures'>): Uint8Array[] {
  const { type, ttl } = rrset
  return sign({ owner, type, ttl, rdatas: rrset.rdatas.map((rdata) => canonicalRdata(type, rdata)) })
}

/** The rows of a presigned zone; what they cover tells which of them are signatures. Its NSEC3 records come last. */
function* presignedOwners(projection: Projection, { rowCount, signatures }: PresignedRows): Generator<ExportedOwner> {
  const { owners, types, ttls } = projection
  let rrsets: ExportedRRset[] = []
  for (let row = 0; row < rowCount; row++) {
    if (types[row] === Type.RRSIG) continue
    const covering = signatures[row] ?? -1
    rrsets.push({
      type: types[row]!,
      ttl: ttls[row]!,
      rdatas: rdatasOf(projection, row),
      signatures: covering < 0 ? [] : rdatasOf(projection, covering),
    })
    if (row + 1 < rowCount && owners[row + 1] === owners[row] && types[row + 1] !== Type.RRSIG) continue
    yield { owner: projectedOwner(projection, row), rrsets }
    rrsets = []
  }
}

/** What lies below a DNAME is left out: servers refuse zones for it. */
function* exportedOwners(projection: Projection): Generator<Owner> {
  for (const node of ownersOf(projection)) if (node.standing !== Standing.BelowDname) yield node
}

/** RRsets of an owner; a DS at the apex is left out, for it is the parent's and must not be there (RFC 4035 §2.4). */
function* rrsetsOf({ types }: Projection, { standing, first, end }: Owner): Generator<number> {
  for (let rrset = first; rrset < end; rrset++) {
    if (standing !== Standing.Apex || types[rrset] !== Type.DS) yield rrset
  }
}

function rdatasOf(projection: Projection, rrset: number): Uint8Array[] {
  const { first } = projection
  const rdatas: Uint8Array[] = []
  for (let record = first[rrset]!; record < first[rrset + 1]!; record++) rdatas.push(projectedRdata(projection, record))
  return rdatas
}

function unsignedOwner(source: ExportSource, node: Owner): ExportedOwner {
  const rrsets: ExportedRRset[] = []
  for (const rrset of rrsetsOf(source.projection, node)) rrsets.push({ ...writtenRRset(source, rrset), signatures: [] })
  return { owner: node.name, rrsets }
}

function writtenRRset({ projection, serial }: ExportSource, rrset: number): Omit<ExportedRRset, 'signatures'> {
  const type = projection.types[rrset]!
  const rdatas = rdatasOf(projection, rrset)
  const served = type === Type.SOA ? rdatas.map((rdata) => withSerial(rdata, serial)) : rdatas
  return { type, ttl: projection.ttls[rrset]!, rdatas: served }
}

function withSerial(rdata: Uint8Array, serial: number): Uint8Array {
  const served = rdata.slice()
  new DataView(served.buffer).setUint32(served.length - SERIAL_TO_END, serial)
  return served
}

/** The owner's RRsets, those that join it at the apex among them, signed where the zone speaks for them. */
function signedOwner(source: ExportSource, signing: ExportSigning, node: Owner): ExportedOwner {
  const { name: owner, standing } = node
  const rrsets: ExportedRRset[] = []
  for (const rrset of rrsetsOf(source.projection, node)) {
    const written = writtenRRset(source, rrset)
    const signatures = isSigned(written.type, standing) ? signAsWritten(signing.sign, owner, written) : []
    rrsets.push({ ...written, signatures })
  }
  if (standing === Standing.Apex) {
    for (const joining of joiningApex(source, signing)) {
      rrsets.push({ ...joining, signatures: signAsWritten(signing.sign, owner, joining) })
    }
    rrsets.sort((a, b) => a.type - b.type)
  }
  return { owner, rrsets }
}

function joiningApex(source: ExportSource, { chain, apexRRsets }: ExportSigning): readonly ApexRRset[] {
  if (chain === 'nsec') return apexRRsets
  return [...apexRRsets, { type: Type.NSEC3PARAM, ttl: zoneTtls(source).denial, rdatas: [NSEC3PARAM_RDATA] }]
}

/** Types of a node as its denial record lists them, RRSIG and NSEC aside. */
function typesAt(source: ExportSource, signing: ExportSigning, node: Owner): Set<number> {
  const types = new Set<number>()
  for (const rrset of rrsetsOf(source.projection, node)) {
    const type = source.projection.types[rrset]!
    if (isListed(type, node.standing)) types.add(type)
  }
  if (node.standing === Standing.Apex) {
    for (const { type } of joiningApex(source, signing)) types.add(type)
    for (const type of signing.laterTypes) types.add(type)
  }
  return types
}

function* withNsecChain(source: ExportSource, signing: ExportSigning): Generator<ExportedOwner> {
  const ttl = zoneTtls(source).denial
  // What waits for the next owner of the chain to be known: an owner of it and the glue behind that.
  let waiting: Owner[] = []
  const closed = function* (next: Uint8Array): Generator<ExportedOwner> {
    for (const node of waiting) {
      const { owner, rrsets } = signedOwner(source, signing, node)
      if (node.standing === Standing.BelowCut) yield { owner, rrsets }
      else yield { owner, rrsets: [...rrsets, nsecOf(source, signing, node, { ttl, next })] }
    }
  }
  for (const node of exportedOwners(source.projection)) {
    if (node.standing !== Standing.BelowCut) {
      yield* closed(node.name)
      waiting = []
    }
    waiting.push(node)
  }
  yield* closed(source.projection.apex)
}

function nsecOf(
  source: ExportSource,
  { sign, ...signing }: ExportSigning,
  node: Owner,
  { ttl, next }: { readonly ttl: number; readonly next: Uint8Array },
): ExportedRRset {
  const types = typesAt(source, { sign, ...signing }, node)
    .add(Type.RRSIG)
    .add(Type.NSEC)
  const rrset = { type: Type.NSEC, ttl, rdatas: [Uint8Array.from([...next, ...typeBitmapOf(types)])] }
  return { ...rrset, signatures: sign({ owner: node.name, ...rrset }) }
}

/** Merges two sequences in canonical order. An NSEC3 record may share its owner with data (RFC 5155 §7.1). */
function* withNsec3Chain(source: ExportSource, signing: ExportSigning): Generator<ExportedOwner> {
  const { projection } = source
  const ttl = zoneTtls(source).denial
  const chain = nsec3Chain(projection.apex, chainMembers(source, signing))
  let link = chain.next()
  for (const node of exportedOwners(projection)) {
    let order = -1
    for (; !link.done; link = chain.next()) {
      order = compareNames(link.value.owner, node.name)
      if (order >= 0) break
      yield { owner: link.value.owner, rrsets: [nsec3RRset(link.value, ttl, signing)] }
    }
    const { owner, rrsets } = signedOwner(source, signing, node)
    if (link.done || order !== 0) {
      yield { owner, rrsets }
      continue
    }
    yield { owner, rrsets: [...rrsets, nsec3RRset(link.value, ttl, signing)] }
    link = chain.next()
  }
  for (; !link.done; link = chain.next()) {
    yield { owner: link.value.owner, rrsets: [nsec3RRset(link.value, ttl, signing)] }
  }
}

function* chainMembers(source: ExportSource, signing: ExportSigning) {
  for (const node of exportedOwners(source.projection)) {
    if (node.standing === Standing.BelowCut) continue
    yield { owner: node.name, types: nsec3Types(typesAt(source, signing, node)) }
  }
}

function nsec3RRset({ owner, rdata }: Nsec3, ttl: number, { sign }: ExportSigning): ExportedRRset {
  const rrset = { type: Type.NSEC3, ttl, rdatas: [rdata] }
  return { ...rrset, signatures: sign({ owner, ...rrset }) }
}

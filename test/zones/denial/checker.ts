/*
 * What NSEC and NSEC3 records say, by the words of the RFCs, and whether it is so in a world. Nothing here is shared with
 * what makes the records.
 */
import { createHash } from 'node:crypto'
import { Type } from '../../../dns/constants.ts'
import {
  commonAncestor,
  isBelow,
  type Key,
  keyOf,
  parentKey,
  type Seen,
  see,
  textOf,
  type World,
  wildcardKey,
  wireOf,
} from './model.ts'

/** A denial record read back from the wire. */
export interface Nsec {
  readonly kind: 'nsec'
  readonly owner: Key
  readonly next: Key
  readonly types: ReadonlySet<number>
}

export interface Nsec3 {
  readonly kind: 'nsec3'
  /** Hexadecimal digits. */
  readonly owner: string
  readonly next: string
  readonly types: ReadonlySet<number>
}

export type Claim = Nsec | Nsec3

/** Where a claim is judged. */
export interface Court {
  readonly world: World
  /** All names that claims are held against, in canonical order. */
  readonly probes: readonly Key[]
  /** Types at the apex that the world does not list. */
  readonly apexTypes: readonly number[]
  /** Names made by wildcards are signed as such, so that covering them is no lie. */
  readonly conventional: boolean
  readonly compact: boolean
  /** Hexadecimal hash by name, for all names of the world. */
  readonly hashes: ReadonlyMap<string, Key>
}

export function readNsec(owner: Key, rdata: Uint8Array): Nsec {
  const next = keyOf(rdata)
  return { kind: 'nsec', owner, next, types: readTypes(rdata, wireOf(next).length) }
}

export function readNsec3(ownerLabel: string, rdata: Uint8Array): Nsec3 {
  const parameters = [...rdata.subarray(0, 6)]
  if (parameters.join() !== '1,0,0,0,0,20') throw new Error(`parameters ${parameters}`)
  const bits = [...ownerLabel].map((digit) => Number.parseInt(digit, 32).toString(2).padStart(5, '0')).join('')
  const owner = (bits.match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 2).toString(16)).join('')
  return { kind: 'nsec3', owner, next: Buffer.from(rdata.subarray(6, 26)).toString('hex'), types: readTypes(rdata, 26) }
}

/** RFC 4034 §4.1.2; throws where it is not as that demands. */
function readTypes(rdata: Uint8Array, start: number): Set<number> {
  const types = new Set<number>()
  let last = -1
  for (let at = start; at < rdata.length; at += 2 + rdata[at + 1]!) {
    const [window, length] = [rdata[at]!, rdata[at + 1]!]
    if (window <= last || length < 1 || length > 32 || at + 2 + length > rdata.length) throw new Error('windows')
    if (rdata[at + 1 + length] === 0) throw new Error('trailing zeros')
    for (let bit = 0; bit < length * 8; bit++) {
      if ((rdata[at + 2 + (bit >> 3)]! & (0x80 >> (bit & 7))) !== 0) types.add(window * 256 + bit)
    }
    last = window
  }
  return types
}

const hashes = new Map<Key, string>()

/** Of RFC 5155 §5, without salt or further iterations. */
export function hashOf(key: Key): string {
  const known = hashes.get(key)
  if (known !== undefined) return known
  const hash = createHash('sha1').update(wireOf(key)).digest('hex')
  hashes.set(key, hash)
  return hash
}

/** Whether the record may be used to deny `key` (RFC 4035 §5.4, RFC 6840 §4.1, RFC 6672 §5.3.4.1). */
export function covers({ owner, next, types }: Nsec, key: Key, apex: Key): boolean {
  if (key <= owner || (key >= next && next !== apex)) return false
  const delegation = types.has(Type.NS) && !types.has(Type.SOA)
  return !((delegation || types.has(Type.DNAME)) && isBelow(key, owner))
}

/** Whether the record denies all of `key`: nothing is below it either (RFC 8020 §2). */
function deniesName(claim: Nsec, key: Key, apex: Key): boolean {
  return covers(claim, key, apex) && !isBelow(claim.next, key)
}

export function covers3({ owner, next }: Nsec3, hash: string): boolean {
  return owner < next ? owner < hash && hash < next : owner < hash || hash < next
}

/** What is untrue in a record, held against everything that the view would answer. */
export function findLies(court: Court, claim: Claim): string[] {
  return claim.kind === 'nsec' ? findNsecLies(court, claim) : findNsec3Lies(court, claim)
}

function findNsecLies(court: Court, claim: Nsec): string[] {
  const { world } = court
  const lies: string[] = []
  const say = (what: string, key: Key) => lies.push(`${what}: ${textOf(key)}, by ${describe(claim)}`)
  if (claim.next !== world.apex && claim.next <= claim.owner) say('runs backwards', claim.next)
  if (!claim.owner.startsWith(parentKey(claim.next)) && claim.next !== world.apex) say('implies a name', claim.next)
  if (!claim.types.has(Type.NSEC) || !claim.types.has(Type.RRSIG)) say('lacks its own types', claim.owner)
  // Caches would synthesise from it (RFC 8198 §5.3).
  if (claim.owner === wildcardKey(parentKey(claim.owner)) && see(world, claim.owner).kind === 'absent') {
    if (!claim.types.has(Type.NXNAME)) say('makes a wildcard up', claim.owner)
  }
  lies.push(...findTypeLies(court, claim, claim.owner, [Type.RRSIG, Type.NSEC]))
  for (const key of within(court.probes, claim.owner, claim.next === world.apex ? '\uffff' : claim.next)) {
    if (!covers(claim, key, world.apex)) continue
    const seen = see(world, key)
    if (world.names.has(key)) say('covers a name', key)
    else if (seen.kind === 'cut' || seen.kind === 'dname') say('covers what it steers', key)
    else if (seen.kind === 'wildcard' && !court.conventional) say('covers a name made by a wildcard', key)
  }
  return lies
}

/** What the record says that `key` has, against what it has. */
function findTypeLies(court: Court, claim: Claim, key: Key, added: readonly number[]): string[] {
  const seen = see(court.world, key)
  const lies: string[] = []
  const say = (what: string) => lies.push(`${what}: ${textOf(key)}, by ${describe(claim)}`)
  const atCut = seen.kind === 'cut' && seen.cut === key
  if ((seen.kind === 'cut' && !atCut) || seen.kind === 'dname') say('speaks of what it has given away')
  const expected = new Set(typesSeen(court, seen, key))
  for (const type of expected) if (!claim.types.has(type)) say(`under-claims ${type}`)
  for (const type of claim.types) {
    if (type === Type.NXNAME) {
      if (seen.kind !== 'absent' || !court.compact) say('says NXNAME')
    } else if (!expected.has(type) && !added.includes(type)) say(`over-claims ${type}`)
  }
  if (court.compact && !court.conventional && seen.kind === 'absent' && !claim.types.has(Type.NXNAME))
    say('lacks NXNAME')
  return lies
}

function typesSeen({ world, apexTypes }: Court, seen: Seen, key: Key): number[] {
  if (seen.kind === 'own') return [...seen.types, ...(key === world.apex ? apexTypes : [])]
  if (seen.kind === 'wildcard') return [...seen.types]
  if (seen.kind === 'cut' && seen.cut === key) {
    return [...world.names.get(key)!].filter((type) => type === Type.NS || type === Type.DS)
  }
  return []
}

function findNsec3Lies(court: Court, claim: Nsec3): string[] {
  const lies: string[] = []
  for (const [hash, key] of court.hashes) {
    const seen = see(court.world, key)
    if (hash === claim.owner) {
      const types = typesSeen(court, seen, key)
      const signed = types.length > 0 && (seen.kind !== 'cut' || types.includes(Type.DS))
      if (signed !== claim.types.has(Type.RRSIG)) lies.push(`RRSIG at ${textOf(key)}, by ${describe(claim)}`)
      lies.push(...findTypeLies(court, claim, key, [Type.RRSIG]))
    } else if (covers3(claim, hash)) {
      if (court.world.names.has(key)) lies.push(`covers a name: ${textOf(key)}, by ${describe(claim)}`)
      else if (seen.kind === 'wildcard' && !court.conventional) lies.push(`covers an expansion: ${textOf(key)}`)
    }
  }
  return lies
}

/** Whether the records prove that neither `key` nor a wildcard for it is there. */
export function provesAbsence(claims: readonly Claim[], key: Key, apex: Key): boolean {
  const first = claims[0]!
  if (first.kind === 'nsec3') {
    const encloser = provenEncloser3(claims as Nsec3[], key, apex)
    return encloser !== undefined && claims.some((claim) => covers3(claim as Nsec3, hashOf(wildcardKey(encloser))))
  }
  return (claims as Nsec[]).some((claim) => {
    if (!deniesName(claim, key, apex)) return false
    const wildcard = wildcardKey(enclosedBy(claim, key))
    return (claims as Nsec[]).some((other) => covers(other, wildcard, apex))
  })
}

/** Whether the records prove that `key` exists without `type`, or in compact denial that it does not exist; DS at the apex is asked of the child. */
export function provesNodata(claims: readonly Claim[], key: Key, type: number, apex: Key): boolean {
  if (claims.some((claim) => matches(claim, key) && allowsNodata(claim, key === apex ? 0 : type))) return true
  return claims.some((claim) => {
    const encloser =
      claim.kind === 'nsec3'
        ? provenEncloser3(claims as Nsec3[], key, apex)
        : deniesName(claim, key, apex)
          ? enclosedBy(claim, key)
          : undefined
    if (encloser === undefined) return false
    return claims.some((other) => matches(other, wildcardKey(encloser)) && allowsNodata(other, type))
  })
}

/** Whether the records prove that the cut is there and has no DS (RFC 4035 §5.2, RFC 6840 §4.4). */
export function provesInsecure(claims: readonly Claim[], cut: Key): boolean {
  return claims.some(
    (claim) =>
      matches(claim, cut) && claim.types.has(Type.NS) && !claim.types.has(Type.DS) && !claim.types.has(Type.SOA),
  )
}

/** Whether the records prove that nothing closer to `key` than a wildcard below `encloser` is there (RFC 4035 §5.3.4). */
export function provesExpansion(claims: readonly Claim[], key: Key, encloser: Key, apex: Key): boolean {
  return claims.some((claim) =>
    claim.kind === 'nsec3'
      ? covers3(claim, hashOf(nextCloser(key, encloser)))
      : deniesName(claim, key, apex) && enclosedBy(claim, key).length <= encloser.length,
  )
}

function matches(claim: Claim, key: Key): boolean {
  return claim.owner === (claim.kind === 'nsec' ? key : hashOf(key))
}

/** RFC 4035 §5.4, RFC 6840 §4.1 and §4.3: a cut's record denies DS and nothing else, the child's apex anything else. */
function allowsNodata({ types }: Claim, type: number): boolean {
  if (types.has(type) || types.has(Type.CNAME)) return false
  return type === Type.DS ? !types.has(Type.SOA) : !types.has(Type.NS) || types.has(Type.SOA)
}

/** The closest encloser that a covering NSEC gives away. */
function enclosedBy({ owner, next }: Nsec, key: Key): Key {
  const [a, b] = [commonAncestor(key, owner), commonAncestor(key, next)]
  return a.length > b.length ? a : b
}

/** RFC 5155 §8.3. */
function provenEncloser3(claims: readonly Nsec3[], key: Key, apex: Key): Key | undefined {
  for (let encloser = parentKey(key); encloser.length >= apex.length; encloser = parentKey(encloser)) {
    const match = claims.find((claim) => matches(claim, encloser))
    if (match === undefined) continue
    if (match.types.has(Type.DNAME) || (match.types.has(Type.NS) && !match.types.has(Type.SOA))) return undefined
    return claims.some((claim) => covers3(claim, hashOf(nextCloser(key, encloser)))) ? encloser : undefined
  }
  return undefined
}

function nextCloser(key: Key, encloser: Key): Key {
  let closer = key
  while (parentKey(closer) !== encloser) closer = parentKey(closer)
  return closer
}

/** The names strictly between two. */
function within(sorted: readonly Key[], after: Key, before: Key): Key[] {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! > after) high = middle
    else low = middle + 1
  }
  const found: Key[] = []
  for (let i = low; i < sorted.length && sorted[i]! < before; i++) found.push(sorted[i]!)
  return found
}

export function describe(claim: Claim): string {
  const types = [...claim.types].join(' ')
  if (claim.kind === 'nsec3') return `${claim.owner} NSEC3 ${claim.next} ${types}`
  return `${textOf(claim.owner)} NSEC ${textOf(claim.next)} ${types}`
}

/*
 * What a look at the parent's servers found, and what follows from it for keys of ours.
 */
import { isDsOf, isDsOfTag, isMisfitOf } from '../../keys/dnskey.ts'
import type { WholeSighting } from '../keys/parent-sightings.ts'
import type { ParentServer } from '../keys/rollover-protocol.ts'

/** One look at every address of every server of the parent. */
export interface ParentLook {
  /** Canonical text of the parent's name, where it is known. */
  readonly parent?: string
  /** Unix seconds: when the last answer had come. */
  readonly at: number
  /** Whether the answers were validated; `insecure`: the chain of trust says that the parent is not signed. */
  readonly trust: 'secure' | 'insecure' | 'unchecked'
  readonly servers: readonly ServerLook[]
  /** Why nothing can be relied on: not all servers could be found, or the chain of trust does not hold. */
  readonly problem?: string
}

/** What one address said. */
export interface ServerLook extends Pick<ParentServer, 'name' | 'address' | 'listing' | 'outcome' | 'reason'> {
  readonly port: number
  /** This host knows no way to the address. */
  readonly isUnreachable?: true
  /** RDATA; none where the parent has no DS. */
  readonly ds: readonly Uint8Array[]
  /**
   * Seconds: that of the DS RRset, or its Original TTL where that is larger; where there is none, how long caches keep
   * that there is none.
   */
  readonly ttl?: number
  /** Unix seconds modulo 2^32: from when the signature holds by which this was believed; undefined: it was not validated. */
  readonly signedAt?: number
  /** Ids of keys of whose DS the parent was seen to have signed the contrary later: see outdated.ts. */
  readonly outdated?: readonly string[]
}

/** A key whose DS is looked for. */
export interface LookedForKey {
  readonly id: string
  /** Canonical wire of the zone's apex, of which the digest is made too. */
  readonly apex: Uint8Array
  readonly keyTag: number
  /** RDATA. */
  readonly dnskey: Uint8Array
}

/**
 * Where the parent has the DS of a key. Only a complete look, in which every address answered, says more than that it is
 * unknown: who was silent may have it or not.
 */
export type DsVerdict = 'everywhere' | 'nowhere' | 'partly' | 'unknown'

/** The verdict for one key. */
export function verdictOf(key: LookedForKey, look: ParentLook): DsVerdict {
  if (!isComplete(look)) return 'unknown'
  if (look.servers.some((server) => isOutdated(key, server))) return 'partly'
  const found = look.servers.map(({ ds }) => presenceOf(key, ds))
  if (found.every((presence) => presence === 'present')) return 'everywhere'
  return found.every((presence) => presence === 'absent') ? 'nowhere' : 'partly'
}

/**
 * What a complete look found, of the parent as a whole; undefined: it was not complete. `ttl`, seconds, is the largest
 * that any look at this zone found before: caches hold what the parent served before it changed.
 */
export function wholeOf(look: ParentLook, ttl: number): WholeSighting | undefined {
  if (!isComplete(look)) return undefined
  const sets = look.servers.map(({ ds }) => new Map(ds.map((rdata) => [Buffer.from(rdata).toString('latin1'), rdata])))
  const anywhere = new Map(sets.flatMap((set) => [...set]))
  const outdated = [...new Set(look.servers.flatMap((server) => server.outdated ?? []))]
  return {
    at: look.at,
    ttl: Math.max(ttl, ...look.servers.map((server) => server.ttl ?? 0)),
    everywhere: [...anywhere].flatMap(([text, rdata]) => (sets.every((set) => set.has(text)) ? [rdata] : [])),
    anywhere: [...anywhere.values()],
    ...(outdated.length > 0 && { outdated }),
  }
}

/** Whether what an address says of a key's DS is older than the contrary, which was seen before. */
export function isOutdated({ id }: LookedForKey, { outdated }: ServerLook): boolean {
  return outdated?.includes(id) === true
}

/** Whether every address of every server answered, and what they said can be relied on. */
export function isComplete({ servers, problem }: ParentLook): boolean {
  return problem === undefined && servers.length > 0 && servers.every(({ outcome }) => outcome === 'answered')
}

/**
 * `unclear`: there is a record that may be the key's, by tag and algorithm, but its digest is not, or is none that validators
 * use: while it is there the key is not gone. Nor is it there for all validators where such a record stands beside the right one.
 */
export function presenceOf(
  { apex, dnskey }: LookedForKey,
  ds: readonly Uint8Array[],
): 'present' | 'absent' | 'unclear' {
  if (ds.some((each) => isMisfitOf(each, apex, dnskey))) return 'unclear'
  if (ds.some((each) => isDsOf(each, apex, dnskey))) return 'present'
  return ds.some((each) => isDsOfTag(each, dnskey)) ? 'unclear' : 'absent'
}

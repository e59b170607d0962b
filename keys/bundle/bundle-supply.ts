/*
 * The signatures of offline keys that a server has: which one holds now, and how long they will last. Everything follows
 * from bundles and time.
 */
import { createHash } from 'node:crypto'
import type { CanonicalRRset } from '../../dns/canonical-rrset.ts'
import type { Bundle } from './bundle.ts'
import { entriesOf, rrsigOf } from './bundle-signing.ts'

/** A signature of the supply. Times are Unix seconds. */
export interface SuppliedSignature {
  readonly inception: number
  readonly expiration: number
  /** Seconds: RRSIG's Original TTL. */
  readonly ttl: number
  /** When the first signatures of its bundle began. */
  readonly since: number
  /** RDATA of the RRSIG record. */
  readonly rrsig: Uint8Array
}

/** Signatures by RRset and signer. */
export interface BundleSupply {
  /** Those of an RRset by a key, by inception. What TTL the RRset is to have plays no part: the signature has its own. */
  find(rrset: Pick<CanonicalRRset, 'type' | 'rdatas'>, dnskey: Uint8Array): readonly SuppliedSignature[]
}

/** The supply of bundles whose signatures hold. */
export function openSupply(bundles: readonly Bundle[]): BundleSupply {
  const found = new Map<string, SuppliedSignature[]>()
  for (const bundle of bundles) {
    for (const entry of entriesOf(bundle)) {
      const key = keyFor(entry.rrset, entry.dnskey)
      const list = found.get(key) ?? []
      list.push({
        ...entry.window,
        ttl: entry.rrset.ttl,
        since: bundle.request.windows[0]!.inception,
        rrsig: rrsigOf(entry),
      })
      found.set(key, list)
    }
  }
  for (const list of found.values()) list.sort((a, b) => a.inception - b.inception || a.expiration - b.expiration)
  return { find: (rrset, dnskey) => found.get(keyFor(rrset, dnskey)) ?? NONE }
}

const NONE: readonly SuppliedSignature[] = []

/**
 * The signature to serve at `now`: of those that hold, the one that holds longest and began `backdate` seconds ago, for
 * clocks that are slow. Where none holds, the one that failed last, for validators have patience too; undefined: there is
 * none.
 */
export function signatureAt(
  signatures: readonly SuppliedSignature[],
  now: number,
  backdate: number,
): SuppliedSignature | undefined {
  const settled = lastToFail(signatures, now - backdate)
  return settled !== undefined && settled.expiration - settled.ttl > now ? settled : lastToFail(signatures, now)
}

function lastToFail(signatures: readonly SuppliedSignature[], begunBy: number): SuppliedSignature | undefined {
  const begun = signatures.filter(({ inception }) => inception <= begunBy)
  return begun.reduce<SuppliedSignature | undefined>(
    (last, each) => (last === undefined || each.expiration >= last.expiration ? each : last),
    undefined,
  )
}

/** How long a supply lasts without a gap. Unix seconds. */
export interface Coverage {
  /** When the bundle began that lasts longest. */
  readonly from: number
  /** Until then validators and caches find a signature that holds. */
  readonly until: number
  /** Seconds for which the last signature holds in all. */
  readonly validity: number
}

/** The coverage from `now` on; undefined: no signature holds now for as long as caches keep it. */
export function coverageAt(signatures: readonly SuppliedSignature[], now: number): Coverage | undefined {
  let last: Coverage | undefined
  for (const { inception, expiration, ttl, since } of signatures) {
    const reached = last?.until ?? now
    if (inception > reached) break
    const until = expiration - ttl
    if (until > reached) last = { from: since, until, validity: expiration - inception }
  }
  return last
}

/** The coverage of all together; undefined where one is missing, or there is none. */
export function leastCoverage(coverages: readonly (Coverage | undefined)[]): Coverage | undefined {
  if (coverages.includes(undefined)) return undefined
  return (coverages as readonly Coverage[]).toSorted((a, b) => a.until - b.until)[0]
}

/**
 * What is left of a supply: from `half` on a new bundle is due, from `low` on it is urgent, with `out` it is too late. A
 * supply whose beginning says little, for parts of its bundle were left out, is so by what one signature holds.
 */
export type SupplyLevel = 'full' | 'half' | 'low' | 'out'

/** The level at `now`, Unix seconds. */
export function levelOf(coverage: Coverage | undefined, now: number): SupplyLevel {
  if (coverage === undefined || coverage.until <= now) return 'out'
  const { from, until, validity } = coverage
  const left = Math.min((until - now) / (until - from), (until - now) / validity)
  if (left <= LOW) return 'low'
  return left <= HALF ? 'half' : 'full'
}

const HALF = 1 / 2
const LOW = 1 / 6

function keyFor({ type, rdatas }: Pick<CanonicalRRset, 'type' | 'rdatas'>, dnskey: Uint8Array): string {
  const digest = createHash('sha256').update(dnskey)
  for (const rdata of rdatas) digest.update(rdata)
  return `${type} ${rdatas.map(({ length }) => length)} ${digest.digest('base64')}`
}

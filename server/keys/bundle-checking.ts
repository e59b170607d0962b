import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Bundle, BundleKey } from '../../keys/bundle/bundle.ts'
import { entriesOf, faultOf } from '../../keys/bundle/bundle-signing.ts'
import { openSupply } from '../../keys/bundle/bundle-supply.ts'
import { digestOfRequest, timeToText } from '../../keys/bundle/bundle-text.ts'
import { isKeySigning } from '../../keys/key-role.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import type { SigningConfiguration } from '../configuration/types.ts'
import { keySetRRsets } from './bundle-coverage.ts'

/** What a bundle is to fit. */
export interface BundleTarget {
  readonly set: StoredKeySet
  readonly signing: SigningConfiguration
  /** Digests of the requests that were made here. */
  readonly requests: readonly string[]
  readonly nowSeconds: number
}

/** Why a bundle is not for this zone now, a clause; undefined: it is, if its signatures hold. */
export function whyUnfit(bundle: Bundle, target: BundleTarget): string | undefined {
  return strangerIn(bundle, target) ?? whyTooLate(bundle, target) ?? whatIsMissing(bundle, target)
}

/** The first signature of a bundle that does not hold, a clause; undefined: all hold. */
export async function faultIn(bundle: Bundle): Promise<string | undefined> {
  for (const entry of entriesOf(bundle)) {
    const fault = faultOf(entry)
    if (fault !== undefined) return fault
    // Each takes a millisecond or more, and others wait for the main thread.
    await nextTurn()
  }
  return undefined
}

/**
 * A key of somebody else's that a KSK of ours has signed is worse than a mistake. Those of a request of ours are ours,
 * though they may be gone since.
 */
function strangerIn({ request }: Bundle, { set, requests }: BundleTarget): string | undefined {
  const own = [...set.keys, ...(set.reserve ?? [])]
  const stranger = request.keys.find((key) => !own.some((each) => isSame(key, each)))
  if (stranger === undefined || requests.includes(digestOfRequest(request))) return undefined
  const { role, keyTag } = stranger
  const meaning =
    role === 'ksk'
      ? 'it is for another server, or for keys that were here before'
      : 'it answers no request of this server; if your key signed it, somebody had a key of theirs signed'
  return `it names ${role} ${keyTag}, which is no key of ${set.zone}: ${meaning}`
}

function isSame(key: BundleKey, { dnskey, role }: StoredKey): boolean {
  return Buffer.compare(key.dnskey, dnskey) === 0 && isKeySigning(role) === (key.role === 'ksk')
}

function whyTooLate({ request: { windows } }: Bundle, { nowSeconds }: BundleTarget): string | undefined {
  const last = Math.max(...windows.map(({ expiration }) => expiration))
  if (last > nowSeconds) return undefined
  return `its last signatures ceased to hold at ${timeToText(last)}: it was signed too long ago`
}

function whatIsMissing(bundle: Bundle, { set, signing }: BundleTarget): string | undefined {
  const supply = openSupply([bundle])
  const tags = new Set(bundle.request.rrsets.flatMap(({ signers }) => signers))
  const signers = set.keys.filter(({ keyTag, role }) => isKeySigning(role) && tags.has(keyTag))
  const isThere = keySetRRsets(signing, set).every((rrset) =>
    signers.every(({ dnskey }) => supply.find(rrset, dnskey).length > 0),
  )
  if (isThere && signers.length > 0) return undefined
  return `it does not sign the key set that ${set.zone} has now: ask for a new one`
}

/*
 * What follows for a zone's keys from the DS records that its parent was seen to have.
 */
import { nameFromText } from '../../dns/name.ts'
import { isDsOf, isDsOfTag, isMisfitOf } from '../../keys/dnskey.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { noteSighting } from '../../keys/rollover/apply.ts'
import { isServed } from '../../keys/rollover/record-states.ts'
import type { SigningConfiguration } from '../configuration/types.ts'
import type { RunningServer } from '../running-server.ts'
import type { WholeSighting } from './parent-sightings.ts'
import { situationOf, withStates } from './zone-rollover.ts'

/** The set once it is known which DS records the parent's servers have. */
export function noteSightings(
  set: StoredKeySet,
  { at, ttl, everywhere, anywhere, outdated = [] }: WholeSighting,
  signing: SigningConfiguration,
): StoredKeySet {
  const apex = nameFromText(set.zone)
  const situation = situationOf(set, signing, at)
  let keys: readonly StoredKey[] = set.keys
  for (const {
    id,
    dnskey,
    records: { ds },
  } of set.keys) {
    if (ds === undefined) continue
    const isOurs = (each: Uint8Array): boolean => isDsOf(each, apex, dnskey)
    // One with a digest that we do not go by may be what some validators do go by.
    const mayBeOurs = (each: Uint8Array): boolean => isDsOfTag(each, dnskey)
    const isNews = !outdated.includes(id)
    // What is no news does not stand against somebody's word either.
    if (!isNews && ds.seen?.by === 'operator') continue
    const isSomewhere = !isNews || anywhere.some(mayBeOurs)
    const isEverywhere = isNews && everywhere.some(isOurs)
    // Beside a wrong one it is not there for all validators: none relies on it that did not before.
    const isFlawed = ds.state !== 'omnipresent' && anywhere.some((each) => isMisfitOf(each, apex, dnskey))
    const says = isEverywhere && !isFlawed ? 'present' : isSomewhere ? 'mixed' : 'absent'
    keys = withStates(keys, noteSighting(keys, { key: id, says, at, ttl, by: 'check' }, situation))
  }
  return { ...set, keys }
}

/**
 * RDATA of the DS records that every server of the parent has, if one of them led to a key that signed the key set `before`, and
 * nothing newer is known; else none: where no DS led anywhere, no step is to blame for that.
 */
export function trustedDs(
  { rollovers }: Pick<RunningServer, 'rollovers'>,
  set: StoredKeySet,
  before = set,
): readonly Uint8Array[] {
  const whole = rollovers.parents.get(set.zone)?.whole
  if (whole === undefined || whole.outdated !== undefined) return []
  if (set.keys.some(({ records }) => (records.ds?.seen?.at ?? 0) > whole.at)) return []
  const apex = nameFromText(set.zone)
  const signers = before.keys.filter((key) => isServed(key, 'dnskey') && isServed(key, 'krrsig'))
  const isOurs = whole.everywhere.some((ds) => signers.some(({ dnskey }) => isDsOf(ds, apex, dnskey)))
  return isOurs ? whole.everywhere : []
}

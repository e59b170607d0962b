import { nameFromText } from '../../dns/name.ts'
import { dsRdata } from '../../keys/dnskey.ts'
import { isServed } from '../../keys/rollover/record-states.ts'
import type { KeyListing } from '../../server/keys/key-listing.ts'
import type { ReportedKey, RolloverReport } from '../../server/keys/rollover-protocol.ts'
import type { Expectation } from '../../server/keys/served-answers.ts'
import { placeName } from './words.ts'

/** One way in which a validator may come to a zone: by the DS of a key of ours, or by what a server of the parent has. */
export interface Entrance {
  /** `the DS of ksk 20331`. */
  readonly name: string
  /** RDATA of DS records. */
  readonly ds: readonly Uint8Array[]
}

/** What answers have to be like, by the states of the keys; `ds` is left to be filled in. */
export function expectedAnswers({ zone, keys }: RolloverReport, listed: readonly KeyListing[]): Expectation {
  const rdatas = new Map(listed.map(({ id, dnskey }) => [id, dnskeyRdata(dnskey)]))
  const those = (is: (key: ReportedKey) => boolean) => keys.filter(is).flatMap(({ id }) => rdatas.get(id) ?? [])
  const isOurs = ({ isForeign }: ReportedKey) => isForeign !== true
  return {
    apex: nameFromText(zone),
    dnskeys: those((key) => isServed(key, 'dnskey')),
    keySigners: those((key) => isOurs(key) && isServed(key, 'krrsig')),
    zoneSigners: those((key) => isOurs(key) && isServed(key, 'zrrsig')),
    ds: [],
  }
}

/** The DS of each key of ours that validators may go by. */
export function ownEntrances({ zone, keys }: RolloverReport, listed: readonly KeyListing[]): Entrance[] {
  const apex = nameFromText(zone)
  return keys.flatMap(({ id, role, keyTag, records: { ds } }) => {
    const found = listed.find((each) => each.id === id)
    const isThere = ds?.state === 'omnipresent' || (ds?.state === 'rumoured' && ds.seen !== undefined)
    if (found === undefined || !isThere) return []
    return [{ name: `the DS of ${role} ${keyTag}`, ds: [dsRdata(apex, dnskeyRdata(found.dnskey), SHA256)] }]
  })
}

/** The DS records of each of the parent’s addresses that answered. */
export function parentEntrances({ parent }: RolloverReport): Entrance[] {
  return parent.servers
    .filter(({ outcome, ds }) => outcome === 'answered' && ds.length > 0)
    .map(({ name, address, ds }) => ({ name: `the DS at ${placeName({ name, address })}`, ds: ds.map(dsFromText) }))
}

const SHA256 = 2

/** Of `example.com. IN DNSKEY 257 3 13 BASE64`. */
function dnskeyRdata(text: string): Uint8Array {
  const [flags, protocol, algorithm, ...key] = text.split(' IN DNSKEY ')[1]!.split(' ')
  const head = Uint8Array.of(Number(flags) >> 8, Number(flags) & 0xff, Number(protocol), Number(algorithm))
  return Uint8Array.of(...head, ...Buffer.from(key.join(''), 'base64'))
}

/** Of `12345 13 2 HEX`. */
function dsFromText(text: string): Uint8Array {
  const [tag, algorithm, digestType, ...digest] = text.split(' ')
  const head = [Number(tag) >> 8, Number(tag) & 0xff, Number(algorithm), Number(digestType)]
  return Uint8Array.of(...head, ...Buffer.from(digest.join(''), 'hex'))
}

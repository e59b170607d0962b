/*
 * A DNS of its own without a network: zones, signed or not, behind addresses that may do as they like.
 */
import { Class, Flag, Rcode, Type } from '../../dns/constants.ts'
import { type Message, type MessageRecord, readMessage } from '../../dns/message.ts'
import { canonicalName, isAtOrBelow, nameFromText, namesEqual, nameToText } from '../../dns/name.ts'
import { typeBitmapOf } from '../../dns/rr/fields/bitmap.ts'
import { rdataFromText } from '../../dns/rr/rdata.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import { tokensOf } from '../../dns/rr/tokens.ts'
import { dsRdata } from '../../keys/dnskey.ts'
import type { KeyMaterial } from '../../keys/key-set.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { signRRset } from '../../keys/signing-input.ts'
import { findRRset } from '../../keys/validation/received-rrset.ts'
import type { Exchange, Request } from '../../server/parent/exchange.ts'
import { type Encodable, encodeMessage } from './encode-message.ts'
import { drawKey } from './keys.ts'

/** 2026-11-25, in Unix seconds. */
export const NOW = 1_795_600_000

/** A zone of the simulation; with a key it is signed as it answers. */
export interface SimulatedZone {
  readonly apex: Uint8Array
  /** Changed by tests at will. */
  records: MessageRecord[]
  readonly key: KeyMaterial | undefined
  /** When signatures hold. */
  readonly validity: { inception: number; expiration: number }
}

/** How an address behaves: gives the octets that it sends to a question, in their order; none: it is silent. */
export type Behaviour = (query: Message, via: Request['via'], honest: () => Encodable) => Uint8Array[]

export interface SimulatedDns {
  readonly exchange: Exchange
  /** Addresses by text, with what they serve; `behave` replaces how they answer. */
  serve(address: string, zones: readonly SimulatedZone[], behave?: Behaviour): void
  /** Every question that was sent: where, and as text. */
  readonly asked: { readonly address: string; readonly via: Request['via']; readonly text: string }[]
}

/** A zone from lines `owner type rdata`, owners relative to it, with a TTL of an hour; `key` where it is to be signed. */
export function simulatedZone(apexText: string, lines: readonly string[], key?: KeyMaterial): SimulatedZone {
  const apex = canonicalName(nameFromText(apexText))
  return {
    apex,
    records: [
      record(apex, '@ SOA ns h 1 7200 3600 1209600 900'),
      ...(key === undefined ? [] : [{ name: apex, type: Type.DNSKEY, class: Class.In, ttl: 3600, rdata: key.dnskey }]),
      ...lines.map((line) => record(apex, line)),
    ],
    key,
    validity: { inception: NOW - 86_400, expiration: NOW + 86_400 },
  }
}

/** A record from `owner [ttl] type rdata`, relative to the origin. */
export function record(origin: Uint8Array, line: string): MessageRecord {
  const match = /^(\S+)\s+(?:(\d+)\s+)?(\S+)\s+(.*)$/.exec(line)!
  const name = match[1] === '@' ? origin : nameFromText(match[1]!, origin)
  const type = typeFromText(match[3]!)!
  const rdata = rdataFromText(type, tokensOf(match[4]!, origin))
  return { name, type, class: Class.In, ttl: Number(match[2] ?? 3600), rdata }
}

/** The DS of a key, as a parent's zone has it. */
export function dsOf(child: string, key: Pick<KeyMaterial, 'dnskey'>, digestType: 2 | 4 = 2): string {
  const rdata = dsRdata(canonicalName(nameFromText(child)), key.dnskey, digestType)
  const digest = Buffer.from(rdata.subarray(4)).toString('hex')
  return `${child} DS ${(rdata[0]! << 8) | rdata[1]!} ${rdata[2]} ${digestType} ${digest}`
}

/** A key that signs a zone all alone. */
export function zoneKey(algorithm = 13): Promise<KeyMaterial> {
  return drawKey(algorithm, 'ksk')
}

export function createSimulatedDns(): SimulatedDns {
  const places = new Map<string, { zones: readonly SimulatedZone[]; behave: Behaviour }>()
  const asked: SimulatedDns['asked'][number][] = []
  return {
    asked,
    serve: (address, zones, behave = honestly) => void places.set(address, { zones, behave }),
    exchange: async ({ address, via, message, isAnswer }) => {
      const query = readMessage(message)
      if (query?.question === undefined) throw new Error('a query that cannot be read')
      const { name, type } = query.question
      asked.push({ address, via, text: `${nameToText(canonicalName(name))} ${type}` })
      const place = places.get(address)
      if (place === undefined) return { kind: 'timeout' }
      const sent = place.behave(query, via, () => answer(place.zones, query))
      return sent.find(isAnswer) ?? { kind: 'timeout' }
    },
  }
}

/** As it should be; over UDP cut short where it is too large. */
export const honestly: Behaviour = (query, via, honest) => {
  const octets = encodeMessage(honest())
  const most = query.edns?.udpSize ?? 512
  if (via === 'tcp' || octets.length <= most) return [octets]
  return [encodeMessage({ id: query.id, flags: Flag.QR | Flag.TC, question: query.question })]
}

/** The honest answer with its header and records changed. */
export function changed(change: (honest: Encodable) => Encodable): Behaviour {
  return (_query, _via, honest) => [encodeMessage(change(honest()))]
}

/** No answer at all. */
export const silently: Behaviour = () => []

/** What servers of these zones answer (RFC 1034 §4.3.2, without wildcards and aliases). */
function answer(zones: readonly SimulatedZone[], query: Message): Encodable {
  const { name, type } = query.question!
  const base = { id: query.id, flags: Flag.QR, question: query.question }
  const zone = zoneFor(zones, name, type)
  if (zone === undefined) return { ...base, flags: Flag.QR | Rcode.Refused }
  const cut = cutFor(zone, name, type)
  if (cut !== undefined) return { ...base, ...referral(zone, cut) }
  const authoritative = { ...base, flags: Flag.QR | Flag.AA }
  const found = zone.records.filter((each) => each.type === type && namesEqual(each.name, name))
  if (found.length > 0) return { ...authoritative, answer: signed(zone, found) }
  const hasName = zone.records.some((each) => isAtOrBelow(each.name, name))
  const soa = zone.records.filter((each) => each.type === Type.SOA)
  return {
    ...authoritative,
    flags: authoritative.flags | (hasName ? Rcode.NoError : Rcode.NxDomain),
    authority: [...signed(zone, soa), ...denial(zone, name, hasName)],
  }
}

function zoneFor(zones: readonly SimulatedZone[], name: Uint8Array, type: number): SimulatedZone | undefined {
  const above = zones.filter(({ apex }) => isAtOrBelow(name, apex)).sort((a, b) => b.apex.length - a.apex.length)
  // The parent's side of a cut has its DS.
  return above.find(({ apex }) => type !== Type.DS || !namesEqual(apex, name)) ?? above[0]
}

function cutFor({ apex, records }: SimulatedZone, name: Uint8Array, type: number): Uint8Array | undefined {
  return records.find(
    (each) =>
      each.type === Type.NS &&
      !namesEqual(each.name, apex) &&
      isAtOrBelow(name, each.name) &&
      !(type === Type.DS && namesEqual(each.name, name)),
  )?.name
}

function referral(zone: SimulatedZone, cut: Uint8Array): Partial<Encodable> {
  const at = (type: number) => zone.records.filter((each) => each.type === type && namesEqual(each.name, cut))
  const names = at(Type.NS).map(({ rdata }) => rdata)
  const glue = zone.records.filter(
    (each) => [Type.A, Type.AAAA].includes(each.type as 1) && names.some((name) => namesEqual(name, each.name)),
  )
  const ds = at(Type.DS)
  const security = ds.length > 0 ? signed(zone, ds) : denial(zone, cut, true)
  return { authority: [...at(Type.NS), ...security], additional: glue }
}

/** NSEC of the name itself, or one that covers all but the apex. */
function denial(zone: SimulatedZone, name: Uint8Array, hasName: boolean): MessageRecord[] {
  if (zone.key === undefined) return []
  const owner = hasName ? name : zone.apex
  const own = zone.records.filter((each) => namesEqual(each.name, owner)).map(({ type }) => type)
  const bitmap = typeBitmapOf(new Set([...own, Type.RRSIG, Type.NSEC]))
  const isBelowName = zone.records.every((each) => !namesEqual(each.name, name))
  const next = hasName ? Uint8Array.of(1, isBelowName ? 0x61 : 0, ...name) : zone.apex
  const nsec = { name: owner, type: Type.NSEC, class: Class.In, ttl: 900, rdata: Uint8Array.of(...next, ...bitmap) }
  return signed(zone, [nsec])
}

function signed(zone: SimulatedZone, records: readonly MessageRecord[]): MessageRecord[] {
  if (zone.key === undefined) return [...records]
  const { name, type, ttl } = records[0]!
  const rrset = findRRset(records, name, type)!
  const rdata = signRRset(rrset, openSigningKey(zone.key), { ...zone.validity, signer: zone.apex })
  return [...records, { name, type: Type.RRSIG, class: Class.In, ttl, rdata }]
}

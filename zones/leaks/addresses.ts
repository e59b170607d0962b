/*
 * Addresses as records tell them: which octets of RDATA are one, what looks like one in text, and which mean something
 * in one network only. An address is its 4 or 16 octets.
 */
import { ipv4FromText, ipv4ToText, ipv6FromText, ipv6ToText } from '../../dns/address-text.ts'
import { Type } from '../../dns/constants.ts'
import { nameLength } from '../../dns/name.ts'
import { typeFromText } from '../../dns/rr/registry.ts'

/** Where an address means what it does. Addresses of documentation (RFC 5737, RFC 3849) are as public as any. */
const SCOPES = [
  { prefix: '10.0.0.0/8', meaning: 'a private address (RFC 1918)' },
  { prefix: '172.16.0.0/12', meaning: 'a private address (RFC 1918)' },
  { prefix: '192.168.0.0/16', meaning: 'a private address (RFC 1918)' },
  { prefix: '100.64.0.0/10', meaning: 'an address behind the NAT of a carrier (RFC 6598)' },
  { prefix: '169.254.0.0/16', meaning: 'a link-local address (RFC 3927)' },
  { prefix: 'fc00::/7', meaning: 'a unique local address (RFC 4193)' },
  { prefix: 'fe80::/10', meaning: 'a link-local address (RFC 4291)' },
  { prefix: '127.0.0.0/8', meaning: 'a loopback address (RFC 1122)', isLoopback: true },
  { prefix: '::1/128', meaning: 'a loopback address (RFC 4291)', isLoopback: true },
].map(({ prefix, ...scope }) => ({ isLoopback: false, ...scope, ...prefixFromText(prefix) }))

/** Behind these an IPv4 address stands in the last four octets: mapped (RFC 4291) and for NAT64 (RFC 6052). */
const EMBEDDING = ['::ffff:0:0/96', '64:ff9b::/96'].map(prefixFromText)

/** First octets of those: a large zone has many addresses, and almost none of them is of interest. */
const FIRST_OCTETS: ReadonlySet<number> = new Set(
  [...SCOPES, ...EMBEDDING].flatMap(({ octets, length }) => {
    const span = length >= 8 ? 1 : 1 << (8 - length)
    return Array.from({ length: span }, (_, at) => octets[0]! + at)
  }),
)

/** What the address is, where it belongs to one network only; undefined: it is like any other. */
export function scopeOf(address: Uint8Array): { readonly meaning: string; readonly isLoopback: boolean } | undefined {
  if (!FIRST_OCTETS.has(address[0]!)) return undefined
  const plain = EMBEDDING.some((prefix) => isWithin(address, prefix)) ? address.subarray(12) : address
  return SCOPES.find((scope) => isWithin(plain, scope))
}

/** Whether all addresses of the prefix belong to one network only. */
export function isPrivatePrefix(address: Uint8Array, length: number): boolean {
  return SCOPES.some((scope) => length >= scope.length && isWithin(address, scope))
}

/** `10.0.0.1`, `fd00::1`. */
export function addressToText(address: Uint8Array): string {
  return address.length === 4 ? ipv4ToText(address) : ipv6ToText(address)
}

/** The addresses that RDATA holds as octets: of address records, hints, gateways and lists of prefixes. */
export function addressesInRdata(type: number, rdata: Uint8Array): readonly Uint8Array[] {
  return ADDRESSES.get(type)?.(rdata) ?? NONE
}

/** What looks like an address in text, SPF's `ip4:` and `ip6:` included. */
export function addressesInText(text: string): Uint8Array[] {
  const dotted = text.match(/(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?!\.?[0-9])/g) ?? []
  const grouped = text.replaceAll(/ip6:/gi, ' ').match(/[0-9a-z:.]*:[0-9a-z:.]*/gi) ?? []
  return [
    ...dotted.flatMap((word) => ipv4FromText(word) ?? []),
    ...grouped.flatMap((word) => ipv6FromText(word.replace(/\.$/, '')) ?? []),
  ]
}

/** The address whose reverse name this is (RFC 1035 §3.5, RFC 3596 §2.5). `key` is a name's lower-cased octets as Latin-1. */
export function addressOfReverseName(key: string): Uint8Array | undefined {
  const labels: string[] = []
  for (let at = 0; at < key.length - 1; at += key.charCodeAt(at) + 1) {
    labels.push(key.slice(at + 1, at + 1 + key.charCodeAt(at)))
  }
  const suffix = labels.splice(-2).join('.')
  labels.reverse()
  if (suffix === 'in-addr.arpa' && labels.length === 4) return ipv4FromText(labels.join('.'))
  if (suffix !== 'ip6.arpa' || labels.length !== 32 || !labels.every((label) => /^[0-9a-f]$/.test(label)))
    return undefined
  return Uint8Array.from(Buffer.from(labels.join(''), 'hex'))
}

/** Whether the zone's apex is the reverse name of private addresses, or within it. */
export function isPrivateReverse(key: string): boolean {
  return PRIVATE_REVERSE.test(key)
}

const PRIVATE_REVERSE = new RegExp(
  [
    '\\x0210\\x07in-addr',
    '\\x02(?:1[6-9]|2[0-9]|3[01])\\x03172\\x07in-addr',
    '\\x03168\\x03192\\x07in-addr',
    '\\x03254\\x03169\\x07in-addr',
    '\\x01[cd]\\x01f\\x03ip6',
    '\\x01[89ab]\\x01e\\x01f\\x03ip6',
  ]
    .map((labels) => `(?:^|[^])${labels}\\x04arpa\\x00$`)
    .join('|'),
)

const NONE: readonly Uint8Array[] = []

const whole = (rdata: Uint8Array): Uint8Array[] => (rdata.length === 4 || rdata.length === 16 ? [rdata] : [])

/** By the octet that says of which kind a gateway is: 1 IPv4, 2 IPv6 (RFC 4025 §2.3, RFC 8777 §4.2.3). */
const gateway =
  (kindAt: number, start: number) =>
  (rdata: Uint8Array): Uint8Array[] => {
    const octets = [0, 4, 16][(rdata[kindAt] ?? 0) & 0x7f] ?? 0
    return octets === 0 ? [] : whole(rdata.subarray(start, start + octets))
  }

const ADDRESSES: ReadonlyMap<number, (rdata: Uint8Array) => Uint8Array[]> = new Map([
  [Type.A, whole],
  [Type.AAAA, whole],
  [typeFromText('SVCB')!, hints],
  [typeFromText('HTTPS')!, hints],
  [typeFromText('APL')!, prefixes],
  [typeFromText('IPSECKEY')!, gateway(1, 3)],
  [typeFromText('AMTRELAY')!, gateway(1, 2)],
])

/** `ipv4hint` and `ipv6hint`: RFC 9460 §7.3. */
function hints(rdata: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = []
  let at = 2 + Math.max(1, nameLength(rdata, 2))
  while (at + 4 <= rdata.length) {
    const [key, length] = [(rdata[at]! << 8) | rdata[at + 1]!, (rdata[at + 2]! << 8) | rdata[at + 3]!]
    at += 4
    const octets = key === 4 ? 4 : key === 6 ? 16 : 0
    for (let each = at; octets > 0 && each + octets <= at + length; each += octets) {
      found.push(rdata.subarray(each, each + octets))
    }
    at += length
  }
  return found
}

/** RFC 3123 §4: trailing zero octets of an address are left out. */
function prefixes(rdata: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = []
  for (let at = 0; at + 4 <= rdata.length; at += 4 + (rdata[at + 3]! & 0x7f)) {
    const address = new Uint8Array(rdata[at + 1] === 1 ? 4 : 16)
    address.set(rdata.subarray(at + 4, at + 4 + Math.min(address.length, rdata[at + 3]! & 0x7f)))
    found.push(address)
  }
  return found
}

function addressFromText(text: string): Uint8Array | undefined {
  return text.includes(':') ? ipv6FromText(text) : ipv4FromText(text)
}

interface Prefix {
  readonly octets: Uint8Array
  readonly length: number
}

function prefixFromText(text: string): Prefix {
  const [address, length] = text.split('/') as [string, string]
  return { octets: addressFromText(address)!, length: Number(length) }
}

function isWithin(address: Uint8Array, { octets, length }: Prefix): boolean {
  if (address.length !== octets.length) return false
  const rest = length & 7
  const end = length >>> 3
  for (let at = 0; at < end; at++) if (address[at] !== octets[at]) return false
  return rest === 0 || (address[end]! ^ octets[end]!) >>> (8 - rest) === 0
}

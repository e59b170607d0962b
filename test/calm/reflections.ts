import { Type } from '../../dns/constants.ts'
import { buildQuery } from '../../dns/message.ts'
import type { ZoneText } from '../helpers/answering.ts'
import type { Random } from '../helpers/random.ts'
import { wireName } from '../helpers/zone.ts'

/** Octets of the IP and UDP headers that a datagram has around it. */
export const HEADER_OCTETS = { IPv4: 28, IPv6: 48 } as const

export const REFLECTED = 'example.com.'

/** A zone with all that makes large answers. */
export const REFLECTING_ZONE: ZoneText = {
  base: `$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 300
@ NS ns1
@ NS ns2
@ MX 10 mx1
@ MX 20 mx2
ns1 A 192.0.2.1
ns2 A 192.0.2.2
mx1 A 192.0.2.3
mx2 A 192.0.2.4
www A 192.0.2.5
alias CNAME www
*.wild TXT "${'w'.repeat(200)}"
partners NS ns1.partners
partners NS ns2.partners
ns1.partners A 192.0.2.6
ns2.partners AAAA 2001:db8::6
${Array.from({ length: 4 }, (_, index) => `large TXT "${String(index).repeat(200)}"`).join('\n')}
`,
}

const ANY = 255
const DNSKEY = 48
const NSID = { code: 3, data: new Uint8Array(0) }

/** Questions that somebody might have answered to somebody else, each as it may come again and again. */
export const REFLECTIONS: Readonly<Record<string, (random: Random) => Uint8Array>> = {
  'an address, without EDNS': () => asked('www', Type.A, {}, true),
  'an address, signed': () => asked('www', Type.A, { do: true }),
  DNSKEY: () => asked('', DNSKEY, { do: true }),
  'a large TXT, signed': () => asked('large', Type.TXT, { do: true }),
  'ANY, signed': () => asked('', ANY, { do: true }),
  'a wildcard, signed': (random) => asked(`w${random.below(100)}.wild`, Type.TXT, { do: true }),
  'an alias, signed': () => asked('alias', Type.A, { do: true }),
  'a referral, signed': () => asked('x.partners', Type.A, { do: true }),
  'NODATA, signed': () => asked('www', Type.MX, { do: true }),
  'an absent name': (random) => asked(`no${random.below(1e9)}`, Type.A, {}),
  'an absent name, signed': (random) => asked(`no${random.below(100)}`, Type.A, { do: true }),
  'a foreign name': () => question({ name: 'example.net.', type: Type.A, edns: {} }),
  'CHAOS version.bind': () => question({ name: 'version.bind.', type: Type.TXT, class: 3, edns: {} }),
  'a strange class': () => question({ name: REFLECTED, type: Type.A, class: 0x1234 }),
  'EDNS of a version to come': () => asked('www', Type.A, { version: 7, do: true }),
  'a malformed OPT': () => broken(asked('www', Type.A, { do: true })),
  'another opcode': () => withOpcode(asked('www', Type.A, {}), 4),
  'a header alone': () => asked('www', Type.A, {}).subarray(0, 12),
  'a client cookie': (random) => asked('www', Type.A, { options: [cookieOf(random, 8)] }),
  'an invented server cookie': (random) => asked('www', Type.A, { do: true, options: [cookieOf(random, 24)] }),
  'a cookie of a wrong length': (random) => asked('www', Type.A, { options: [cookieOf(random, 5)] }),
  'an absent name with a client cookie': (random) =>
    asked(`no${random.below(1e9)}`, Type.A, { options: [cookieOf(random, 8)] }),
  NSID: () => asked('www', Type.A, { options: [NSID] }),
}

function asked(
  host: string,
  type: number,
  edns: NonNullable<Parameters<typeof buildQuery>[0]['edns']>,
  plain = false,
): Uint8Array {
  return question({ name: host === '' ? REFLECTED : `${host}.${REFLECTED}`, type, ...(plain ? {} : { edns }) })
}

function question({
  name,
  ...rest
}: { name: string } & Omit<Parameters<typeof buildQuery>[0], 'id' | 'name'>): Uint8Array {
  return buildQuery({ id: 1, name: wireName(name), ...rest })
}

function cookieOf(random: Random, octets: number) {
  return { code: 10, data: Uint8Array.from({ length: octets }, () => random.below(256)) }
}

/** RDLENGTH says more than there is. */
function broken(message: Uint8Array): Uint8Array {
  const copy = message.slice()
  copy[copy.length - 1] = 9
  return copy
}

function withOpcode(message: Uint8Array, opcode: number): Uint8Array {
  const copy = message.slice()
  copy[2] = opcode << 3
  return copy
}

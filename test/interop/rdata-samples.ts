import { typeFromText } from '../../dns/rr/registry.ts'
import type { Random } from '../helpers/random.ts'

/** Makes the text of one RDATA; `target` draws a host name that is interesting in the zone at hand. */
type Sample = (random: Random, target: () => string) => string

/** In texts that NSD 4.6 and Knot DNS 3.2 both read; types that they do not know are written as RFC 3597 has it. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  A: (random) => `192.0.2.${random.below(256)}`,
  AAAA: (random) => random.pick(['2001:db8::1', '::', '::ffff:192.0.2.1', 'fe80::a:B:c', '2001:DB8:0:0:1:0:0:1']),
  MX: (random, target) => `${random.below(3) * 10} ${target()}`,
  NS: (_random, target) => target(),
  SRV: (random, target) => `${random.below(2)} 5 ${random.below(65536)} ${target()}`,
  PTR: (_random, target) => target(),
  TXT: (random) =>
    random.pick(['"plain"', '"a b" "c;d"', 'bare', '"\\"quoted\\" \\000\\255"', '""', `"${'t'.repeat(255)}"`]),
  SPF: () => '"v=spf1 -all"',
  HINFO: () => '"PDP-11" "UNIX V7"',
  RP: (_random, target) => `${target()} ${target()}`,
  AFSDB: (_random, target) => `1 ${target()}`,
  RT: (_random, target) => `10 ${target()}`,
  KX: (_random, target) => `1 ${target()}`,
  NAPTR: (_random, target) => `100 10 "u" "sip+E2U" "!^.*$!sip:info@example.com!" ${target()}`,
  CAA: () => '0 issue "ca.example; policy=ev"',
  CERT: () => '1 12345 8 AQIDBAUGBwgJ',
  SSHFP: () => '4 2 123456789ABCDEF67890123456789ABCDEF67890123456789ABCDEF123456789',
  TLSA: () => '3 1 1 0D6FCE13243AA7D6FCE13243AA7D6FCE13243AA7D6FCE13243AA7D6FCE13243A',
  SMIMEA: () => '3 0 0 AABBCC',
  OPENPGPKEY: () => 'AQIDBAUGBwgJ',
  DHCID: () => 'AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=',
  LOC: () => '52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m',
  URI: () => '10 1 "https://www.example.com/path"',
  EUI48: () => '00-00-5e-00-53-2a',
  EUI64: () => '00-00-5e-ef-10-00-00-2a',
  L32: () => '10 10.1.2.0',
  L64: () => '10 2001:0DB8:1140:1000',
  NID: () => '10 0014:4fff:ff20:ee64',
  LP: (_random, target) => `10 ${target()}`,
  APL: () => '1:192.168.32.0/21 !1:192.168.38.0/28',
  MINFO: (_random, target) => `${target()} ${target()}`,
  SVCB: (_random, target) => `16 ${target()} alpn="h2,h3" port=8443`,
  HTTPS: (random, target) => random.pick([`0 ${target()}`, '1 . alpn=h2 ipv4hint=192.0.2.9', `1 ${target()}`]),
  CSYNC: () => '66 3 A NS AAAA',
  TYPE65400: (random) => random.pick(['\\# 4 deadBEEF', '\\# 0', '\\# 3 01 02 03']),
  TYPE62347: () => '\\# 2 0102',
  TYPE1: () => '\\# 4 c0000201',
}

/** Types that several records of one RRset make sense for. */
export const PLURAL_TYPES = ['A', 'AAAA', 'MX', 'SRV', 'TXT', 'PTR', 'CAA', 'HTTPS', 'NAPTR']

/** RDATA of all sampled types that Veil has a mnemonic for. */
export const RDATA_SAMPLES: Readonly<Record<string, Sample>> = Object.fromEntries(
  Object.entries(SAMPLES).filter(([type]) => typeFromText(type) !== undefined),
)

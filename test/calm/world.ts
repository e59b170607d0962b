/*
 * The zones of a calm day: an office, a shop with thousands of customers' hosts, one where everything exists by a wildcard, a
 * block list and a reverse range. What is said of shares and shapes of traffic is in docs/no-harm.md, with its sources.
 */
import type { ZoneText } from '../helpers/answering.ts'
import { createRandom } from '../helpers/random.ts'

export const OFFICE = 'example.com.'
export const SHOP = 'shop.example.'
export const WILD = 'wild.example.'
export const BLOCK_LIST = 'bl.example.'
export const REVERSE = '2.0.192.in-addr.arpa.'

/** Hosts of the office that everyone may see, the busiest first. */
export const OFFICE_HOSTS = [
  ...[
    'www',
    'mail',
    'api',
    'cdn',
    'static',
    'img',
    'shop',
    'blog',
    'login',
    'mx1',
    'mx2',
    'autodiscover',
    'smtp',
    'imap',
  ],
  ...['support', 'docs', 'status', 'news', 'jobs', 'media', 'm', 'help', 'portal', 'files', 'video', 'chat', 'events'],
  ...['partner', 'press', 'git', 'lists', 'ns1', 'ns2', 'vpn', 'webmail', 'ftp', 'forum', 'search', 'maps', 'pay'],
]
/** Hosts that only insiders see; laptops ask for them from home as well. */
export const HIDDEN_HOSTS = [
  'jenkins',
  'wiki.corp',
  'db1.corp',
  'grafana',
  'intranet',
  'sap',
  'printer3',
  'nas',
  'hr.corp',
]

/** Hosts of the shop's customers: words, as people choose them. */
export const SHOP_HOSTS = customers(3000)
/** Applications below the office's wildcard. */
export const APPLICATIONS = Array.from({ length: 40 }, (_, index) => `team${index}.apps`)
/** Addresses of the reverse range that have a name; the others have none. */
export const NAMED_ADDRESSES = Array.from({ length: 120 }, (_, index) => 1 + index * 2)
/** Listed addresses, reversed, as the block list is asked for them. */
export const LISTED = listed(2000)

const HEAD = '$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 300\n@ NS ns1\nns1 A 192.0.2.53\n'

export const CALM_ZONES: Readonly<Record<string, ZoneText>> = {
  [OFFICE]: { base: officeText(), overlays: { internal: hiddenText() } },
  [SHOP]: {
    base: `${HEAD}@ A 192.0.2.80\nwww A 192.0.2.80\n${SHOP_HOSTS.map((host) => `${host} A 192.0.2.80`).join('\n')}\n`,
  },
  [WILD]: { base: `${HEAD}@ A 192.0.2.81\n* A 192.0.2.81\n* MX 10 mx\nmx A 192.0.2.25\n` },
  [BLOCK_LIST]: { base: `${HEAD}${LISTED.map((name) => `${name} A 127.0.0.2\n${name} TXT "listed"`).join('\n')}\n` },
  [REVERSE]: {
    base: `$TTL 3600\n@ SOA ns1.${OFFICE} hostmaster.${OFFICE} 1 7200 3600 1209600 300\n@ NS ns1.${OFFICE}\n${NAMED_ADDRESSES.map((last) => `${last} PTR host-${last}.${OFFICE}`).join('\n')}\n`,
  },
}

function officeText(): string {
  const hosts = OFFICE_HOSTS.filter((host) => host !== 'ns1').map((host, index) => `${host} A 192.0.2.${1 + index}`)
  // A few hosts speak IPv6 and say so to browsers; of the others a browser learns NODATA.
  const modern = ['www', 'api', 'cdn'].flatMap((host, index) => [
    `${host} AAAA 2001:db8::${index + 1}`,
    `${host} HTTPS 1 . alpn=h2`,
  ])
  return `${HEAD}@ NS ns2
@ A 192.0.2.1
@ MX 10 mx1
@ MX 20 mx2
@ TXT "v=spf1 mx -all"
@ CAA 0 issue "letsencrypt.org"
_dmarc TXT "v=DMARC1; p=none"
s2026._domainkey TXT "v=DKIM1; k=ed25519; p=MCowBQYDK2VwAyEA"
_mta-sts TXT "v=STSv1; id=1"
_imaps._tcp SRV 0 1 993 imap
_submission._tcp SRV 0 1 587 smtp
old CNAME www
*.apps A 192.0.2.90
partners NS ns.partners
ns.partners A 192.0.2.91
${[...hosts, ...modern].join('\n')}
`
}

function hiddenText(): string {
  return HIDDEN_HOSTS.map((host, index) => `${host} 60 A 10.0.0.${index + 1}\n`).join('')
}

function customers(count: number): string[] {
  const random = createRandom(20261125)
  const first = [
    'anna',
    'bike',
    'blue',
    'corner',
    'daily',
    'easy',
    'farm',
    'garden',
    'happy',
    'iron',
    'joy',
    'kraft',
    'lux',
  ]
  const second = [
    'bakery',
    'books',
    'coffee',
    'design',
    'flowers',
    'games',
    'hardware',
    'kids',
    'market',
    'optik',
    'shoes',
    'tools',
    'wine',
  ]
  const all = new Set<string>()
  while (all.size < count) {
    const tail = random.chance(0.5) ? `-${random.below(100)}` : ''
    all.add(`${random.pick(first)}${random.chance(0.5) ? '-' : ''}${random.pick(second)}${tail}`)
    if (all.size < count && random.chance(0.3)) all.add(`${random.pick(second)}${random.below(1000)}`)
  }
  return [...all].slice(0, count)
}

function listed(count: number): string[] {
  const random = createRandom(4)
  const octet = () => random.below(254) + 1
  return [...new Set(Array.from({ length: count }, () => `${octet()}.${octet()}.${octet()}.${octet()}`))]
}

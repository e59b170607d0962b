import { cite, type Evidence, type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { prefixHolds } from './prefixes.ts'
import { readIfThere } from './read-lines.ts'

/** Prefixes of a security proxy. */
export interface ProxyRanges {
  /** `Cloudflare`, `the declared proxy`. */
  readonly name: string
  readonly prefixes: readonly string[]
  /** Where they come from, and of which day they are; nothing tells of what is declared. */
  readonly evidence: Evidence
  /** Unix seconds; undefined for what is declared, which is as new as the declaration. */
  readonly asOf: number | undefined
}

interface PublishedRanges {
  readonly name: string
  readonly source: string
  readonly asOf: string
  readonly prefixes: readonly string[]
}

/**
 * Prefixes that providers of security proxies publish as theirs, each list with its page and the day of which it is known to
 * be. Sucuri's page has no day: its list is one of 2025. An operator's file (`proxy-ranges`) takes the place of any of them.
 */
const PUBLISHED: readonly PublishedRanges[] = [
  {
    name: 'Cloudflare',
    source: 'https://www.cloudflare.com/ips/',
    asOf: '2026-07-02',
    prefixes: [
      '173.245.48.0/20',
      '103.21.244.0/22',
      '103.22.200.0/22',
      '103.31.4.0/22',
      '141.101.64.0/18',
      '108.162.192.0/18',
      '190.93.240.0/20',
      '188.114.96.0/20',
      '197.234.240.0/22',
      '198.41.128.0/17',
      '162.158.0.0/15',
      '104.16.0.0/13',
      '104.24.0.0/14',
      '172.64.0.0/13',
      '131.0.72.0/22',
      '2400:cb00::/32',
      '2606:4700::/32',
      '2803:f800::/32',
      '2405:b500::/32',
      '2405:8100::/32',
      '2a06:98c0::/29',
      '2c0f:f248::/32',
    ],
  },
  {
    name: 'Imperva',
    source: 'https://docs.imperva.com/bundle/z-kb-articles-km/page/c85245b7.html',
    asOf: '2026-07-12',
    prefixes: [
      '199.83.128.0/21',
      '198.143.32.0/19',
      '149.126.72.0/21',
      '103.28.248.0/22',
      '45.64.64.0/22',
      '185.11.124.0/22',
      '192.230.64.0/18',
      '107.154.0.0/16',
      '45.60.0.0/16',
      '45.223.0.0/16',
      '131.125.128.0/17',
      '2a02:e980::/29',
    ],
  },
  {
    name: 'Sucuri',
    source: 'https://docs.sucuri.net/website-firewall/sucuri-firewall-troubleshooting-guide',
    asOf: '2025-01-01',
    prefixes: [
      '192.88.134.0/23',
      '192.124.249.0/24',
      '185.93.228.0/22',
      '66.248.200.0/22',
      '208.109.0.0/22',
      '2a02:fe80::/29',
    ],
  },
]
const DECLARED = 'the declared proxy'
const MOST_LINES = 20_000

/** All proxies that are known: those of the operator's declaration and file first, then those of the large providers. */
export const proxyRanges = fact('ranges of security proxies', (host): readonly ProxyRanges[] => {
  const { proxyPrefixes } = host.declared
  const excerpt = proxyPrefixes.join(', ').slice(0, 200)
  const declared: readonly ProxyRanges[] =
    proxyPrefixes.length === 0
      ? []
      : [
          {
            name: DECLARED,
            prefixes: proxyPrefixes,
            evidence: { source: 'declaration', path: 'proxy-prefixes', excerpt },
            asOf: undefined,
          },
        ]
  const ofFile = rangesOfFile(host)
  const published = PUBLISHED.filter(
    ({ name }) => !ofFile.some((each) => each.name.toLowerCase() === name.toLowerCase()),
  )
  return [...declared, ...ofFile, ...published.map(ofPublished)]
})

/** Whose proxy an address belongs to; undefined: nobody's that is known. */
export function proxyOf(host: Host, address: string): ProxyRanges | undefined {
  return host.get(proxyRanges).find(({ prefixes }) => prefixes.some((prefix) => prefixHolds(prefix, address)))
}

/** The proxies of which any prefix is in a list: what a server trusts to name its clients. */
export function proxiesIn(host: Host, trusted: readonly string[]): readonly ProxyRanges[] {
  return host.get(proxyRanges).filter(({ prefixes }) => prefixes.some((prefix) => holds(trusted, prefix)))
}

function ofPublished({ name, source, asOf, prefixes }: PublishedRanges): ProxyRanges {
  const evidence: Evidence = { source: 'status', path: source, excerpt: `prefixes of ${name}, as of ${asOf}` }
  return { name, prefixes, evidence, asOf: Date.parse(asOf) / 1000 }
}

/** Lines `# Cloudflare, https://www.cloudflare.com/ips/, 2026-11-20`, and under each the prefixes of that provider. */
function rangesOfFile(host: Host): readonly ProxyRanges[] {
  const path = host.declared.proxyRanges
  const file = path === undefined ? undefined : readIfThere(host.root, path)
  if (file === undefined) return []
  const found: { name: string; prefixes: string[]; at: Place; asOf: number }[] = []
  for (const [index, text] of file.text.split('\n').slice(0, MOST_LINES).entries()) {
    const [, name, day] = /^#\s*([^,]{1,100}),[^,]*,\s*(\d{4}-\d\d-\d\d)\s*$/.exec(text) ?? []
    const asOf = Date.parse(day ?? '') / 1000
    if (name !== undefined && !Number.isNaN(asOf)) {
      found.push({ name: name.trim(), prefixes: [], at: placeIn(file, index + 1), asOf })
    } else if (/^[\da-f.:]+(?:\/\d{1,3})?\s*$/i.test(text)) found.at(-1)?.prefixes.push(text.trim())
  }
  return found.map(({ at, ...each }) => ({ ...each, evidence: cite(at) }))
}

/** Whether one of the prefixes holds the whole of another; lengths are looked at as well. */
export function holds(prefixes: readonly string[], wanted: string): boolean {
  const [network = '', length] = wanted.split('/')
  return prefixes.some((prefix) => {
    const own = prefix.split('/')[1]
    const isWide = own === undefined ? length === undefined : length === undefined || Number(own) <= Number(length)
    return isWide && prefixHolds(prefix, network)
  })
}

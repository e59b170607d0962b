import type { Host } from './host.ts'
import { prefixHolds } from './prefixes.ts'

/** Prefixes that providers of security proxies publish as theirs, as of 2025; an operator declares what is newer. */
const PUBLISHED: Readonly<Record<string, readonly string[]>> = {
  Cloudflare: [
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
  Imperva: [
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
    '2a02:e980::/29',
  ],
  Sucuri: ['192.88.134.0/23', '185.93.228.0/22', '66.248.200.0/22', '208.109.0.0/22', '2a02:fe80::/29'],
}
const DECLARED = 'the declared proxy'

/** Whose proxy an address belongs to; undefined: nobody's that is known. */
export function proxyOf(host: Host, address: string): string | undefined {
  if (host.declared.proxyPrefixes.some((prefix) => prefixHolds(prefix, address))) return DECLARED
  return Object.keys(PUBLISHED).find((name) => PUBLISHED[name]!.some((prefix) => prefixHolds(prefix, address)))
}

/** Prefixes of a proxy, by the name that proxyOf gives it. */
export function prefixesOf(host: Host, proxy: string): readonly string[] {
  return proxy === DECLARED ? host.declared.proxyPrefixes : (PUBLISHED[proxy] ?? [])
}

/** The proxies of which any prefix is in a list: what a server trusts to name its clients. */
export function proxiesIn(host: Host, prefixes: readonly string[]): readonly string[] {
  const all = [DECLARED, ...Object.keys(PUBLISHED)]
  return all.filter((name) => prefixesOf(host, name).some((prefix) => holds(prefixes, prefix)))
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

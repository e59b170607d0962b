import type { Host } from '../../facts/host.ts'
import { PROXY_HEADERS } from '../../facts/proxy-headers.ts'
import { proxyOf } from '../../facts/proxy-ranges.ts'
import { addressesOf } from '../../facts/site-addresses.ts'
import { webSites } from '../../facts/web-sites.ts'
import { type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'

/** A list of prefixes that is older than a year is held for out of date. */
const FRESH_SECONDS = 366 * 86_400

/** The world comes to web sites through a proxy that takes the blows. */
export function prx01(host: Host): readonly Judgement[] {
  const sites = host.declared.sites.filter(({ internal }) => !internal)
  if (sites.length > 0)
    return [...missingRanges(host), ...sites.map(({ name, proxied }) => judgeSite(host, name, proxied))]
  if (host.get(webSites).length === 0)
    return [notApplicable('no-site', 'No web site is declared, and no web server is started here.')]
  const reason = 'Web sites are served, and none is declared that the world reaches through a security proxy.'
  return [{ subject: HOST, state: missing(host), cause: 'none-declared', reason, evidence: [] }]
}

/** A file that takes the place of lists, and is not there, leaves them as they were without a word. */
function missingRanges(host: Host): readonly Judgement[] {
  const path = host.declared.proxyRanges
  if (path === undefined || host.root.read(path).outcome !== 'absent') return []
  const reason = 'The declared file of prefixes is not there: the lists that came with hostcheck count in its place.'
  const evidence: Evidence = { source: 'declaration', path: 'proxy-ranges', excerpt: path }
  return [{ subject: 'proxy-ranges', state: 'warn', cause: 'no-ranges-file', reason, evidence: [evidence] }]
}

/** A small operation may go without; it is told of it. */
function missing(host: Host): 'warn' | 'fail' {
  return host.declared.profile === 'small' ? 'warn' : 'fail'
}

function declaredBy(name: string, isProxied: boolean): Evidence {
  return { source: 'declaration', path: 'sites', excerpt: `${name}: ${isProxied ? 'proxied' : 'not proxied'}` }
}

function judgeSite(host: Host, name: string, isProxied: boolean): Judgement {
  const found = addressesOf(host, name)
  const say = sayOf(name, found?.evidence ?? [declaredBy(name, isProxied)])
  if (found === undefined) {
    return isProxied
      ? say(
          'unknown',
          'not-looked-up',
          'It is declared to be behind a proxy; nobody has looked up where its name leads.',
        )
      : say(missing(host), 'not-proxied', 'It is not declared to be behind a proxy: every blow hits the server itself.')
  }
  const proxies = found.addresses.map((address) => proxyOf(host, address))
  const behind = proxies.find((proxy) => proxy !== undefined)
  if (behind !== undefined && proxies.every((proxy) => proxy !== undefined)) {
    const stale = proxies.find((proxy) => proxy?.asOf !== undefined && host.now - proxy.asOf > FRESH_SECONDS)
    return stale === undefined
      ? say('pass', 'proxied', `All of its addresses are of ${behind.name}.`, [behind.evidence])
      : say(
          'warn',
          'old-ranges',
          `All of its addresses were of ${stale.name} more than a year ago; whose they are now, only a newer list tells.`,
          [stale.evidence],
        )
  }
  if (found.headers.some((header) => PROXY_HEADERS.has(header.toLowerCase()))) {
    return say('pass', 'proxied', 'Its answers carry what only a proxy adds.')
  }
  if (behind !== undefined) {
    return say('warn', 'partly', 'Some of its addresses are of a proxy; the others lead past it.')
  }
  return say(
    isProxied ? 'fail' : missing(host),
    'not-proxied',
    'Its name leads to no proxy that is known: every blow hits the server itself.',
  )
}

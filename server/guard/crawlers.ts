/*
 * Crawlers of search engines: they ask for many names, and whoever bans one is found no more. Their PTR records anybody
 * can copy; that the name leads back to the address only its owner can bring about.
 */
import { LRUCache } from 'lru-cache'
import { isMappedIPv4 } from '../../guard/prefix-trie.ts'
import { formatAddress, parseAddress } from '../address.ts'

/** What of the DNS is asked; node:dns's resolver has it. Rejects with a `code` as node:dns does. */
export interface NameResolver {
  reverse(address: string): Promise<string[]>
  resolve4(name: string): Promise<string[]>
  resolve6(name: string): Promise<string[]>
}

export type CrawlerVerdict =
  /** The address has this name, and the name this address. */
  | { readonly kind: 'crawler'; readonly name: string }
  | { readonly kind: 'other' }
  /** The DNS did not say. */
  | { readonly kind: 'unknown'; readonly reason: string }

export interface CrawlerCheck {
  /** Never rejects; answers are kept for a while. `suffixes` are the operator's own, besides those that are known. */
  check(address: Uint8Array, suffixes: readonly string[]): Promise<CrawlerVerdict>
  /** What is known already. */
  known(address: Uint8Array): CrawlerVerdict | undefined
}

/** Ends of the names that the operators of large crawlers publish for this very test. As of 2026-11. */
const CRAWLER_SUFFIXES: readonly string[] = [
  'googlebot.com',
  'google.com',
  'search.msn.com',
  'applebot.apple.com',
  'crawl.yahoo.net',
  'yandex.com',
  'yandex.net',
  'yandex.ru',
  'crawl.baidu.com',
  'crawl.baidu.jp',
  'petalsearch.com',
  'crawl.commoncrawl.org',
]

const CACHE_SIZE = 4096
const KEPT_MS = 3_600_000
const UNKNOWN_KEPT_MS = 60_000
/** Who asks for more at a time is told that nobody knows: no flood of sources becomes a flood of lookups. */
const LOOKUPS_AT_A_TIME = 16
/** PTR records of one address that are followed. */
const NAMES_FOLLOWED = 4
const PATIENCE_MS = 8000

/** A check on this resolver; `now` gives milliseconds. */
export function createCrawlerCheck(resolver: NameResolver, now: () => number = () => performance.now()): CrawlerCheck {
  const cache = new LRUCache<string, CrawlerVerdict>({ max: CACHE_SIZE, ttl: KEPT_MS, ttlResolution: 0, perf: { now } })
  let running = 0
  return {
    known: (address) => cache.get(formatAddress(address)),
    check: async (address, suffixes) => {
      const text = formatAddress(address)
      const known = cache.get(text)
      if (known !== undefined) return known
      if (running >= LOOKUPS_AT_A_TIME) return { kind: 'unknown', reason: 'too many lookups at a time' }
      running++
      const verdict = await withinPatience(lookUp(resolver, address, [...CRAWLER_SUFFIXES, ...suffixes]))
      running--
      cache.set(text, verdict, { ttl: verdict.kind === 'unknown' ? UNKNOWN_KEPT_MS : KEPT_MS })
      return verdict
    },
  }
}

/** Resolves the check's lookup, never rejecting. */
async function lookUp(
  resolver: NameResolver,
  address: Uint8Array,
  suffixes: readonly string[],
): Promise<CrawlerVerdict> {
  try {
    const text = formatAddress(address)
    const names = (await orNothing(resolver.reverse(text)))
      .map((name) => name.toLowerCase().replace(/\.$/, ''))
      .filter((name) => suffixes.some((suffix) => name.endsWith(`.${suffix}`)))
    for (const name of names.slice(0, NAMES_FOLLOWED)) {
      const ipv4 = isMappedIPv4(address, 0)
      const addresses = await orNothing(ipv4 ? resolver.resolve4(name) : resolver.resolve6(name))
      if (addresses.some((each) => sameAddress(each, text))) return { kind: 'crawler', name }
    }
    return { kind: 'other' }
  } catch (error) {
    return { kind: 'unknown', reason: (error as NodeJS.ErrnoException).code ?? 'the lookup failed' }
  }
}

/** That there is no such name or record is an answer; everything else is none. */
async function orNothing(lookup: Promise<string[]>): Promise<string[]> {
  try {
    return await lookup
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOTFOUND' || code === 'ENODATA') return []
    throw error
  }
}

function sameAddress(given: string, text: string): boolean {
  const octets = parseAddress(given)
  return octets !== undefined && formatAddress(octets) === text
}

async function withinPatience(lookup: Promise<CrawlerVerdict>): Promise<CrawlerVerdict> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<CrawlerVerdict>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, { kind: 'unknown', reason: 'the lookup took too long' }).unref()
  })
  const verdict = await Promise.race([lookup, late])
  clearTimeout(timer)
  return verdict
}

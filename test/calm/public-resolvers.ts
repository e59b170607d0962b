/*
 * Few resolvers that many people share. Their caches hide most of what exists, so what reaches the server from them is to a
 * large part what does not; a question may come from any of their addresses.
 */
import { Type } from '../../dns/constants.ts'
import type { Random } from '../helpers/random.ts'
import { chromiumProbes, LOOKED_FOR, mistype, SEARCHED } from './noise.ts'
import { type Ask, type Cache, createCache, type Habit, type Manner, type Traffic, trafficOf, zipf } from './traffic.ts'
import { APPLICATIONS, OFFICE, OFFICE_HOSTS, SHOP, SHOP_HOSTS, WILD } from './world.ts'

interface Resolver {
  readonly addresses: readonly string[]
  /** Each site of it has a cache of its own, and so has each machine there. */
  readonly caches: readonly Cache[]
  readonly manner: Manner
  /** RFC 9156: asks for the ancestors first, with this type. */
  readonly minimises: number | undefined
  /** People's lookups a second. */
  readonly rate: number
}

const NEGATIVE_SECONDS = 300
const HTTPS = 65
const DS = 43
const DNSKEY = 48

/** Lookups of people that reach a resolver, most of which its cache answers; the shares of what is not there are of all. */
const TYPOS = 0.02
const PROBES = 0.015
const SEARCHES = 0.02
const SERVICES = 0.02
const STALE = 0.015
/** Hosts that are gone: links and configurations still name them. */
const GONE = Array.from({ length: 250 }, (_, index) => `${OFFICE_HOSTS[index % OFFICE_HOSTS.length]}${2000 + index}`)

export function publicResolvers(random: Random): Traffic {
  const resolvers: Resolver[] = [
    {
      ...site(['127.8.8', '127.8.9'], 32, 12),
      manner: { validates: true, mixesCase: true },
      minimises: undefined,
      rate: 8,
    },
    { ...site(['127.101.1'], 24, 6), manner: { validates: true }, minimises: Type.NS, rate: 5 },
    { ...site(['127.99.9'], 12, 3), manner: { validates: true }, minimises: Type.A, rate: 3 },
    { ...site(['127.62.40'], 6, 2), manner: { cookie: true }, minimises: undefined, rate: 3 },
  ]
  return trafficOf(
    random,
    resolvers.flatMap((resolver) => habitsOf(resolver, random)),
  )
}

function site(networks: readonly string[], hosts: number, caches: number): Pick<Resolver, 'addresses' | 'caches'> {
  return {
    addresses: networks.flatMap((network) => Array.from({ length: hosts }, (_, index) => `${network}.${index + 10}`)),
    caches: Array.from({ length: caches }, createCache),
  }
}

function habitsOf(resolver: Resolver, random: Random): Habit[] {
  const { rate } = resolver
  const resolve = (at: number, name: string, types: readonly number[], ask: Ask, seconds = 300): void => {
    const cache = random.pick(resolver.caches)
    for (const type of types) lookUp({ resolver, cache, random, ask }, { at, name, type, seconds })
  }
  const habit = (share: number, happen: Habit['happen']): Habit => ({ rate: rate * share, diurnal: true, happen })
  const web = (): number[] => (random.chance(0.4) ? [Type.A, Type.AAAA, HTTPS] : [Type.A, Type.AAAA])
  return [
    habit(0.55, (at, ask) => resolve(at, `${OFFICE_HOSTS[zipf(random, OFFICE_HOSTS.length)]}.${OFFICE}`, web(), ask)),
    habit(0.25, (at, ask) => resolve(at, `${SHOP_HOSTS[zipf(random, SHOP_HOSTS.length)]}.${SHOP}`, web(), ask)),
    habit(0.05, (at, ask) => resolve(at, `${random.pick(APPLICATIONS)}.${OFFICE}`, web(), ask)),
    habit(0.03, (at, ask) => resolve(at, `${random.below(1e6).toString(36)}.cdn.${WILD}`, [Type.A], ask)),
    habit(0.03, (at, ask) => resolve(at, OFFICE, [Type.MX, Type.TXT], ask, 3600)),
    habit(0.02, (at, ask) =>
      resolve(
        at,
        random.pick([OFFICE, SHOP]),
        resolver.manner.validates ? [DNSKEY, DS, Type.NS] : [Type.NS],
        ask,
        3600,
      ),
    ),
    habit(TYPOS, (at, ask) => {
      const [hosts, zone] = random.chance(0.6) ? [OFFICE_HOSTS, OFFICE] : [SHOP_HOSTS, SHOP]
      resolve(at, `${mistype(hosts[zipf(random, hosts.length)]!, random)}.${zone}`, web(), ask, NEGATIVE_SECONDS)
    }),
    habit(PROBES / 3, (at, ask) => {
      for (const probe of chromiumProbes(random)) resolve(at, `${probe}.${OFFICE}`, [Type.A], ask, NEGATIVE_SECONDS)
    }),
    habit(SEARCHES, (at, ask) =>
      resolve(at, `${random.pick(SEARCHED)}.${OFFICE}`, [Type.A, Type.AAAA], ask, NEGATIVE_SECONDS),
    ),
    habit(SERVICES, (at, ask) => {
      const [name, type] = random.pick(LOOKED_FOR)
      resolve(at, `${name}.${OFFICE}`, [type], ask, NEGATIVE_SECONDS)
    }),
    habit(STALE, (at, ask) =>
      resolve(at, `${GONE[zipf(random, GONE.length)]}.${OFFICE}`, [Type.A, Type.AAAA], ask, NEGATIVE_SECONDS),
    ),
  ]
}

interface Looking {
  readonly resolver: Resolver
  readonly cache: Cache
  readonly random: Random
  readonly ask: Ask
}

/** Asks what the cache has not got, ancestors first where QNAME is minimised. */
function lookUp(
  { resolver, cache, random, ask }: Looking,
  { at, name, type, seconds }: { at: number; name: string; type: number; seconds: number },
): void {
  const { addresses, manner, minimises } = resolver
  let moment = at
  const send = (sent: string, sentType: number): void => {
    if (!cache.misses(`${sent} ${sentType}`, at, seconds)) return
    ask({ at: moment, source: random.pick(addresses), name: sent, type: sentType, manner })
    moment += 20
  }
  if (minimises !== undefined) for (const ancestor of ancestorsOf(name)) send(ancestor, minimises)
  send(name, type)
}

/** Names between the name and its zone's apex, the shortest first. */
function ancestorsOf(name: string): string[] {
  const zone = [OFFICE, SHOP, WILD].find((apex) => name.endsWith(`.${apex}`))
  if (zone === undefined) return []
  const labels = name.slice(0, -zone.length - 1).split('.')
  return labels.slice(1).map((_, index) => `${labels.slice(labels.length - 1 - index).join('.')}.${zone}`)
}

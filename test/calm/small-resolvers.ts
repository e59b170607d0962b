/*
 * Thousands of resolvers, each for a household, a school or a mail server: caches that hide little, and all that software
 * asks for by itself. Some of them ask a block list, where hardly anything they ask for is listed.
 */
import { Type } from '../../dns/constants.ts'
import type { Random } from '../helpers/random.ts'
import { chromiumProbes, LOOKED_FOR, mistype, SEARCHED } from './noise.ts'
import { type Ask, type Cache, createCache, type Habit, type Manner, type Traffic, trafficOf, zipf } from './traffic.ts'
import { BLOCK_LIST, HIDDEN_HOSTS, LISTED, OFFICE, OFFICE_HOSTS, SHOP, SHOP_HOSTS } from './world.ts'

interface Household {
  readonly address: string
  readonly cache: Cache
  readonly manner: Manner
}

const HOUSEHOLDS = 3000
const MAIL_SERVERS = 150
/** Households whose machines have the office's domain in their search list: employees at home. */
const EMPLOYEES = 120
const CACHE_SECONDS = 600
/** Visits of all households, a second. */
const VISITS = 3
const LOOKUPS_OF_MAIL = 1

export function smallResolvers(random: Random): Traffic {
  const households = Array.from({ length: HOUSEHOLDS }, (): Household => household(random))
  const employees = households.slice(0, EMPLOYEES)
  const mailServers = households.slice(-MAIL_SERVERS)
  return trafficOf(random, [
    ...visits(households, random),
    ...homeOffices(employees, random),
    ...blockList(mailServers, random),
  ])
}

function household(random: Random): Household {
  return {
    address: `127.${128 + random.below(120)}.${random.below(256)}.${1 + random.below(254)}`,
    cache: createCache(),
    manner: random.pick<Manner>([
      {},
      { plain: true },
      { validates: true },
      { validates: true, cookie: true },
      { recursionDesired: true },
      { mixesCase: true },
    ]),
  }
}

function ask({ address, cache, manner }: Household, to: Ask, asked: { at: number; name: string; type: number }): void {
  if (cache.misses(`${asked.name} ${asked.type}`, asked.at, CACHE_SECONDS)) to({ ...asked, source: address, manner })
}

function visits(households: readonly Household[], random: Random): Habit[] {
  const anybody = (): Household => households[zipf(random, households.length)]!
  const both = (who: Household, at: number, name: string, to: Ask): void => {
    ask(who, to, { at, name, type: Type.A })
    if (random.chance(0.8)) ask(who, to, { at: at + 1, name, type: Type.AAAA })
  }
  return [
    {
      ...{ rate: VISITS, diurnal: true },
      happen: (at, to) => {
        const [hosts, zone] = random.chance(0.5) ? [OFFICE_HOSTS, OFFICE] : [SHOP_HOSTS, SHOP]
        both(anybody(), at, `${hosts[zipf(random, hosts.length)]}.${zone}`, to)
      },
    },
    {
      ...{ rate: VISITS * 0.06, diurnal: true },
      happen: (at, to) => {
        const who = anybody()
        const [hosts, zone] = random.chance(0.5) ? [OFFICE_HOSTS, OFFICE] : [SHOP_HOSTS, SHOP]
        const typo = `${mistype(hosts[zipf(random, hosts.length)]!, random)}.${zone}`
        both(who, at, typo, to)
        // Browsers try "www." before it, people try once more.
        if (random.chance(0.4)) both(who, at + 300, `www.${typo}`, to)
        if (random.chance(0.5)) both(who, at + 6000, `${hosts[zipf(random, hosts.length)]}.${zone}`, to)
      },
    },
  ]
}

/** Machines that think they are in the office. */
function homeOffices(employees: readonly Household[], random: Random): Habit[] {
  const inOffice = (name: string): string => `${name}.${OFFICE}`
  return [
    {
      ...{ rate: VISITS * 0.05, diurnal: true },
      happen: (at, to) => ask(random.pick(employees), to, { at, name: inOffice(random.pick(SEARCHED)), type: Type.A }),
    },
    {
      ...{ rate: VISITS * 0.01, diurnal: true },
      happen: (at, to) => {
        const who = random.pick(employees)
        for (const probe of chromiumProbes(random)) ask(who, to, { at, name: inOffice(probe), type: Type.A })
      },
    },
    {
      ...{ rate: VISITS * 0.04, diurnal: true },
      happen: (at, to) => {
        const who = random.pick(employees)
        for (const [name, type] of random.some(LOOKED_FOR, 3)) ask(who, to, { at, name: inOffice(name), type })
      },
    },
    {
      // The laptop wakes up before its VPN does.
      ...{ rate: VISITS * 0.005, diurnal: true },
      happen: (at, to) => {
        const who = random.pick(employees)
        for (const host of random.some(HIDDEN_HOSTS, 2)) ask(who, to, { at, name: inOffice(host), type: Type.A })
      },
    },
  ]
}

/** Mail comes from anywhere; one sender in twenty is listed. */
function blockList(mailServers: readonly Household[], random: Random): Habit[] {
  return [
    {
      rate: LOOKUPS_OF_MAIL,
      happen: (at, to) => {
        const who = mailServers[zipf(random, mailServers.length)]!
        const octet = (): number => 1 + random.below(254)
        const isListed = random.chance(0.05)
        const sender = isListed ? random.pick(LISTED) : `${octet()}.${octet()}.${octet()}.${octet()}`
        ask(who, to, { at, name: `${sender}.${BLOCK_LIST}`, type: Type.A })
        if (isListed) ask(who, to, { at: at + 30, name: `${sender}.${BLOCK_LIST}`, type: Type.TXT })
      },
    },
  ]
}

/*
 * An office behind one address, and machines: mail, monitoring, certificates, crawlers, things. They repeat themselves, come
 * in bursts, by the clock, and hold on for ever to names that are long gone.
 */
import { Type } from '../../dns/constants.ts'
import type { Random } from '../helpers/random.ts'
import { mistype } from './noise.ts'
import { type Ask, createCache, type Habit, type Manner, type Traffic, trafficOf, zipf } from './traffic.ts'
import { NAMED_ADDRESSES, OFFICE, OFFICE_HOSTS, REVERSE, SHOP, SHOP_HOSTS } from './world.ts'

const PTR = 12
const TLSA = 52
const CAA = 257
const HTTPS = 65
const ANY = 255
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const VALIDATING: Manner = { validates: true }
const FORWARDING: Manner = { recursionDesired: true }
const OFFICE_ADDRESS = '127.70.1.1'

export function machines(random: Random): Traffic {
  return trafficOf(random, [
    ...office(random),
    ...mail(random),
    ...monitoring(),
    ...certificates(random),
    ...crawlers(random),
    ...things(random),
    ...logReaders(random),
  ])
}

/** Two hundred people behind one forwarder that keeps little. */
function office(random: Random): Habit[] {
  const cache = createCache()
  const ask = (to: Ask, at: number, name: string, type: number): void => {
    if (cache.misses(`${name} ${type}`, at, 60)) to({ at, source: OFFICE_ADDRESS, name, type, manner: FORWARDING })
  }
  return [
    {
      ...{ rate: 1.5, diurnal: true },
      happen: (at, to) => {
        const name = `${OFFICE_HOSTS[zipf(random, OFFICE_HOSTS.length)]}.${OFFICE}`
        for (const type of [Type.A, Type.AAAA, HTTPS]) ask(to, at, name, type)
      },
    },
    {
      ...{ rate: 0.03, diurnal: true },
      happen: (at, to) => ask(to, at, `${mistype(random.pick(OFFICE_HOSTS), random)}.${OFFICE}`, Type.A),
    },
    {
      // Somebody with dig, now and then.
      rate: 0.002,
      happen: (at, to) => {
        const name = `${random.pick(OFFICE_HOSTS)}.${OFFICE}`
        for (const type of [ANY, Type.TXT, Type.SOA]) to({ at, source: OFFICE_ADDRESS, name, type, manner: FORWARDING })
      },
    },
  ]
}

/** Servers that send to and receive from the office: who is it, may it, is it encrypted. */
function mail(random: Random): Habit[] {
  const servers = Array.from({ length: 80 }, () => `127.30.${random.below(200)}.${1 + random.below(250)}`)
  const receives: readonly (readonly [string, number])[] = [
    ['', Type.MX],
    ['', Type.TXT],
    ['_dmarc.', Type.TXT],
    ['s2026._domainkey.', Type.TXT],
    ['s2019._domainkey.', Type.TXT],
    ['_mta-sts.', Type.TXT],
    ['mta-sts.', Type.A],
    ['_smtp._tls.', Type.TXT],
    ['default._bimi.', Type.TXT],
    ['mx1.', Type.A],
    ['mx1.', Type.AAAA],
    ['_25._tcp.mx1.', TLSA],
    ['mx2.', Type.A],
    ['_25._tcp.mx2.', TLSA],
  ]
  return [
    {
      ...{ rate: 0.08, diurnal: true },
      happen: (at, to) => {
        const source = random.pick(servers)
        receives.forEach(([name, type], index) => {
          to({ at: at + index * 15, source, name: `${name}${OFFICE}`, type, manner: VALIDATING })
        })
        to({ at: at + 5, source, name: `25.${REVERSE}`, type: PTR, manner: VALIDATING })
      },
    },
  ]
}

/** Twenty probes around the world, each every minute. */
function monitoring(): Habit[] {
  const checks = ['www', 'api', 'mail', 'status'].map((host) => `${host}.${OFFICE}`)
  return Array.from(
    { length: 20 },
    (_, probe): Habit => ({
      everyMs: MINUTE,
      happen: (at, to) => {
        const asked = { source: `127.40.${probe}.7`, at: at + probe * 1700, manner: FORWARDING }
        for (const name of checks) {
          to({ ...asked, name, type: Type.A })
          to({ ...asked, name, type: Type.AAAA })
        }
        to({ ...asked, name: OFFICE, type: Type.SOA })
        to({ ...asked, name: OFFICE, type: probe % 5 === 0 ? ANY : Type.NS })
      },
    }),
  )
}

/** A certificate for forty names at once, seen from five places; the challenges are served by HTTP, so their names are absent. */
function certificates(random: Random): Habit[] {
  return [
    {
      rate: 1 / 3600,
      happen: (at, to) => {
        const names = random.chance(0.5)
          ? random.some(OFFICE_HOSTS, 40).map((host) => `${host}.${OFFICE}`)
          : random.some(SHOP_HOSTS, 40).map((host) => `${host}.${SHOP}`)
        names.forEach((name, index) => {
          for (let place = 0; place < 5; place++) {
            const asked = { source: `127.23.${place * 40}.178`, at: at + index * 90 + place * 400 }
            const manner: Manner = { validates: true, mixesCase: true }
            for (const type of [Type.A, Type.AAAA, CAA]) to({ ...asked, name, type, manner })
            to({ ...asked, name: `_acme-challenge.${name}`, type: Type.TXT, manner })
          }
        })
      },
    },
  ]
}

/** Search engines come back for all they ever saw, and a third of that is gone. */
function crawlers(random: Random): Habit[] {
  const gone = Array.from({ length: 120 }, (_, index) => `${SHOP_HOSTS[index * 7]}-${index % 9}x`)
  return Array.from(
    { length: 6 },
    (_, crawler): Habit => ({
      rate: 0.04,
      happen: (at, to) => {
        const source = `127.66.${249 - crawler}.${10 + random.below(20)}`
        const name = random.chance(0.3) ? random.pick(gone) : SHOP_HOSTS[zipf(random, SHOP_HOSTS.length)]
        for (const type of [Type.A, Type.AAAA]) to({ at, source, name: `${name}.${SHOP}`, type, manner: {} })
      },
    }),
  )
}

/** Devices that look every half minute for a host that was taken away years ago, and ask three times each. */
function things(random: Random): Habit[] {
  return Array.from({ length: 30 }, (_, thing): Habit => {
    const name = `${random.pick(['updates', 'ntp', 'telemetry', 'mqtt', 'cloud'])}-v${1 + (thing % 4)}.${OFFICE}`
    const source = `127.90.${thing * 7}.${20 + thing}`
    return {
      everyMs: 30_000,
      happen: (at, to) => {
        for (let attempt = 0; attempt < 3; attempt++) {
          to({ at: at + thing * 900 + attempt * 2000, source, name, type: Type.A, manner: { plain: true } })
        }
      },
    }
  })
}

/** At the full hour somebody's statistics want names for all addresses in a log; a sixth of those have none. */
function logReaders(random: Random): Habit[] {
  const silent = Array.from({ length: 24 }, (_, index) => 2 + index * 8)
  return Array.from(
    { length: 3 },
    (_, reader): Habit => ({
      everyMs: HOUR,
      happen: (at, to) => {
        const seen = [...random.some(NAMED_ADDRESSES, 60), ...random.some(silent, 12)]
        random.some(seen, seen.length).forEach((last, index) => {
          const name = `${last}.${REVERSE}`
          to({ at: at + reader * 10_000 + index * 40, source: `127.50.${reader}.9`, name, type: PTR, manner: {} })
        })
      },
    }),
  )
}

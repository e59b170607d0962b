import fc from 'fast-check'
import { Flag } from '../../dns/constants.ts'
import { buildQuery, type EdnsOption } from '../../dns/message.ts'
import { createMessageSource } from '../fuzz/hostile-messages.ts'
import { createRandom, type Random } from '../helpers/random.ts'
import { APEX_RECORDS, RECORDS } from '../helpers/random-zone.ts'
import type { Zones } from '../helpers/two-views.ts'
import { projectText, wireName } from '../helpers/zone.ts'
import { MODEL_APEX, type ModelRecord, modelText } from '../helpers/zone-model.ts'

/** A zone that a company might have, and what only its people may know of it. */
export const COMPANY = 'company.test'
export const COMPANY_SERIAL = 2026112101
const COMPANY_ZONE = `$TTL 300
@ SOA ns1 hostmaster ${COMPANY_SERIAL} 7200 3600 1209600 300
@ NS ns1
@ NS ns2.elsewhere.test.
@ MX 10 mail
@ TXT "v=spf1 mx -all"
ns1 A 192.0.2.53
mail A 192.0.2.25
mail AAAA 2001:db8::25
www A 192.0.2.80
git CNAME www
*.apps A 192.0.2.81
a.deep.ent TXT "here"
sub NS ns.sub
ns.sub A 192.0.2.54
old DNAME www
`
const COMPANY_NAMES = ['@', 'ns1', 'mail', 'www', 'git', 'x.apps', 'a.deep.ent', 'deep.ent', 'x.sub', 'x.old', 'absent']

export interface World {
  /** With overlays for insiders. */
  readonly zones: Zones
  /** Owners of hidden records, presentation format. */
  readonly hidden: readonly string[]
  /** Owners of public ones. */
  readonly visible: readonly string[]
  /** Hidden names of the company that have an address, with it. */
  readonly hosts: ReadonlyMap<string, string>
}

/** The company's zone and random ones, which depend on `publicSeed`, each with secrets, which depend on `secretSeed`. */
export function worldOf(publicSeed: number, secretSeed: number): World {
  const secrets = companySecrets(createRandom(secretSeed))
  const zones: Record<string, { base: string; overlay: string }> = {
    [COMPANY]: { base: COMPANY_ZONE, overlay: secrets.text },
  }
  const hidden = secrets.owners.map((owner) => `${owner}.${COMPANY}.`)
  const visible = COMPANY_NAMES.map((name) => (name === '@' ? `${COMPANY}.` : `${name}.${COMPANY}.`))
  fc.sample(RECORDS, { seed: publicSeed, numRuns: RANDOM_ZONES }).forEach((records, at) => {
    const apex = `random${at}.test`
    const text = (of: readonly ModelRecord[]) => modelText(of).replaceAll(MODEL_APEX, `${apex}.`)
    const base = text([...APEX_RECORDS, ...records])
    const overlay = loadableOverlay(base, apex, secretSeed + at, text)
    zones[apex] = { base, overlay: text(overlay) }
    hidden.push(...overlay.map(({ owner }) => ownerName(owner, apex)))
    visible.push(...records.map(({ owner }) => ownerName(owner, apex)))
  })
  return { zones, hidden: [...new Set(hidden)], visible: [...new Set(visible)], hosts: secrets.hosts }
}

/** The same zones on a server that has never heard of the secrets. */
export function innocentZones({ zones }: World): Zones {
  return Object.fromEntries(Object.entries(zones).map(([apex, { base }]) => [apex, { base }]))
}

/** The same with the company's secrets in what everyone may see. */
export function leakingZones(world: World): Zones {
  const { base, overlay = '' } = world.zones[COMPANY]!
  return { ...innocentZones(world), [COMPANY]: { base: `${base}${overlay}` } }
}

/**
 * Questions for the names and for all that is above them, by all types, for a child and a sibling of each by some, with
 * varying flags, classes and EDNS; then so many mutations of such questions.
 */
export function questionsAround(names: readonly string[], seed: number, mutated: number): Uint8Array[] {
  const random = createRandom(seed)
  const above = new Set<string>()
  const around = new Set<string>()
  for (const name of names) {
    const labels = name.split('.').slice(0, -1)
    for (let skipped = 0; skipped < labels.length; skipped++) above.add(`${labels.slice(skipped).join('.')}.`)
    for (const child of ['x', '*']) around.add(`${child}.${name}`)
    around.add(['zz', ...labels.slice(1), ''].join('.'))
  }
  const wanted = [...above, ...around]
  const asked = wanted.flatMap((name) => {
    const types = above.has(name) ? TYPES : random.some(TYPES, 6)
    return types.map((type) => variation(name, type, random))
  })
  return [...asked, ...mutations(wanted, mutated, random)]
}

const RANDOM_ZONES = 8

const TYPES = [1, 2, 5, 6, 15, 16, 28, 33, 39, 43, 46, 47, 48, 64, 65, 99, 128, 251, 252, 255, 65400]
const FLAGS = [0, Flag.RD, Flag.AD, Flag.CD, Flag.RD | Flag.AD | Flag.CD, Flag.AA, Flag.TC, Flag.RA, 0x0040]
const CLASSES = [1, 1, 1, 1, 1, 1, 1, 1, 3, 255]
const LABELS = [
  'db',
  'jenkins',
  'vpn',
  'staging',
  'git',
  'grafana',
  'ldap',
  'k8s',
  'backup',
  'old',
  'apps',
  'ent',
  'deep',
]
/** NSID, cookie, client subnet of the insider, and one that nobody knows. */
const OPTIONS: readonly EdnsOption[] = [
  { code: 3, data: new Uint8Array() },
  { code: 10, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
  { code: 8, data: Uint8Array.of(0, 1, 32, 0, 127, 0, 0, 2) },
  { code: 65001, data: Uint8Array.of(7) },
]

function variation(name: string, type: number, random: Random): Uint8Array {
  const edns = {
    udpSize: random.pick([0, 512, 1232, 65_535]),
    do: random.chance(0.4),
    co: random.chance(0.3),
    options: random.some(OPTIONS, random.below(3)),
    version: random.chance(0.05) ? 1 : 0,
  }
  const query = { id: 0, name: randomCase(wireName(name), random), type, class: random.pick(CLASSES) }
  const message = buildQuery(random.chance(0.7) ? { ...query, edns } : query)
  const flags = random.pick(FLAGS)
  message[2] = flags >> 8
  message[3] = flags & 0xff
  return message
}

/** Not shorter than a header: such ends a TCP connection. */
function mutations(names: readonly string[], count: number, random: Random): Uint8Array[] {
  const source = createMessageSource(random, names)
  return Array.from({ length: count }, () => {
    const octets = new Uint8Array(400)
    return octets.subarray(0, Math.max(12, source.write(octets, 0, octets.length)))
  })
}

function randomCase(name: Uint8Array, random: Random): Uint8Array {
  return name.map((octet) => (octet >= 0x61 && octet <= 0x7a && random.chance(0.3) ? octet & 0xdf : octet))
}

/** Hosts below names that are nobody's, below public ones and beside wildcards; aliases, mail, a cut, a replaced RRset. */
function companySecrets(random: Random): { text: string; owners: string[]; hosts: Map<string, string> } {
  const hosts = new Map<string, string>()
  for (let count = 6 + random.below(10); count > 0; count--) {
    const name = random.some(LABELS, 1 + random.below(3)).join('.')
    if (!OCCUPIED.test(name)) hosts.set(name, `10.${random.below(250)}.${random.below(250)}.${random.below(250)}`)
  }
  hosts.set(`host${random.below(1000)}.apps`, '10.0.0.1')
  hosts.set('mail', `10.1.1.${random.below(250)}`)
  const names = [...hosts.keys()]
  const number = random.below(1000)
  const others = [
    `cut${number} NS ns.cut${number}`,
    `ns.cut${number} A 10.3.3.3`,
    `alias${number} CNAME ${random.pick(names)}`,
    `*.wild${number} TXT "hidden"`,
    `intranet${number}.deep.ent MX 5 ${random.pick(names)}`,
  ]
  const lines = [...[...hosts].map(([name, address]) => `${name} A ${address}`), ...others]
  return { text: `$TTL 60\n${lines.join('\n')}\n`, owners: lines.map((line) => line.split(' ')[0]!), hosts }
}

/** Below the DNAME, or at it, or at the alias. */
const OCCUPIED = /(^|\.)old$|^git$/

function loadableOverlay(base: string, apex: string, seed: number, text: (of: readonly ModelRecord[]) => string) {
  for (const records of fc.sample(RECORDS, { seed, numRuns: 20 })) {
    const overlay = records.filter(({ owner }) => owner.length > 0)
    const { problems } = projectText(apex, base, { overlay: text(overlay) })
    if (overlay.length > 0 && problems.every(({ severity }) => severity !== 'error')) return overlay
  }
  return [{ owner: ['hidden'], ttl: 60, type: 'A', rdata: '10.0.0.1' }]
}

function ownerName(owner: readonly string[], apex: string): string {
  return modelText([{ owner, ttl: 0, type: 'A', rdata: '' }])
    .split(' ')[0]!
    .replace(MODEL_APEX, `${apex}.`)
}

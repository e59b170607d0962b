import { createRandom, type Random } from '../helpers/random.ts'
import { PLURAL_TYPES, RDATA_SAMPLES } from './rdata-samples.ts'
import { labelsOf, type World, type WorldRecord, type WorldZone } from './world.ts'

/**
 * A world of small zones that gather what is hard to answer right: wildcards within wildcards, empty non-terminals, cuts
 * with glue of every kind, occluded data, aliases into everything, strange labels. Only what NSD and Knot DNS both load:
 * nothing below a DNAME, no wildcard NS or DNAME, no alias beside other data.
 */
export function hostileWorld(seed: number): World {
  const random = createRandom(seed)
  const zones = [hostileZone(random, '')]
  if (random.chance(0.25)) {
    const child = random.pick(['child', 'deep.under', 'a', 'sub.a'])
    if (!belowDname(child, zones[0]!.records)) {
      zones[0] = delegated(zones[0]!, child, random)
      zones.push(withoutDnamesAbove(hostileZone(random, child), zones[0]!))
    }
  }
  return { label: `seed ${seed}`, seed, zones }
}

const LONG = 'l'.repeat(63)
const LABELS = [
  'a',
  'b',
  'www',
  'mail',
  'ns',
  'sub',
  'x',
  'A',
  'Www',
  '_tcp',
  '_25',
  '\\000',
  '\\.',
  '\\255',
  '\\032z',
  LONG,
]
const TTLS = [0, 1, 60, 300, 3600, 86400]
const COMMON_TYPES = ['A', 'A', 'AAAA', 'MX', 'TXT', 'SRV', 'NS']

type Kind = 'data' | 'cname' | 'dname' | 'cut'

function hostileZone(random: Random, prefix: string): WorldZone {
  const names = ownersOf(random)
  const kinds = new Map<string, Kind>(names.map((name) => [name, kindOf(random, name)]))
  const records = apexRecords(random, names)
  for (const [name, kind] of kinds) records.push(...nodeRecords(random, name, kind, names))
  return { prefix, records: withoutDataBelowDname(records) }
}

function ownersOf(random: Random): string[] {
  const names = new Map<string, string>()
  const count = 3 + random.below(14)
  for (let index = 0; index < count; index++) {
    const known = [...names.values()]
    const parent = known.length > 0 && random.chance(0.6) ? random.pick(known) : ''
    const labels = Array.from({ length: 1 + random.below(parent === '' ? 3 : 2) }, () => ownerLabel(random))
    const name = [...labels, ...labelsOf(parent)].join('.')
    if (labelsOf(name).length <= 5 && name.length < 150) names.set(canonicalText(name), name)
  }
  return [...names.values()]
}

function ownerLabel(random: Random): string {
  if (random.chance(0.2)) return random.pick(['*', '*', '\\*', '\\042'])
  return random.pick(LABELS)
}

function kindOf(random: Random, name: string): Kind {
  const roll = random.below(100)
  if (roll < 20) return 'cname'
  if (isWildcard(name)) return 'data'
  if (roll < 32) return 'dname'
  return roll < 52 ? 'cut' : 'data'
}

function apexRecords(random: Random, names: readonly string[]): WorldRecord[] {
  const minimum = random.pick([0, 60, 3600, 90000])
  const serial = random.pick([1, 2026112101, 4294967295])
  const soa = `${targetOf(random, names)} hostmaster ${serial} 7200 3600 1209600 ${minimum}`
  const records = [{ owner: '@', ttl: random.pick(TTLS), type: 'SOA', rdata: soa }]
  const ttl = random.pick(TTLS)
  for (let index = 0; index <= random.below(3); index++) {
    records.push({
      owner: '@',
      ttl,
      type: 'NS',
      rdata: random.pick(['ns', 'ns2.out.example.', targetOf(random, names)]),
    })
  }
  if (random.chance(0.5)) records.push(...rrset(random, '@', random.pick(['A', 'MX', 'TXT', 'CAA', 'HTTPS']), names))
  return records
}

function nodeRecords(random: Random, name: string, kind: Kind, names: readonly string[]): WorldRecord[] {
  const owner = random.chance(0.2) ? name.toUpperCase() : name
  const ttl = random.pick(TTLS)
  if (kind === 'cname') return [{ owner, ttl, type: 'CNAME', rdata: targetOf(random, names) }]
  if (kind === 'dname') {
    const dname = { owner, ttl, type: 'DNAME', rdata: dnameTarget(random, names) }
    return random.chance(0.3) ? [dname, ...rrset(random, owner, random.pick(['A', 'TXT', 'MX']), names)] : [dname]
  }
  if (kind === 'cut') return cutRecords(random, name, owner, names)
  const types = new Set(Array.from({ length: 1 + random.below(3) }, () => dataType(random, name)))
  return [...types].flatMap((type) => rrset(random, owner, type, names))
}

/** A cut with some of: glue in it, glue beside it, no glue, DS, data at it and below it that it occludes. */
function cutRecords(random: Random, name: string, owner: string, names: readonly string[]): WorldRecord[] {
  const ttl = random.pick(TTLS)
  const records: WorldRecord[] = []
  for (let index = 0; index <= random.below(3); index++) {
    const inDomain = random.pick([`ns.${name}`, `NS${index}.${name}`, name])
    const target = random.pick([inDomain, inDomain, 'ns', targetOf(random, names)])
    records.push({ owner, ttl, type: 'NS', rdata: target })
    if (target !== name && target.endsWith(name) && random.chance(0.7)) {
      records.push(...rrset(random, target, random.pick(['A', 'AAAA']), names))
    }
  }
  if (random.chance(0.4)) {
    const digest = '2BB183AF5F22588179A53B0A98631FAD1A292118'
    records.push({ owner, ttl: random.pick(TTLS), type: 'DS', rdata: `60485 5 1 ${digest}` })
  }
  if (random.chance(0.3)) records.push(...rrset(random, owner, random.pick(['A', 'TXT', 'AAAA']), names))
  if (random.chance(0.3)) records.push(...rrset(random, `occluded.${name}`, random.pick(['A', 'TXT', 'MX']), names))
  return records
}

function dataType(random: Random, name: string): string {
  const type = random.chance(0.7) ? random.pick(COMMON_TYPES) : random.pick(Object.keys(RDATA_SAMPLES))
  return type === 'NS' && name !== '@' ? 'TXT' : type
}

function rrset(random: Random, owner: string, type: string, names: readonly string[]): WorldRecord[] {
  const ttl = random.pick(TTLS)
  const count = PLURAL_TYPES.includes(type) ? 1 + random.below(3) : 1
  return Array.from({ length: count }, () => ({
    owner,
    ttl,
    type,
    rdata: RDATA_SAMPLES[type]!(random, () => targetOf(random, names)),
  }))
}

/** A name worth pointing at: an owner, below an owner, the apex, a sibling that is not there, outside of the zone. */
function targetOf(random: Random, names: readonly string[]): string {
  const roll = random.below(100)
  if (names.length === 0 || roll < 12) return random.pick(['ns', 'mail', '@', 'absent', 'ns.child', 'www.deep.under'])
  if (roll < 22) return random.pick(['out.example.', 'A.Out.Example.', '.', 'w0.test.'])
  if (roll < 55) return `${random.pick(['a', 'x.y', '*', 'ns', 'NS'])}.${random.pick(names)}`
  const name = random.pick(names)
  return random.chance(0.2) ? name.toUpperCase() : name
}

/** Long targets make names that do not fit after the substitution (RFC 6672 §2.2). */
function dnameTarget(random: Random, names: readonly string[]): string {
  return random.chance(0.2) ? `${LONG}.${LONG}.${'m'.repeat(20 + random.below(20))}` : targetOf(random, names)
}

function delegated(zone: WorldZone, child: string, random: Random): WorldZone {
  const owners = new Set([canonicalText(child)])
  const kept = zone.records.filter(({ owner }) => !owners.has(canonicalText(owner)))
  const ttl = random.pick(TTLS)
  const cut = [{ owner: child, ttl, type: 'NS', rdata: random.pick([`ns.${child}`, 'ns', 'out.example.']) }]
  if (random.chance(0.5)) cut.push({ owner: `ns.${child}`, ttl, type: 'A', rdata: '192.0.2.53' })
  if (random.chance(0.5))
    cut.push({ owner: child, ttl, type: 'DS', rdata: '60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118' })
  // Above the child a DNAME would hide it; below, NSD would see it in the child.
  const dnameFree = kept.filter(
    ({ owner, type }) => type !== 'DNAME' || !(isBelow(child, owner) || isBelow(owner, child)),
  )
  return { prefix: zone.prefix, records: mergedCut(dnameFree, cut) }
}

/** NSD keeps all zones in one tree and takes no DNAME in the child above what the parent holds. */
function withoutDnamesAbove(child: WorldZone, parent: WorldZone): WorldZone {
  const holds = (name: string) => parent.records.some(({ owner }) => isBelow(owner, name))
  const records = child.records.filter(({ owner, type }) => {
    return type !== 'DNAME' || !holds(owner === '@' ? child.prefix : `${owner}.${child.prefix}`)
  })
  return { prefix: child.prefix, records }
}

/** Glue of the cut must not meet an alias or data of the same owner and type with another TTL. */
function mergedCut(records: readonly WorldRecord[], cut: readonly WorldRecord[]): WorldRecord[] {
  const taken = new Set(cut.map(({ owner }) => canonicalText(owner)))
  return [...records.filter(({ owner }) => !taken.has(canonicalText(owner))), ...cut]
}

function withoutDataBelowDname(records: readonly WorldRecord[]): WorldRecord[] {
  return oneTtlAndNoClash(records).filter(({ owner }) => !belowDname(owner, records))
}

/** One TTL by RRset (RFC 2181 §5.2), nothing beside a CNAME, no DNAME at a cut, no cut or DNAME at a wildcard. */
function oneTtlAndNoClash(records: readonly WorldRecord[]): WorldRecord[] {
  const typesOf = new Map<string, Set<string>>()
  const ttlOf = new Map<string, number>()
  return records.flatMap((record) => {
    const owner = canonicalText(record.owner)
    const present = typesOf.get(owner) ?? new Set<string>()
    if (clashes(record, present, owner)) return []
    present.add(record.type)
    typesOf.set(owner, present)
    const key = `${owner} ${record.type}`
    if (!ttlOf.has(key)) ttlOf.set(key, record.ttl)
    return [{ ...record, ttl: ttlOf.get(key)! }]
  })
}

function clashes(record: WorldRecord, present: ReadonlySet<string>, owner: string): boolean {
  const { type } = record
  if (present.has('CNAME') || (type === 'CNAME' && present.size > 0)) return true
  if (type === 'DNAME' && (present.has('DNAME') || (present.has('NS') && owner !== '@'))) return true
  if (type === 'NS' && present.has('DNAME') && owner !== '@') return true
  if (type === 'TYPE1' && present.has('A')) return true
  if (type === 'A' && present.has('TYPE1')) return true
  return isWildcard(owner) && (type === 'NS' || type === 'DNAME' || type === 'DS')
}

function belowDname(name: string, records: readonly WorldRecord[]): boolean {
  return records.some(({ owner, type }) => type === 'DNAME' && isBelow(name, owner))
}

function isBelow(name: string, ancestor: string): boolean {
  const own = canonicalText(name)
  const above = canonicalText(ancestor)
  return own !== above && (above === '@' || own.endsWith(`.${above}`))
}

function isWildcard(name: string): boolean {
  return canonicalText(name).startsWith('*')
}

/** Lower case, and one spelling for each label of this generator's alphabet. */
function canonicalText(name: string): string {
  return name.toLowerCase().replaceAll('\\*', '*').replaceAll('\\042', '*')
}

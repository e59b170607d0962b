import { createRandom, type Random } from '../helpers/random.ts'
import { isAbsolute, labelsOf, type World, type WorldQuestion } from './world.ts'

const TYPES = [
  ...['A', 'AAAA', 'NS', 'SOA', 'MX', 'CNAME', 'DNAME', 'DS', 'ANY', 'TXT', 'TYPE65400', 'SRV', 'PTR', 'HTTPS'],
  ...['TYPE41', 'TYPE128', 'TYPE0', 'NSEC', 'RRSIG', 'DNSKEY', 'MB', 'MAILB', 'HINFO', 'TYPE65535'],
]
const CHILD_LABELS = ['x', 'a', 'ns', '*', 'www', '\\000', 'A.b', 'l'.repeat(63), `${'p'.repeat(63)}.${'q'.repeat(60)}`]
const STRANGE_NAMES = ['out.example.', 'test.', '.', 'example.', 'www.w0.test.']

/**
 * Questions around a world: first A of every name, every parent, children, siblings; then for random ones of these any
 * type, every other time one that stands there.
 */
export function questionsFor(world: World, count: number): WorldQuestion[] {
  const random = createRandom(world.seed ^ 0x51f15e)
  const names = interestingNames(world, random).filter((name) => isAbsolute(name) || textLength(name) < 225)
  const records = world.zones.flatMap(({ prefix, records }) =>
    records.map(({ owner, type }) => ({ name: joined(owner, prefix), type })),
  )
  return Array.from({ length: count }, (_unused, index) => {
    if (index < names.length) return { name: names[index]!, type: 'A', ...flags(random) }
    if (random.chance(0.5)) return { ...random.pick(records), ...flags(random) }
    return { name: random.pick(names), type: random.pick(TYPES), ...flags(random) }
  })
}

/** Owners of all records with their ancestors, then what lies around them. */
function interestingNames(world: World, random: Random): string[] {
  const owners = world.zones.flatMap(({ prefix, records }) => records.map(({ owner }) => joined(owner, prefix)))
  const tree = new Set(owners.flatMap(ancestors))
  const around = [...tree].flatMap((name) => [
    joined(random.pick(CHILD_LABELS), name),
    joined(random.pick(CHILD_LABELS), name),
    joined(random.pick(['absent', 'a', '*', 'Zz', '\\001']), parent(name)),
  ])
  return [...new Set([...tree, ...around, random.pick(STRANGE_NAMES)])]
}

function ancestors(name: string): string[] {
  const labels = labelsOf(name)
  return [...labels.map((_label, index) => labels.slice(index).join('.')), '']
}

function parent(name: string): string {
  return labelsOf(name).slice(1).join('.')
}

function joined(name: string, under: string): string {
  if (name === '@' || name === '') return under
  return under === '' ? name : `${name}.${under}`
}

/** Octets of the labels with their lengths, escapes counted once. */
function textLength(name: string): number {
  return labelsOf(name).reduce((sum, label) => sum + 1 + label.replaceAll(/\\\d{3}|\\./g, 'e').length, 0)
}

function flags(random: Random): Omit<WorldQuestion, 'name' | 'type'> {
  return {
    class: random.chance(0.96) ? 'IN' : random.pick(['ANY', 'CH']),
    recursionDesired: random.chance(0.3),
    checkingDisabled: random.chance(0.2),
    edns: random.pick(['none', 'none', 'plain', 'do']),
    udpSize: random.pick([512, 1232, 4096, 0]),
    caseSeed: random.chance(0.3) ? 1 + random.below(1 << 20) : 0,
  }
}

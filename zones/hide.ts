import { Type } from '../dns/constants.ts'
import { nameLength, namesEqual } from '../dns/name.ts'
import type { RecordColumns } from './record-columns.ts'

/** Something of the base file that a view does not get. */
export interface HideRule {
  /** Absolute name on the wire, lower-cased. */
  readonly name: Uint8Array
  /** True: the name and all below it. */
  readonly subtree: boolean
  /** RR types to hide; undefined means all. */
  readonly types: readonly number[] | undefined
}

/** A rule as it is applied: which owners it reaches, seen from its name. */
interface Reach {
  readonly name: Uint8Array
  readonly self: boolean
  readonly below: boolean
  readonly types: readonly number[] | undefined
}

/**
 * Numbers of the records that remain: the base's that no rule hides, and all of the overlay's. Whoever hides a
 * delegation or a DNAME hides what it kept out of sight, too: glue and occluded data must not come to light by it.
 */
export function visibleRecords(source: RecordColumns, hide: readonly HideRule[]): Int32Array {
  const rules = hide.map(({ name, subtree, types }): Reach => ({ name, self: true, below: subtree, types }))
  const hidden = hiddenRecords(source, [...rules, ...keptOutOfSight(source, hiddenRecords(source, rules))])
  const visible = new Int32Array(source.count)
  let used = 0
  for (let record = 0; record < source.count; record++) if (hidden[record] === 0) visible[used++] = record
  return visible.subarray(0, used)
}

/** By record: 1 for those of the base that a rule hides. */
function hiddenRecords(source: RecordColumns, rules: readonly Reach[]): Uint8Array {
  const hidden = new Uint8Array(source.count)
  if (rules.length === 0) return hidden
  const rulesByName = groupByName(rules)
  let owner = -1
  let reaching: Reach[] = []
  for (let record = 0; record < source.overlayStart; record++) {
    if (source.owners[record] !== owner) {
      owner = source.owners[record]!
      reaching = rulesFor(source.octets, owner, rulesByName)
    }
    if (reaching.some(({ types }) => types?.includes(source.types[record]!) ?? true)) hidden[record] = 1
  }
  return hidden
}

/** What hidden delegations and DNAMEs had occluded: all at and below a cut, all below a DNAME. */
function keptOutOfSight(source: RecordColumns, hidden: Uint8Array): Reach[] {
  const rules: Reach[] = []
  for (let record = 0; record < source.overlayStart; record++) {
    const type = source.types[record]
    if (hidden[record] === 0 || (type !== Type.NS && type !== Type.DNAME)) continue
    const start = source.owners[record]!
    const name = source.octets.slice(start, start + nameLength(source.octets, start))
    if (type === Type.DNAME) rules.push({ name, self: false, below: true, types: undefined })
    else if (!namesEqual(name, source.apex)) rules.push({ name, self: true, below: true, types: undefined })
  }
  return rules
}

function groupByName(rules: readonly Reach[]): Map<string, Reach[]> {
  const groups = new Map<string, Reach[]>()
  for (const rule of rules) {
    const key = Buffer.from(rule.name).toString('latin1')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [rule])
    else group.push(rule)
  }
  return groups
}

/** Rules that reach the owner at `start`. */
function rulesFor(octets: Uint8Array, start: number, rulesByName: Map<string, Reach[]>): Reach[] {
  const name = Buffer.from(octets.buffer, octets.byteOffset + start, nameLength(octets, start)).toString('latin1')
  const rules = (rulesByName.get(name) ?? []).filter(({ self }) => self)
  for (let label = name.charCodeAt(0) + 1; label < name.length; label += name.charCodeAt(label) + 1) {
    for (const rule of rulesByName.get(name.slice(label)) ?? []) if (rule.below) rules.push(rule)
  }
  return rules
}

import { nameLength } from '../dns/name.ts'
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

/** Numbers of the records that remain: the base's that no rule hides, and all of the overlay's. */
export function visibleRecords(source: RecordColumns, hide: readonly HideRule[]): Int32Array {
  const visible = new Int32Array(source.count)
  const rulesByName = groupByName(hide)
  let used = 0
  let owner = -1
  let rules: HideRule[] = []
  for (let record = 0; record < source.count; record++) {
    if (hide.length > 0 && record < source.overlayStart) {
      if (source.owners[record] !== owner) {
        owner = source.owners[record]!
        rules = rulesFor(source.octets, owner, rulesByName)
      }
      if (rules.some((rule) => rule.types?.includes(source.types[record]!) ?? true)) continue
    }
    visible[used++] = record
  }
  return visible.subarray(0, used)
}

function groupByName(hide: readonly HideRule[]): Map<string, HideRule[]> {
  const groups = new Map<string, HideRule[]>()
  for (const rule of hide) {
    const key = Buffer.from(rule.name).toString('latin1')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [rule])
    else group.push(rule)
  }
  return groups
}

/** Rules of the owner at `start` itself, and subtree rules of its ancestors. */
function rulesFor(octets: Uint8Array, start: number, rulesByName: Map<string, HideRule[]>): HideRule[] {
  const name = Buffer.from(octets.buffer, octets.byteOffset + start, nameLength(octets, start)).toString('latin1')
  const rules = [...(rulesByName.get(name) ?? [])]
  for (let label = name.charCodeAt(0) + 1; label < name.length; label += name.charCodeAt(label) + 1) {
    for (const rule of rulesByName.get(name.slice(label)) ?? []) if (rule.subtree) rules.push(rule)
  }
  return rules
}

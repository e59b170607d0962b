import type { StoredKeySet } from '../../keys/key-store.ts'
import type { RecordState, RolloverKey, Transition } from '../../keys/rollover/key-state.ts'
import { DUTY_PHRASES, RECORD_NAMES, STATE_WORDS } from '../../keys/rollover/state-words.ts'
import type { KeyChange } from '../../keys/rollover/step.ts'

/** What has become of a key set. */
export interface KeySetDifference {
  readonly before: StoredKeySet
  readonly after: StoredKeySet
  readonly transitions: readonly Transition[]
  readonly changes: readonly KeyChange[]
}

/** One sentence for the history and the log: what was asked for, and what follows. */
export function summarizeChange(
  lead: string | undefined,
  { before, after, transitions, changes }: KeySetDifference,
): string {
  const keys = new Map([...before.keys, ...after.keys].map((key) => [key.id, nameOf(key)]))
  const made = after.keys.filter(({ id }) => !before.keys.some((key) => key.id === id)).map(nameOf)
  const facts = [
    ...(made.length === 0 ? [] : [`made ${made.join(', ')}`]),
    ...changes.flatMap((change) => {
      if (change.kind === 'duty') return [`${keys.get(change.key)} ${DUTY_PHRASES[change.duty]}`]
      return change.kind === 'remove' ? [`removed ${keys.get(change.key)}`] : []
    }),
    ...groupTransitions(transitions, keys),
  ]
  if (facts.length === 0) return lead ?? 'what caches may hold was noted'
  return `${lead === undefined ? '' : `${lead}: `}${facts.join('; ')}`
}

/** A key as people speak of it, such as `zsk 41021`. */
export function nameOf({ role, keyTag }: Pick<RolloverKey, 'role' | 'keyTag'>): string {
  return `${role} ${keyTag === 0 ? 'that is to be made' : keyTag}`
}

/** By key, such as `ksk 20331: DNSKEY, signatures of the keys spreading`. */
function groupTransitions(transitions: readonly Transition[], keys: ReadonlyMap<string, string>): string[] {
  const groups = new Map<string, { readonly name: string; readonly state: RecordState; readonly records: string[] }>()
  for (const { key, record, to } of transitions) {
    const identity = `${key} ${to}`
    const group = groups.get(identity) ?? { name: keys.get(key)!, state: to, records: [] }
    group.records.push(RECORD_NAMES[record])
    groups.set(identity, group)
  }
  return [...groups.values()].map(({ name, state, records }) => `${name}: ${records.join(', ')} ${STATE_WORDS[state]}`)
}

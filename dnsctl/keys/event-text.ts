import type { KeyRecord, RecordState, RolloverKey, Transition } from '../../keys/rollover/key-state.ts'
import { DUTY_PHRASES } from '../../keys/rollover/state-words.ts'
import type { KeyChange } from '../../keys/rollover/step.ts'
import { nameOfKey } from './words.ts'

/**
 * What happens with steps and changes of one moment, in plain words: a line for each, without full stop; first what time
 * has done, then what is done about it, and what of that is everywhere at once, for nobody has anything else.
 */
export function eventTexts(
  keys: readonly RolloverKey[],
  { transitions, changes }: { readonly transitions: readonly Transition[]; readonly changes: readonly KeyChange[] },
): string[] {
  const begins = ({ to }: Transition) => to === 'rumoured' || to === 'unretentive'
  const isAtOnce = (step: Transition) =>
    !begins(step) &&
    transitions.some((other) => begins(other) && other.key === step.key && other.record === step.record)
  const isRemoval = ({ kind }: KeyChange) => kind === 'remove'
  return [
    ...stepTexts(
      keys,
      transitions.filter((step) => !begins(step) && !isAtOnce(step)),
    ),
    ...changes.filter((change) => !isRemoval(change)).map((change) => changeText(keys, change)),
    ...stepTexts(keys, transitions.filter(begins)),
    ...stepTexts(keys, transitions.filter(isAtOnce)),
    ...changes.filter(isRemoval).map((change) => changeText(keys, change)),
  ]
}

/** A change of keys, in plain words. */
export function changeText(keys: readonly RolloverKey[], change: KeyChange): string {
  switch (change.kind) {
    case 'make': {
      const what = `a ${change.duty === 'standby' ? 'standby ' : ''}${change.role} of algorithm ${change.algorithm}`
      return change.replaces === undefined
        ? `${what} is made`
        : `${what} is made, to replace ${nameOfKey(keys, change.replaces)}`
    }
    case 'duty':
      return change.isCompromised && change.duty === 'active'
        ? `${nameOfKey(keys, change.key)} is given up, and goes as soon as another key can take over`
        : `${nameOfKey(keys, change.key)} ${DUTY_PHRASES[change.duty]}`
    case 'remove':
      return `${nameOfKey(keys, change.key)} is deleted`
  }
}

/** What a step means; `KEY` stands for the key. */
const STEPS: Readonly<Record<KeyRecord, Readonly<Record<RecordState, string>>>> = {
  dnskey: {
    rumoured: 'KEY is published in the key set',
    omnipresent: 'every cache that has the key set has KEY in it',
    unretentive: 'KEY is taken out of the key set',
    hidden: 'no cache has KEY any more',
  },
  krrsig: {
    rumoured: 'KEY signs the key set',
    omnipresent: 'every cache that has the key set has it signed by KEY',
    unretentive: 'KEY signs the key set no more',
    hidden: 'no cache has the key set signed by KEY any more',
  },
  zrrsig: {
    rumoured: 'KEY signs the zone',
    omnipresent: 'every cached answer is signed by KEY',
    unretentive: 'KEY signs the zone no more',
    hidden: 'no cache has an answer signed by KEY any more',
  },
  ds: {
    rumoured: 'the parent is asked for the DS of KEY',
    omnipresent: 'every validator has the DS of KEY',
    unretentive: 'the parent is asked to remove the DS of KEY',
    hidden: 'no validator has the DS of KEY any more',
  },
}

/** Steps of DNSKEY and of the signature over it that happen together are one to the reader. */
const TOGETHER: Readonly<Partial<Record<RecordState, string>>> = {
  rumoured: 'KEY is published in the key set, and signs it',
  omnipresent: 'every cache that has the key set has KEY in it, and its signature',
  unretentive: 'KEY is taken out of the key set, and signs it no more',
  hidden: 'no cache has KEY any more',
}

function stepTexts(keys: readonly RolloverKey[], transitions: readonly Transition[]): string[] {
  return transitions.flatMap((step) => {
    const isSame = (record: KeyRecord) =>
      transitions.some((other) => other.key === step.key && other.record === record && other.to === step.to)
    if (step.record === 'krrsig' && isSame('dnskey')) return []
    const text = step.record === 'dnskey' && isSame('krrsig') ? TOGETHER[step.to]! : STEPS[step.record][step.to]
    return [text.replaceAll('KEY', nameOfKey(keys, step.key))]
  })
}

/*
 * By what it is decided whether a record of a key may take a step: rules, which hold of all keys together whatever caches
 * have of them, and barriers, which are the methods of rolling that RFC 6781 §4.1 and RFC 7583 choose among all that the
 * rules allow.
 *
 * A state says what caches may have (key-state.ts), so each clause is a claim about every combination of DS RRset, DNSKEY
 * RRset and signatures that a validator can have before it. The clauses are the equations 3a to 3i of the paper "Flexible
 * and Robust Key Rollover", which BIND's key manager follows, with two differences:
 *
 *   - 3c and 3h are said of all keys of an algorithm instead of a key and its successor. That covers the pair, leaves no
 *     third key out of sight, and lets a roll be cancelled, or a combined key be split, in the middle of a swap.
 *   - R3 is waived where the whole zone has no DS, not where an algorithm has none. So a new algorithm's signatures are
 *     everywhere before its keys are (RFC 6781 §4.1.4), for validators that demand each algorithm of the key set.
 */

import { hasPair, isKeySetChanging, pairIs, passesKeySet } from './key-pairs.ts'
import type { KeyRecord, RecordState, RolloverKey } from './key-state.ts'
import {
  hasNoDs,
  is,
  isChanging,
  isServed,
  keysAskedFor,
  signsEverywhere,
  signsKeysEverywhere,
} from './record-states.ts'
import type { RolloverSituation, RuleName, WaitReason } from './step.ts'

/** One way in which a rule can hold. */
export interface Clause {
  /** Its number in the paper, where it has one. */
  readonly name: string
  readonly sentence: string
  /** Of the keys of one algorithm, or, for R1, of all. */
  readonly holds: (keys: readonly RolloverKey[]) => boolean
}

/** A rule: it holds where one of its clauses does. */
export interface Rule {
  readonly name: RuleName
  readonly sentence: string
  readonly source: string
  /** `zone`: of all keys; `algorithm`: for each algorithm, of its keys. */
  readonly scope: 'zone' | 'algorithm'
  /** Whether it says nothing of these keys, which are all of the zone. */
  readonly isWaived: (keys: readonly RolloverKey[], goal: 'secure' | 'insecure') => boolean
  readonly clauses: readonly Clause[]
}

/** What comes before a step of a record, besides the rules. */
export interface Barrier {
  readonly sentence: string
  readonly source: string
  readonly records: readonly KeyRecord[]
  readonly to: 'rumoured' | 'unretentive'
  /** What the record waits for; undefined: nothing. */
  readonly reason: (key: RolloverKey, situation: RolloverSituation) => WaitReason | undefined
}

/** The rules. A step is allowed where each rule that holds before it holds after it: a broken zone may move. */
export const RULES: readonly Rule[] = [
  {
    name: 'R1',
    sentence: 'The parent is asked for the DS of some key, unless the zone is to become insecure.',
    source: 'RFC 6781 §4.1.2, RFC 7344 §4.1',
    scope: 'zone',
    isWaived: (_, goal) => goal === 'insecure',
    clauses: [
      {
        name: '3a',
        sentence: 'A key of ours has its DS rumoured or omnipresent.',
        holds: (keys) => keysAskedFor(keys).length > 0,
      },
    ],
  },
  {
    name: 'R2',
    sentence: 'Whatever DS records of an algorithm a validator has, it finds a key set that one of their keys signed.',
    source: 'RFC 4035 §5.2, RFC 6781 §4.1.2, RFC 7583 §3.3',
    scope: 'algorithm',
    isWaived: () => false,
    clauses: [
      {
        name: '3b',
        sentence: 'One key has DNSKEY, its signature of the key set and DS omnipresent.',
        holds: (keys) => keys.some(isChained),
      },
      {
        name: '3c, 3e',
        sentence: 'Each key whose DS anybody may have has DNSKEY and its signature of the key set omnipresent.',
        holds: (keys) => keys.every((key) => is(key, 'ds', 'hidden') || signsKeysEverywhere(key)),
      },
      {
        name: '3d',
        sentence:
          'The DS records of two keys are omnipresent while DNSKEY and the signature of the key set pass from one to the ' +
          'other, and those of no third key are changing.',
        holds: (keys) =>
          hasPair(
            keys,
            (key) => passesKeySet(key, 'unretentive'),
            (key) => passesKeySet(key, 'rumoured'),
            isKeySetChanging,
          ),
      },
    ],
  },
  {
    name: 'R3',
    sentence:
      'Whatever key set of an algorithm and whatever RRset of this server a validator has, one of those keys signed the RRset.',
    source: 'RFC 4035 §2.2 and §5.3, RFC 6781 §4.1.1 and §4.1.4, RFC 7583 §3.2, RFC 8901 §2.1.2',
    scope: 'algorithm',
    isWaived: hasNoDs,
    clauses: [
      {
        name: '3f',
        sentence: 'One key has DNSKEY and signatures omnipresent.',
        holds: ofOurs((keys) => keys.some(signsEverywhere)),
      },
      {
        name: '3g',
        sentence:
          'The signatures of two keys are omnipresent while DNSKEY passes from one to the other, and that of no third key ' +
          'that signs is changing.',
        holds: ofOurs((keys) =>
          hasPair(
            keys,
            (key) => pairIs(key, 'unretentive'),
            (key) => pairIs(key, 'rumoured'),
            (key) => key.records.zrrsig !== undefined && isChanging(key, 'dnskey'),
          ),
        ),
      },
      {
        name: '3h',
        sentence: 'Each key whose signatures anybody may have has DNSKEY omnipresent, and one of them signs.',
        holds: ofOurs((keys) => {
          const signers = keys.filter((key) => !is(key, 'zrrsig', 'hidden'))
          return (
            signers.every((key) => is(key, 'dnskey', 'omnipresent')) && signers.some((key) => isServed(key, 'zrrsig'))
          )
        }),
      },
      {
        name: '3i',
        sentence:
          'For each key whose DNSKEY anybody may have there is one with its DNSKEY in the same state and signatures ' +
          'omnipresent.',
        holds: ofOurs((keys) =>
          keys.every(({ records: { dnskey } }) => {
            if (dnskey === undefined || dnskey.state === 'hidden') return true
            return keys.some((key) => is(key, 'dnskey', dnskey.state) && is(key, 'zrrsig', 'omnipresent'))
          }),
        ),
      },
    ],
  },
]

/** The barriers. Those of what leaves are down where nobody can have a DS of the zone: then nobody validates it. */
export const BARRIERS: readonly Barrier[] = [
  {
    sentence: 'A key signs the key set only where it is in it.',
    source: 'RFC 4035 §2.2',
    ...{ records: ['krrsig'], to: 'rumoured' },
    reason: (key) => needs(key, 'dnskey', ['rumoured', 'omnipresent']),
  },
  {
    sentence:
      'A key signs once its DNSKEY is everywhere; but the first key of an algorithm before it is published at all.',
    source: 'RFC 6781 §4.1.1.1 and §4.1.4',
    ...{ records: ['zrrsig'], to: 'rumoured' },
    reason: (key, { keys }) => {
      const isFirst = ofAlgorithm(key, keys).every((other) => is(other, 'zrrsig', 'hidden'))
      return isFirst ? undefined : needs(key, 'dnskey', ['omnipresent'])
    },
  },
  {
    sentence: 'The parent is asked for the DS of a key once the key, and the key set signed by it, are everywhere.',
    source: 'RFC 6781 §4.1.2, RFC 7344 §4.1, RFC 7583 §3.3.1',
    ...{ records: ['ds'], to: 'rumoured' },
    reason: (key) => needs(key, 'dnskey', ['omnipresent']) ?? needs(key, 'krrsig', ['omnipresent']),
  },
  {
    sentence:
      'A key takes over from its predecessor at the moment at which that retires: one key signs for each algorithm.',
    source: 'RFC 6781 §4.1.1.1 and §4.1.2',
    ...{ records: ['zrrsig', 'ds'], to: 'rumoured' },
    reason: ({ duty, replaces }, { keys }) => {
      const predecessor = duty === 'active' ? keys.find(({ id }) => id === replaces) : undefined
      return predecessor?.duty === 'active' ? { kind: 'predecessor', key: predecessor.id } : undefined
    },
  },
  {
    sentence:
      'Before the first DS of an algorithm, which makes validators demand its signatures, these are everywhere; before ' +
      'the first of the zone those of all algorithms that have a key in it.',
    source: 'RFC 4035 §2.2, RFC 6781 §4.1.4, RFC 6840 §5.11',
    ...{ records: ['ds'], to: 'rumoured' },
    reason: ({ algorithm }, { keys }) => {
      const ours = keys.filter(isOurs)
      const others = hasNoDs(keys) ? ours : ours.filter((key) => key.algorithm === algorithm)
      if (!hasNoDs(others)) return undefined
      const signed = new Set(others.filter(signsEverywhere).map((key) => key.algorithm))
      const unsigned = others.filter((key) => !signed.has(key.algorithm) && !is(key, 'dnskey', 'hidden'))
      const signers = unsigned.filter(({ records }) => records.zrrsig !== undefined)
      return unsigned.length === 0 ? undefined : { kind: 'rule', rule: 'R3', others: signers.map(({ id }) => id) }
    },
  },
  {
    sentence: 'Before the parent names a key there is a backup of it, where the policy asks for one.',
    source: 'of this server',
    ...{ records: ['ds'], to: 'rumoured' },
    reason: (key, { isBackedUp }) => (isBackedUp === undefined || isBackedUp(key) ? undefined : { kind: 'backup' }),
  },
  {
    sentence: 'A zone that is to become insecure stays as it is until nobody can have a DS of it.',
    source: 'RFC 8078 §4, RFC 7583 §3.3.1',
    ...{ records: ['dnskey', 'krrsig', 'zrrsig'], to: 'unretentive' },
    reason: (_, { keys, goal }) => {
      if (goal === 'secure') return undefined
      return { kind: 'still-secure', others: keys.filter((key) => !is(key, 'ds', 'hidden')).map(({ id }) => id) }
    },
  },
  {
    sentence: 'A key stays in the key set until its DS is gone; and its signatures, if they are going.',
    source: 'RFC 6781 §4.1.1.1 and §4.1.2, RFC 7583 §3.2.1 and §3.3.1',
    ...{ records: ['dnskey'], to: 'unretentive' },
    // Omnipresent signatures outlast their key where an algorithm leaves (RFC 6781 §4.1.4): R3 sees to that. Of another signer's
    // key it says nothing, and what that has signed is out of all caches first.
    reason: (key) =>
      needs(key, 'ds', ['hidden']) ??
      needs(key, 'zrrsig', isOurs(key) ? ['hidden', 'rumoured', 'omnipresent'] : ['hidden']),
  },
  {
    sentence: 'A key signs the key set for as long as it is in it.',
    source: 'RFC 4035 §2.2',
    ...{ records: ['krrsig'], to: 'unretentive' },
    reason: (key) => needs(key, 'dnskey', ['unretentive', 'hidden']),
  },
]

/**
 * A clause about the keys whose private halves are here or offline. What other signers of the zone sign they answer themselves
 * (RFC 8901 §2.1.2): no RRset that is served here is signed by their keys, and none of ours may rely on them.
 */
function ofOurs(holds: Clause['holds']): Clause['holds'] {
  return (keys) => holds(keys.filter(isOurs))
}

function isOurs({ isForeign }: RolloverKey): boolean {
  return isForeign !== true
}

function isChained(key: RolloverKey): boolean {
  return signsKeysEverywhere(key) && is(key, 'ds', 'omnipresent')
}

function ofAlgorithm({ algorithm }: RolloverKey, keys: readonly RolloverKey[]): RolloverKey[] {
  return keys.filter((key) => key.algorithm === algorithm)
}

/** What a key waits for that needs another of its records in one of these states, of which the first is said to be needed. */
function needs(key: RolloverKey, record: KeyRecord, states: readonly RecordState[]): WaitReason | undefined {
  const status = key.records[record]
  if (status === undefined || states.includes(status.state)) return undefined
  return { kind: 'order', record, needs: states[0]! }
}

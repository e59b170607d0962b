/*
 * What must hold of a zone's keys, whatever caches have of them: the rules by which a step of a record is allowed or not.
 *
 * A state says what caches may have (key-state.ts), so each clause is a claim about every combination of DS RRset, DNSKEY
 * RRset and signatures that a validator can have before it. The clauses are those of Mekking, "Flexible and Robust Key
 * Rollover in DNSSEC" (equations 3a to 3i), which BIND's key manager follows, with two differences:
 *
 *   - 3c and 3h are said of all keys of an algorithm instead of a key and its successor. That covers the pair, leaves no
 *     third key out of sight, and lets a roll be cancelled, or a combined key be split, in the middle of a swap.
 *   - R3 is waived where the whole zone has no DS, not where an algorithm has none. So a new algorithm's signatures are
 *     everywhere before its keys are (RFC 6781 §4.1.4), for validators that demand each algorithm of the key set.
 */
import type { KeyRecord, RecordState, RolloverKey } from './key-state.ts'
import type { RuleName } from './step.ts'

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
        sentence: 'A key has its DS rumoured or omnipresent.',
        holds: (keys) => keys.some(({ records: { ds } }) => ds?.state === 'rumoured' || ds?.state === 'omnipresent'),
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
        holds: (keys) => hasPair(keys, isLeavingKeySet, isJoiningKeySet, isKeySetChanging),
      },
    ],
  },
  {
    name: 'R3',
    sentence:
      'Whatever key set of an algorithm and whatever RRset a validator has, one of those keys signed the RRset.',
    source: 'RFC 4035 §2.2 and §5.3, RFC 6781 §4.1.1 and §4.1.4, RFC 7583 §3.2',
    scope: 'algorithm',
    isWaived: hasNoDs,
    clauses: [
      {
        name: '3f',
        sentence: 'One key has DNSKEY and signatures omnipresent.',
        holds: (keys) => keys.some(signsEverywhere),
      },
      {
        name: '3g',
        sentence:
          'The signatures of two keys are omnipresent while DNSKEY passes from one to the other, and that of no third key ' +
          'that signs is changing.',
        holds: (keys) =>
          hasPair(
            keys,
            (key) => pairIs(key, 'unretentive'),
            (key) => pairIs(key, 'rumoured'),
            isChanging,
          ),
      },
      {
        name: '3h',
        sentence: 'Each key whose signatures anybody may have has DNSKEY omnipresent, and one of them signs.',
        holds: (keys) => {
          const signers = keys.filter((key) => !is(key, 'zrrsig', 'hidden'))
          return signers.every((key) => is(key, 'dnskey', 'omnipresent')) && signers.some(isSigning)
        },
      },
      {
        name: '3i',
        sentence:
          'For each key whose DNSKEY anybody may have there is one with its DNSKEY in the same state and signatures ' +
          'omnipresent.',
        holds: (keys) =>
          keys.every(({ records: { dnskey } }) => {
            if (dnskey === undefined || dnskey.state === 'hidden') return true
            return keys.some((key) => is(key, 'dnskey', dnskey.state) && is(key, 'zrrsig', 'omnipresent'))
          }),
      },
    ],
  },
]

/** A rule that would be broken, and the algorithm for which it would; 0: for the zone. */
export interface BrokenRule {
  readonly rule: RuleName
  readonly algorithm: number
}

/**
 * The first rule that holds of `before` and not of `after`, two states of all keys of a zone; undefined: there is none. A
 * rule that is `required` has to hold of `after` in any case.
 */
export function brokenRule(
  before: readonly RolloverKey[],
  after: readonly RolloverKey[],
  goal: 'secure' | 'insecure',
  required?: BrokenRule,
): BrokenRule | undefined {
  const algorithms = new Set(after.map((key) => key.algorithm))
  for (const rule of RULES) {
    for (const algorithm of rule.scope === 'zone' ? [0] : algorithms) {
      const isRequired = rule.name === required?.rule && algorithm === required.algorithm
      const isAsked = isRequired || ruleHolds(rule, before, algorithm, goal)
      if (isAsked && !ruleHolds(rule, after, algorithm, goal)) return { rule: rule.name, algorithm }
    }
  }
  return undefined
}

/** Whether a rule holds of all keys of a zone for one algorithm, which counts only for rules of that scope. */
export function ruleHolds(
  rule: Rule,
  keys: readonly RolloverKey[],
  algorithm: number,
  goal: 'secure' | 'insecure',
): boolean {
  if (rule.isWaived(keys, goal)) return true
  const concerned = rule.scope === 'zone' ? keys : keys.filter((key) => key.algorithm === algorithm)
  return rule.clauses.some((clause) => clause.holds(concerned))
}

/** Whether no validator can have a DS record of any key: the zone counts as unsigned. */
export function hasNoDs(keys: readonly RolloverKey[]): boolean {
  return keys.every((key) => is(key, 'ds', 'hidden'))
}

/** Whether a record of a key is in this state; one that its role does not have is hidden for good. */
export function is({ records }: RolloverKey, record: KeyRecord, state: RecordState): boolean {
  return (records[record]?.state ?? 'hidden') === state
}

/** Whether DNSKEY and signatures of the zone's data are omnipresent. */
export function signsEverywhere(key: RolloverKey): boolean {
  return is(key, 'dnskey', 'omnipresent') && is(key, 'zrrsig', 'omnipresent')
}

/** Whether DNSKEY and signatures of the key set are omnipresent. */
export function signsKeysEverywhere(key: RolloverKey): boolean {
  return is(key, 'dnskey', 'omnipresent') && is(key, 'krrsig', 'omnipresent')
}

function isChained(key: RolloverKey): boolean {
  return signsKeysEverywhere(key) && is(key, 'ds', 'omnipresent')
}

function isSigning(key: RolloverKey): boolean {
  return is(key, 'zrrsig', 'rumoured') || is(key, 'zrrsig', 'omnipresent')
}

/** Whether two keys are such, and no third one is `changing`. */
function hasPair(
  keys: readonly RolloverKey[],
  isPredecessor: (key: RolloverKey) => boolean,
  isSuccessor: (key: RolloverKey) => boolean,
  changing: (key: RolloverKey) => boolean,
): boolean {
  return keys.some(isPredecessor) && keys.some(isSuccessor) && keys.filter(changing).length === 2
}

function isLeavingKeySet(key: RolloverKey): boolean {
  return is(key, 'ds', 'omnipresent') && !signsKeysEverywhere(key) && keySetIs(key, 'unretentive')
}

function isJoiningKeySet(key: RolloverKey): boolean {
  return is(key, 'ds', 'omnipresent') && !signsKeysEverywhere(key) && keySetIs(key, 'rumoured')
}

/** Whether DNSKEY and the signature of the key set are each omnipresent or in this state. */
function keySetIs(key: RolloverKey, state: RecordState): boolean {
  return (['dnskey', 'krrsig'] as const).every((record) => is(key, record, 'omnipresent') || is(key, record, state))
}

function isKeySetChanging(key: RolloverKey): boolean {
  return key.records.krrsig !== undefined && (isPassing(key, 'dnskey') || isPassing(key, 'krrsig'))
}

function isChanging(key: RolloverKey): boolean {
  return key.records.zrrsig !== undefined && isPassing(key, 'dnskey')
}

function isPassing(key: RolloverKey, record: KeyRecord): boolean {
  return is(key, record, 'rumoured') || is(key, record, 'unretentive')
}

function pairIs(key: RolloverKey, dnskey: RecordState): boolean {
  return is(key, 'dnskey', dnskey) && is(key, 'zrrsig', 'omnipresent')
}

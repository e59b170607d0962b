import { describe, expect, it } from 'vitest'
import type { KeyDuty, KeyRecord, RolloverKey } from '../../../keys/rollover/key-state.ts'
import { nextStep } from '../../../keys/rollover/next-step.ts'
import { brokenRule, ruleHolds } from '../../../keys/rollover/rule-check.ts'
import { BARRIERS, RULES } from '../../../keys/rollover/rules.ts'
import type { RolloverSituation } from '../../../keys/rollover/step.ts'
import { keyOf, zoneOf } from './roll-table.ts'

/** Keys as the table of rolls writes them, each with its tag. */
function keysOf(...texts: string[]): RolloverKey[] {
  return texts.map((text) => {
    const [key, algorithm] = text.split('] ')
    return keyOf(key!.endsWith(']') ? key! : `${key}]`, algorithm === undefined ? {} : { algorithm: Number(algorithm) })
  })
}

const CASES: Readonly<Record<string, { holds: readonly string[][]; fails: readonly string[][] }>> = {
  '3a': {
    holds: [['ksk 1 [##+]'], ['ksk 1 [###]'], ['ksk 1 [##-]', 'csk 2 [###+]']],
    fails: [['ksk 1 [##-]'], ['ksk 1 [##.]', 'zsk 2 [##]'], []],
  },
  '3b': {
    holds: [['ksk 1 [###]'], ['csk 1 [##.#]'], ['ksk 1 [--#]', 'ksk 2 [###]']],
    fails: [['ksk 1 [##+]'], ['ksk 1 [#+#]'], ['ksk 1 [+##]'], ['ksk 1 [##.]', 'ksk 2 [..#]']],
  },
  '3c, 3e': {
    holds: [['ksk 1 [##-]', 'ksk 2 [##+]'], ['ksk 1 [##-]', 'ksk 2 [...]'], ['ksk 1 [+-.]'], ['zsk 1 [++]']],
    // A third key whose DS is in caches, and which leaves.
    fails: [
      ['ksk 1 [##-]', 'ksk 2 [+#+]'],
      ['ksk 1 [##-]', 'ksk 2 [##+]', 'ksk 3 [--+]'],
      ['ksk 1 [##-]', 'ksk 2 [##+]', 'ksk 3 [#--]'],
    ],
  },
  '3d': {
    holds: [
      ['ksk 1 [--#]', 'ksk 2 [++#]'],
      ['ksk 1 [#-#]', 'ksk 2 [#+#]'],
      ['ksk 1 [-##]', 'ksk 2 [++#]', 'ksk 3 [##.]'],
    ],
    fails: [
      ['ksk 1 [--#]'],
      ['ksk 1 [###]', 'ksk 2 [++#]'],
      ['ksk 1 [--#]', 'ksk 2 [+.#]'],
      ['ksk 1 [--#]', 'ksk 2 [+++]'],
      ['ksk 1 [--#]', 'ksk 2 [++#]', 'ksk 3 [--#]'],
      ['ksk 1 [+-#]', 'ksk 2 [++#]'],
    ],
  },
  '3f': {
    holds: [['zsk 1 [##]'], ['csk 1 [#.#.]'], ['zsk 1 [+.]', 'zsk 2 [##]']],
    fails: [['zsk 1 [#+]'], ['zsk 1 [+#]'], ['zsk 1 [#.]', 'zsk 2 [.#]'], ['ksk 1 [###]']],
  },
  '3g': {
    holds: [
      ['zsk 1 [-#]', 'zsk 2 [+#]'],
      ['zsk 1 [-#]', 'zsk 2 [+#]', 'ksk 3 [++.]'],
      ['csk 1 [-.##]', 'zsk 2 [+#]'],
    ],
    fails: [
      ['zsk 1 [-#]'],
      ['zsk 1 [--]', 'zsk 2 [+#]'],
      ['zsk 1 [-#]', 'zsk 2 [++]'],
      ['zsk 1 [-#]', 'zsk 2 [+#]', 'zsk 3 [-#]'],
    ],
  },
  '3h': {
    holds: [
      ['zsk 1 [#-]', 'zsk 2 [#+]'],
      ['zsk 1 [#-]', 'zsk 2 [#+]', 'zsk 3 [#-]'],
      ['zsk 1 [#+]', 'zsk 2 [#+]', 'zsk 3 [+.]'],
      ['csk 1 [##-#]', 'zsk 2 [#+]'],
    ],
    fails: [
      ['zsk 1 [#-]', 'zsk 2 [#-]'],
      ['zsk 1 [#-]', 'zsk 2 [++]'],
      ['zsk 1 [--]', 'zsk 2 [#+]'],
      ['zsk 1 [#-]', 'zsk 2 [#+]', 'zsk 3 [--]'],
      ['zsk 1 [#.]'],
    ],
  },
  '3i': {
    holds: [
      ['zsk 1 [.-]'],
      ['zsk 1 [.+]'],
      ['ksk 1 [+..]', 'zsk 2 [+#]'],
      ['ksk 1 [--.]', 'zsk 2 [-#]'],
      ['zsk 1 [-#]', 'zsk 2 [+#]'],
    ],
    fails: [
      ['zsk 1 [++]'],
      ['ksk 1 [+..]', 'zsk 2 [.#]'],
      ['ksk 1 [##.]', 'zsk 2 [-#]'],
      ['ksk 1 [-..]', 'zsk 2 [--]'],
    ],
  },
}

describe.each(RULES.flatMap(({ clauses }) => clauses))('clause $name: $sentence', ({ name, holds }) => {
  it.each(CASES[name]!.holds)('holds of %s %s %s', (...texts) => {
    expect(holds(keysOf(...texts))).toBe(true)
  })

  it.each(CASES[name]!.fails)('does not hold of %s %s %s', (...texts) => {
    expect(holds(keysOf(...texts))).toBe(false)
  })
})

describe('a rule', () => {
  const [r1, r2, r3] = RULES

  it('R1 is waived where the zone is to become insecure', () => {
    const keys = keysOf('ksk 1 [##-]')
    expect(ruleHolds(r1!, keys, 0, 'secure')).toBe(false)
    expect(ruleHolds(r1!, keys, 0, 'insecure')).toBe(true)
  })

  it('R2 is asked for each algorithm by itself', () => {
    const keys = keysOf('ksk 1 [###]', 'ksk 2 [++#] 15')
    expect(ruleHolds(r2!, keys, 13, 'secure')).toBe(true)
    expect(ruleHolds(r2!, keys, 15, 'secure')).toBe(false)
  })

  it('R3 is waived where no key of any algorithm has a DS anywhere', () => {
    const young = ['ksk 3 [++.] 15', 'zsk 4 [++] 15']
    expect(ruleHolds(r3!, keysOf('ksk 1 [##.]', 'zsk 2 [##]', ...young), 15, 'secure')).toBe(true)
    expect(ruleHolds(r3!, keysOf('ksk 1 [##-]', 'zsk 2 [##]', ...young), 15, 'secure')).toBe(false)
  })
})

describe('a step', () => {
  it('is against the rule that holds before it and not after it', () => {
    const before = keysOf('ksk 1 [###]', 'zsk 2 [##]')
    expect(brokenRule(before, keysOf('ksk 1 [##-]', 'zsk 2 [##]'), 'secure')).toEqual({ rule: 'R1', algorithm: 0 })
    expect(brokenRule(before, keysOf('ksk 1 [-##]', 'zsk 2 [##]'), 'secure')).toEqual({ rule: 'R2', algorithm: 13 })
    expect(brokenRule(before, keysOf('ksk 1 [###]', 'zsk 2 [#-]'), 'secure')).toEqual({ rule: 'R3', algorithm: 13 })
  })

  it('may be taken where the rule is broken anyway', () => {
    expect(brokenRule(keysOf('ksk 1 [+++]'), keysOf('ksk 1 [+-+]'), 'secure')).toBeUndefined()
  })

  it('is against a rule that is broken anyway where that is required to hold', () => {
    const required = { rule: 'R3', algorithm: 13 } as const
    const [before, after] = [keysOf('ksk 1 [+++]', 'zsk 2 [++]'), keysOf('ksk 1 [+++]', 'zsk 2 [+-]')]
    expect(brokenRule(before, after, 'secure', required)).toEqual(required)
  })
})

/** A record that the first key is to step, and keys where the barrier is up, and where it is down. */
interface BarrierCase {
  readonly record: KeyRecord
  readonly up: RolloverKey[]
  readonly down: RolloverKey[]
  readonly goal?: RolloverSituation['goal']
}

/** In the order of the table. */
const BARRIER_CASES: readonly BarrierCase[] = [
  { record: 'krrsig', up: keysOf('ksk 1 [...]'), down: keysOf('ksk 1 [+..]') },
  { record: 'zrrsig', up: keysOf('zsk 1 [+.]', 'zsk 2 [##]'), down: keysOf('zsk 1 [..]') },
  { record: 'ds', up: keysOf('ksk 1 [#+.]'), down: keysOf('ksk 1 [##.]') },
  { record: 'ds', up: succession('active'), down: succession('retired') },
  { record: 'ds', up: keysOf('ksk 1 [##.]', 'zsk 2 [#+]'), down: keysOf('ksk 1 [##.]', 'zsk 2 [##]') },
  { record: 'ds', up: keysOf('ksk 1 [##.]'), down: keysOf('ksk 7 [##.]') },
  {
    record: 'zrrsig',
    up: keysOf('zsk 1 [##]', 'ksk 2 [##-]'),
    down: keysOf('zsk 1 [##]', 'ksk 2 [##-]'),
    goal: 'insecure',
  },
  { record: 'dnskey', up: keysOf('ksk 1 [##-]'), down: keysOf('csk 1 [###.]') },
  { record: 'krrsig', up: keysOf('ksk 1 [##.]'), down: keysOf('ksk 1 [-#.]') },
]

function succession(duty: KeyDuty): RolloverKey[] {
  return [keyOf('ksk 1 [##.]', { replaces: '2' }), keyOf('ksk 2 [###]', { duty })]
}

describe.each(BARRIERS.map((barrier, index) => ({ ...barrier, ...BARRIER_CASES[index]! })))(
  'barrier: $sentence',
  ({ records, reason, record, up, down, goal = 'secure' }) => {
    const against = (keys: RolloverKey[], intent: RolloverSituation['goal']) =>
      reason(keys[0]!, zoneOf(keys, { goal: intent, isBackedUp: ({ id }) => id !== '1' }))

    it('is up and down', () => {
      expect(records).toContain(record)
      expect(against(up, goal)).toBeDefined()
      expect(against(down, 'secure')).toBeUndefined()
    })
  },
)

describe('a key of another signer of the zone', () => {
  const foreign = (text: string, more: Partial<RolloverKey> = {}) => ({
    ...keyOf(text),
    isForeign: true as const,
    ...more,
  })
  const secure = keyOf('ksk 1 [###]')
  const R3 = RULES.find(({ name }) => name === 'R3')!
  const holds = (keys: readonly RolloverKey[]) => ruleHolds(R3, keys, secure.algorithm, 'secure')

  it('signs nothing that is answered here: none of our signatures may rely on it', () => {
    const theirs = foreign('zsk 9 [##]')
    expect(holds([secure, keyOf('zsk 2 [##]'), theirs])).toBe(true)
    for (const ours of ['zsk 2 [#-]', 'zsk 2 [#+]', 'zsk 2 [.+]', 'zsk 2 [..]']) {
      expect([ours, holds([secure, keyOf(ours), theirs])]).toEqual([
        ours,
        ours === 'zsk 2 [#-]' ? false : holds([secure, keyOf(ours)]),
      ])
    }
    const before = [secure, keyOf('zsk 2 [##]'), theirs]
    expect(brokenRule(before, [secure, keyOf('zsk 2 [#-]'), theirs], 'secure')).toMatchObject({ rule: 'R3' })
  })

  it('comes and goes without a say in ours', () => {
    for (const text of ['zsk 9 [+#]', 'zsk 9 [-#]', 'zsk 9 [+.]', 'zsk 9 [##]', 'zsk 9 [#-]']) {
      expect([text, holds([secure, keyOf('zsk 2 [##]'), foreign(text)])]).toEqual([text, true])
    }
  })

  it('stays published until what it has signed is out of all caches', () => {
    const retired = { duty: 'retired' as const }
    const steps = (text: string) =>
      nextStep(zoneOf([secure, keyOf('zsk 2 [##]'), foreign(text, retired)])).transitions.map(({ record }) => record)
    expect(steps('zsk 9 [##]')).toEqual(['zrrsig'])
    expect(steps('zsk 9 [#.]')).toEqual(['dnskey'])
  })

  it('does not bring the first DS of a zone whose own signatures are not everywhere', () => {
    const keys = [keyOf('ksk 1 [##.]'), keyOf('zsk 2 [#+]', { served: 0 }), foreign('zsk 9 [##]')]
    const wait = nextStep(zoneOf(keys)).waits.find(({ record }) => record === 'ds')
    expect(wait?.reason).toMatchObject({ kind: 'rule', rule: 'R3' })
  })
})

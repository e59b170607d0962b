/**
 * Machines with a bug planted in them: the exploration finds each, and tells how somebody gets there.
 */
import { expect, it } from 'vitest'
import type { KeyDuty, RecordStatus, RolloverKey, Transition } from '../../../keys/rollover/key-state.ts'
import type { RolloverSituation, RolloverStep } from '../../../keys/rollover/step.ts'
import { explore } from './explore.ts'
import { MACHINE, type Machine } from './machine.ts'
import { modelOf } from './model.ts'
import { failureTable } from './report.ts'
import { type Scenario, scenarioOf } from './scenarios.ts'
import { steady } from './starts.ts'

const KSK_ROLL = scenarioOf('split', steady, { 'roll: ksk': 1 })
const ZSK_ROLL = scenarioOf('split', steady, { 'roll: zsk': 1 })
const LOWERED = scenarioOf('long TTLs', steady, { 'roll: zsk': 1, 'configure: short TTLs': 1 })

interface Plant {
  readonly bug: string
  readonly scenario: Scenario
  readonly machine: Partial<Machine>
  /** What is found, and the event that comes last before it. */
  readonly fault: RegExp
  readonly last: RegExp
}

const PLANTS: readonly Plant[] = [
  {
    bug: 'does not wait for the TTL of the DS',
    scenario: KSK_ROLL,
    machine: deciding((situation) => ({
      ...situation,
      policy: { ...situation.policy, parentDsTtl: 0 },
      keys: withRecords(situation.keys, ({ seen, ...status }) => ({
        ...status,
        ...(seen === undefined ? {} : { seen: { ...seen, ttl: 0 }, ttl: 0 }),
      })),
    })),
    fault: /^no DNSKEY that DS ksk13.1 names has signed/,
    last: /ksk13.1 dnskey o→u/,
  },
  {
    bug: 'drops the old ZSK while its signatures may be cached',
    scenario: ZSK_ROLL,
    machine: stepping((step, { keys }) => adding(step, keys, isDroppedEarly, ['dnskey', 'omnipresent', 'unretentive'])),
    fault: /has signed the data, zsk13.1 has$/,
    last: /zsk13.1 dnskey o→u/,
  },
  {
    bug: 'publishes the keys of an algorithm before its signatures',
    scenario: scenarioOf('split', steady, { 'configure: algorithm 15': 1 }),
    machine: stepping((step, { keys }) => {
      const held = step.transitions.filter(({ record, to }) => record !== 'zrrsig' || to !== 'rumoured')
      return adding({ ...step, transitions: held }, keys, isUnpublished, ['dnskey', 'hidden', 'rumoured'])
    }),
    fault: /^strict: .*algorithm 15/,
    last: /dnskey h→r/,
  },
  {
    bug: 'retires the KSK before the parent has the new DS',
    scenario: KSK_ROLL,
    machine: {
      noteSighting: (keys, sighting, situation) => {
        const state = keys.find(({ id }) => id === sighting.key)?.records.ds?.state
        const says = state === 'rumoured' ? 'present' : state === 'unretentive' ? 'absent' : sighting.says
        return MACHINE.noteSighting(keys, { ...sighting, says }, situation)
      },
    },
    fault: /^no DNSKEY that DS ksk13.1 names has signed/,
    last: /ksk13.1 dnskey o→u/,
  },
  {
    bug: 'takes what some servers of the parent have for what all have',
    scenario: KSK_ROLL,
    machine: {
      noteSighting: (keys, sighting, situation) => {
        const state = keys.find(({ id }) => id === sighting.key)?.records.ds?.state
        const hoped = state === 'rumoured' ? 'present' : 'absent'
        return MACHINE.noteSighting(
          keys,
          { ...sighting, says: sighting.says === 'mixed' ? hoped : sighting.says },
          situation,
        )
      },
    },
    fault: /^no DNSKEY that DS ksk13.1 names has signed/,
    last: /ksk13.1 dnskey o→u/,
  },
  {
    bug: 'runs timers from when a step is on disk, whoever serves it',
    scenario: ZSK_ROLL,
    machine: {
      applyTransitions: (keys, steps, time) => {
        const next = MACHINE.applyTransitions(keys, steps, time)
        return MACHINE.noteServed(next, next, time.now)
      },
    },
    fault: /has signed the data/,
    last: /^step/,
  },
  {
    bug: 'forgets the larger TTL when the policy lowers it in the middle of a roll',
    scenario: LOWERED,
    machine: { rememberedTtl: (_, maxTtl) => ({ ttl: maxTtl }) },
    fault: /has signed the data/,
    last: /^step/,
  },
  {
    bug: 'never learns that workers have followed',
    scenario: ZSK_ROLL,
    machine: { noteServed: (keys) => [...keys] },
    fault: /never comes to rest/,
    last: /^begin$|./,
  },
  {
    bug: 'waits without a word',
    scenario: ZSK_ROLL,
    machine: stepping((step) => ({ ...step, waits: [] })),
    fault: /nothing moves, and nothing is said to be waited for/,
    last: /all workers serve it/,
  },
  {
    bug: 'goes by the clock as it is set',
    scenario: scenarioOf('split', steady, { 'roll: zsk': 1, 'clock forward: 5': 1 }),
    machine: { followTime: (before, reading) => ({ ...before, reading, believed: reading.wall }) },
    fault: /has signed the data/,
    last: /^step/,
  },
  {
    bug: 'takes up a clock without dating waits anew',
    scenario: scenarioOf('split', steady, { 'roll: zsk': 1, 'clock forward: 5': 1 }),
    machine: { redateKeys: (keys) => [...keys] },
    fault: /has signed the data/,
    last: /^step/,
  },
  {
    bug: 'does not hear that the parent has raised the TTL of the DS',
    scenario: scenarioOf('split', steady, { 'roll: ksk': 1, 'parent TTL: 3': 1 }),
    machine: {
      noteSighting: (keys, sighting, situation) =>
        MACHINE.noteSighting(keys, { ...sighting, ttl: situation.policy.parentDsTtl }, situation),
    },
    fault: /^no DNSKEY that DS ksk13.1 names has signed/,
    last: /ksk13.1 dnskey o→u/,
  },
  {
    bug: 'has a standby ZSK take over before all have its DNSKEY',
    scenario: scenarioOf('split', steady, { 'configure: standby ZSK': 1, 'roll: zsk': 1 }),
    machine: {
      nextStep: (situation) => MACHINE.nextStep(believing(situation, 'active')),
      rollKey: (situation, selection) => MACHINE.rollKey(believing(situation, 'standby'), selection),
    },
    fault: /has signed the data/,
    last: /^step/,
  },
  {
    bug: 'takes what was on its way when a backup was made for arrived',
    scenario: scenarioOf('split', steady, { 'roll: zsk': 1, restore: 1 }),
    machine: {
      restoredKey: (key) => {
        const arrived = { rumoured: 'omnipresent', unretentive: 'hidden' } as const
        const [restored] = withRecords([key], ({ state, ...status }) => ({
          ...status,
          state: state === 'rumoured' || state === 'unretentive' ? arrived[state] : state,
        }))
        return { ...key, records: restored!.records }
      },
    },
    fault: /has signed the data/,
    last: /^step/,
  },
  {
    bug: 'takes a step back as if it had never been',
    scenario: scenarioOf('split', steady, { 'roll: zsk': 1, 'step fails': 1, cancel: 1 }),
    machine: {
      takeBackSteps: (taken, keys) =>
        MACHINE.takeBackSteps(taken, keys).map((step) => ({
          ...step,
          to: step.to === 'rumoured' ? 'omnipresent' : 'hidden',
        })),
    },
    fault: /has signed the data/,
    last: /./,
  },
]

it.each(PLANTS)('a machine that $bug', ({ bug, scenario, machine, fault, last }) => {
  const { failure, states } = explore(modelOf(scenario, { ...MACHINE, ...machine }), 50_000)
  expect(failure, `nothing found in ${states} states`).toBeDefined()
  console.log(`planted: ${bug}\n${failureTable(failure!)}\n`)
  expect(failure!.fault).toMatch(fault)
  expect(failure!.path.at(-1)!.label).toMatch(last)
})

/** A machine that is told something else than what is. */
function deciding(tell: (situation: RolloverSituation) => RolloverSituation): Partial<Machine> {
  return { nextStep: (situation) => MACHINE.nextStep(tell(situation)) }
}

/** A machine whose decisions are changed. */
function stepping(change: (step: RolloverStep, situation: RolloverSituation) => RolloverStep): Partial<Machine> {
  return { nextStep: (situation) => change(MACHINE.nextStep(situation), situation) }
}

/** As if the DNSKEY of any ZSK with this duty were everywhere. */
function believing(situation: RolloverSituation, duty: KeyDuty): RolloverSituation {
  const keys = situation.keys.map((key): RolloverKey => {
    const { dnskey } = key.records
    const isYoung = key.role === 'zsk' && key.duty === duty && dnskey?.state === 'rumoured'
    return isYoung ? { ...key, records: { ...key.records, dnskey: { ...dnskey, state: 'omnipresent' } } } : key
  })
  return { ...situation, keys }
}

function withRecords(keys: readonly RolloverKey[], change: (status: RecordStatus) => RecordStatus): RolloverKey[] {
  return keys.map((key) => ({
    ...key,
    records: Object.fromEntries(Object.entries(key.records).map(([record, status]) => [record, change(status)])),
  }))
}

/** The step with one more transition for each key that is such. */
function adding(
  step: RolloverStep,
  keys: readonly RolloverKey[],
  isSuch: (key: RolloverKey) => boolean,
  [record, from, to]: readonly [Transition['record'], Transition['from'], Transition['to']],
): RolloverStep {
  const more = keys
    .filter(
      ({ id, records }) =>
        records[record]?.state === from && !step.transitions.some((each) => each.key === id && each.record === record),
    )
    .filter(isSuch)
    .map(({ id }): Transition => ({ key: id, record, from, to }))
  return { ...step, transitions: [...step.transitions, ...more] }
}

function isDroppedEarly({ role, duty, records }: RolloverKey): boolean {
  return role === 'zsk' && duty === 'retired' && records.zrrsig?.state === 'unretentive'
}

function isUnpublished({ duty, algorithm }: RolloverKey): boolean {
  return duty === 'active' && algorithm === 15
}

import { expect, it } from 'vitest'
import type { KeyRole } from '../../../keys/key-role.ts'
import { assumedRecords } from '../../../keys/rollover/assumed-records.ts'
import type { KeyDuty, RolloverKey } from '../../../keys/rollover/key-state.ts'
import { nextStep } from '../../../keys/rollover/next-step.ts'
import type { RolloverStep } from '../../../keys/rollover/step.ts'

const NOW = 1_800_000_000
const POLICY = {
  ...{ zskLifetime: undefined, kskLifetime: undefined, standbyZsk: false, standbyKsk: false, isCombined: false },
  ...{ publishSafety: 3_600, retireSafety: 3_600, parentDsTtl: 86_400, isManual: false },
}

/** A key in use of which nobody knows how far it has spread: one that was stored, or came in, without states. */
function unknownKey(role: KeyRole, duty: KeyDuty, id: string = role): RolloverKey {
  const times = { created: NOW, dutySince: NOW }
  return { id, role, algorithm: 8, keyTag: 1, duty, ...times, records: assumedRecords(role, NOW) }
}

function stepOf(keys: readonly RolloverKey[], algorithm: number): RolloverStep {
  return nextStep({
    ...{ keys, policy: POLICY, algorithms: [algorithm], maxTtl: 86_400, validity: 604_800, keyTtl: 3_600 },
    ...{ goal: 'secure', isPaused: false, now: NOW },
  })
}

it('goes on signing with keys of unknown states when they are to retire, while the parent may have their DS', () => {
  const keys = [unknownKey('ksk', 'retired'), unknownKey('zsk', 'retired')]
  const step = stepOf(keys, 13)
  expect(step.transitions).toEqual([])
  expect(step.waits.find(({ record, to }) => record === 'zrrsig' && to === 'unretentive')?.reason).toMatchObject({
    ...{ kind: 'rule', rule: 'R3' },
  })
})

it('gives up no DS for that of a key of unknown states, unless the key is somebody else’s too', () => {
  const [old, young, zsk] = [
    unknownKey('ksk', 'retired', 'old'),
    unknownKey('ksk', 'active', 'young'),
    unknownKey('zsk', 'active'),
  ]
  expect(stepOf([old, young, zsk], 8).transitions).toEqual([])
  expect(stepOf([{ ...old, isCompromised: true }, young, zsk], 8).transitions).toEqual([
    { key: 'old', record: 'ds', from: 'rumoured', to: 'unretentive' },
  ])
})

/*
 * What is checked: handed in, so that a test can plant a bug in a part of it.
 */
import { applyKeyChange, applyTransitions, noteServed, noteSighting } from '../../../keys/rollover/apply.ts'
import { emergency, forcedTransitions } from '../../../keys/rollover/emergency.ts'
import { keyChanges } from '../../../keys/rollover/key-changes.ts'
import { nextStep } from '../../../keys/rollover/next-step.ts'
import { cancelRoll, rollKey } from '../../../keys/rollover/operator-changes.ts'
import { rememberedTtl } from './remembered-ttl.ts'

export const MACHINE = {
  ...{ nextStep, keyChanges, rollKey, cancelRoll, emergency, forcedTransitions },
  ...{ applyTransitions, applyKeyChange, noteServed, noteSighting, rememberedTtl },
}

export type Machine = typeof MACHINE

/*
 * What is checked: handed in, so that a test can plant a bug in a part of it.
 */
import { restoredKey } from '../../../keys/backup/restored-states.ts'
import { applyKeyChange, applyTransitions, noteServed, noteSighting } from '../../../keys/rollover/apply.ts'
import { followTime } from '../../../keys/rollover/believed-time.ts'
import { emergency, forcedTransitions } from '../../../keys/rollover/emergency.ts'
import { keyChanges } from '../../../keys/rollover/key-changes.ts'
import { nextStep } from '../../../keys/rollover/next-step.ts'
import { cancelRoll, rollKey } from '../../../keys/rollover/operator-changes.ts'
import { redateKeys } from '../../../keys/rollover/redate.ts'
import { takeBackSteps } from '../../../keys/rollover/take-back.ts'
import { rememberedTtl } from './remembered-ttl.ts'

export const MACHINE = {
  ...{ nextStep, keyChanges, rollKey, cancelRoll, emergency, forcedTransitions },
  ...{ applyTransitions, applyKeyChange, noteServed, noteSighting, rememberedTtl },
  ...{ takeBackSteps, restoredKey, followTime, redateKeys },
}

export type Machine = typeof MACHINE

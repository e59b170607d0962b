/*
 * What is checked: handed in, so that a test can plant a bug in a part of it.
 */
import { applyKeyChange, applyTransitions, noteServed, noteSighting } from '../../../keys/rollover/apply.ts'
import { keyChanges, succession } from '../../../keys/rollover/key-changes.ts'
import { nextStep } from '../../../keys/rollover/next-step.ts'

export const MACHINE = {
  nextStep,
  keyChanges,
  succession,
  applyTransitions,
  applyKeyChange,
  noteServed,
  noteSighting,
}

export type Machine = typeof MACHINE

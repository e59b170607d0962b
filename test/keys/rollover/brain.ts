import type { KeyChange, RolloverStep } from '../../../keys/rollover/step.ts'
import type { Machine } from './machine.ts'
import { situationOf, statesText, type World } from './world.ts'

/** The machine, and what it has decided: worlds that differ in caches or at the parent are the same to it. */
export interface Brain {
  readonly machine: Machine
  think(world: World): Thought
}

export interface Thought {
  readonly changes: readonly KeyChange[]
  readonly step: RolloverStep
  /** Whether the policy leaves steps to the operator, and what he would step. */
  readonly isAsked: boolean
  readonly askedStep: RolloverStep
}

export function createBrain(machine: Machine): Brain {
  const thoughts = new Map<string, Thought>()
  return {
    machine,
    think: (world) => {
      const text = statesText(world)
      const known = thoughts.get(text)
      if (known !== undefined) return known
      const situation = situationOf(world)
      const isAsked = situation.policy.isManual
      const step = machine.nextStep(situation)
      const askedStep = isAsked
        ? machine.nextStep({ ...situation, policy: { ...situation.policy, isManual: false } })
        : step
      const thought = { changes: machine.keyChanges(situation), step, isAsked, askedStep }
      thoughts.set(text, thought)
      return thought
    },
  }
}

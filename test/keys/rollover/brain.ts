import type { KeyChange, RolloverStep } from '../../../keys/rollover/step.ts'
import type { Canon } from './canonical.ts'
import type { Machine } from './machine.ts'
import { situationOf, type World } from './world.ts'

/** The machine, and what it has decided: worlds that differ in caches or at the parent are the same to it. */
export interface Brain {
  readonly machine: Machine
  readonly canon: Canon
  think(world: World): Thought
  /** The keys after what was learnt of the parent, by what it has; the same object where nothing was. */
  learn(world: World, learn: () => World['keys']): World['keys']
}

export interface Thought {
  readonly changes: readonly KeyChange[]
  readonly step: RolloverStep
  /** Whether the policy leaves steps to the operator, and what he would step. */
  readonly isAsked: boolean
  readonly askedStep: RolloverStep
}

export function createBrain(machine: Machine, canon: Canon): Brain {
  const thoughts = new Map<string, Thought>()
  const learnt = new Map<string, World['keys']>()
  return {
    machine,
    canon,
    think: (world) => {
      const text = canon.situationText(world)
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
    learn: (world, learn) => {
      const text = `${canon.situationText(world)} ${world.parent.join(';')} ${world.parentTtl} ${world.seenTtl}`
      const known = learnt.get(text)
      if (known !== undefined) return known
      const keys = canon.keysOf(learn())
      learnt.set(text, keys)
      return keys
    },
  }
}

import type { Flip } from '../../checker/catalogue/flip.ts'
import type { Step } from '../../checker/remedy/step.ts'
import { together } from './case-host.ts'
import type { Situation } from './case-schema.ts'

/** A situation after the steps of a flip. */
export function flipped(situation: Situation, flip: readonly Flip[]): Situation {
  return flip.reduce((before, step) => together(before, changeOf(step)), situation)
}

function changeOf(step: Flip): Situation {
  if ('declare' in step) {
    return {
      declared: Object.fromEntries(Object.entries(step.declare).map(([name, value]) => [name, value ?? undefined])),
    }
  }
  if ('prints' in step) return { commands: { [step.prints]: { exitCode: step.exitCode ?? 0, stdout: step.stdout } } }
  if ('observed' in step) return { observations: [...step.observed] }
  if ('hardLinks' in step) return { hardLinks: [[...step.hardLinks]] }
  if ('written' in step) return { modified: { [step.written]: step.ago } }
  return { with: [step as Step] }
}

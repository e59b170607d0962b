import type { Control } from '../catalogue/control.ts'
import type { Judge } from '../controls/judge.ts'
import type { HostInputs } from '../facts/host.ts'
import { NOT_YET } from '../root/memory-root.ts'
import { FAULT, type Finding, judgeEach, type Verdict } from './evaluate.ts'

/** Controls that are judged by what of a host is known so far, again and again: over ssh each look asks for more. */
export interface Rounds {
  /** What all of them say. Those that missed nothing before keep what they said, and are not judged anew. */
  readonly judge: (inputs: HostInputs) => readonly Finding[]
  /** Whether none of them missed anything when it was last judged. */
  readonly isWhole: () => boolean
}

export function createRounds(controls: readonly Control[], judges: Readonly<Record<string, Judge>>): Rounds {
  const settled = new Map<Control, readonly Finding[]>()
  return {
    judge: (inputs) => {
      const open = controls.filter((control) => !settled.has(control))
      const verdicts = judgeEach(open, judges, inputs)
      for (const verdict of verdicts) if (isSettled(verdict)) settled.set(verdict.control, verdict.findings)
      const said = new Map(verdicts.map(({ control, findings }) => [control, findings]))
      return controls.flatMap((control) => settled.get(control) ?? said.get(control)!)
    },
    isWhole: () => controls.every((control) => settled.has(control)),
  }
}

/** Nothing was missed. A judge that failed may have failed for what was. */
function isSettled({ findings, unread }: Verdict): boolean {
  return !unread.some(({ why }) => why === NOT_YET) && !findings.some(({ cause }) => cause === FAULT)
}

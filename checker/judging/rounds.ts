import type { Control } from '../catalogue/control.ts'
import type { Judge } from '../controls/judge.ts'
import type { HostInputs } from '../facts/host.ts'
import { NOT_YET } from '../root/memory-root.ts'
import { FAULT, type Finding, judgeEach, type Verdict } from './evaluate.ts'

/** Controls that are judged by what of a host is known so far, again and again: over ssh each look asks for more. */
export interface Rounds {
  /** What all of them say. Those that missed nothing before keep what they said, and are not judged anew. */
  readonly judge: (inputs: HostInputs) => readonly Finding[]
  /** Whether none of them missed anything in the last round. */
  readonly isWhole: () => boolean
}

export function createRounds(controls: readonly Control[], judges: Readonly<Record<string, Judge>>): Rounds {
  const settled = new Map<Control, readonly Finding[]>()
  let open = controls
  return {
    judge: (inputs) => {
      const judged = open.filter((control) => !settled.has(control))
      const verdicts = new Map(judgeEach(judged, judges, inputs).map((verdict) => [verdict.control, verdict]))
      open = judged.filter((control) => misses(verdicts.get(control)!))
      for (const { control, findings } of verdicts.values()) {
        // What failed may have failed for what was missing.
        const isFault = findings.some(({ cause }) => cause === FAULT)
        if (!open.includes(control) && !isFault) settled.set(control, findings)
      }
      return controls.flatMap((control) => settled.get(control) ?? verdicts.get(control)!.findings)
    },
    isWhole: () => open.length === 0,
  }
}

function misses({ unread }: Verdict): boolean {
  return unread.some(({ why }) => why === NOT_YET)
}

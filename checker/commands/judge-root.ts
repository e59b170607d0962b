import { readVersion } from '../../server/version.ts'
import type { Control } from '../catalogue/control.ts'
import { loadSeedSentences } from '../catalogue/seed-sentences.ts'
import type { OperatorFile } from '../declarations/operator-file.ts'
import { evaluate } from '../judging/evaluate.ts'
import type { Observation } from '../probes/probe.ts'
import { systemOf } from '../remedy/remedy-of.ts'
import { buildReport } from '../reports/build-report.ts'
import type { HostReport } from '../reports/host-report.ts'
import { settle } from '../settling/settle.ts'
import type { Context } from './context.ts'
import type { OpenedRoot } from './look-at.ts'

export interface Judging extends OpenedRoot {
  readonly file: OperatorFile
  readonly controls: readonly Control[]
  /** What probes found of it. */
  readonly observations: readonly Observation<unknown>[]
}

/** Judges a system by the controls and says what came of it. */
export function judgeRoot(context: Context, { root, at, file, controls, observations }: Judging): HostReport {
  const inputs = { root, now: at, declared: file.declared, observations }
  const findings = evaluate(controls, context.judges, inputs)
  return buildReport({
    hostcheck: readVersion(),
    at,
    root,
    system: systemOf(root),
    profile: file.declared.profile,
    declarations: file.path,
    controls,
    sentences: loadSeedSentences(),
    settlement: settle(findings, file, context.now),
  })
}

import { readVersion } from '../../server/version.ts'
import type { Control } from '../catalogue/control.ts'
import { loadSeedSentences } from '../catalogue/seed-sentences.ts'
import type { OperatorFile } from '../declarations/operator-file.ts'
import { createRounds } from '../judging/rounds.ts'
import type { Observation } from '../probes/probe.ts'
import { systemOf } from '../remedy/remedy-of.ts'
import { buildReport } from '../reports/build-report.ts'
import type { HostReport } from '../reports/host-report.ts'
import { settle } from '../settling/settle.ts'
import type { Context } from './context.ts'
import type { OpenedRoot } from './look-at.ts'

/** What a system is judged by. */
export interface Judging {
  readonly file: OperatorFile
  readonly controls: readonly Control[]
  /** What probes found of it. */
  readonly observations: readonly Observation<unknown>[]
}

/**
 * Judges systems by the controls and says what came of it. What it returns may be called again with more of the same system:
 * only what missed something is judged anew.
 */
export function judgeRoots(
  context: Context,
  { file, controls, observations }: Judging,
): (opened: OpenedRoot) => HostReport {
  const rounds = createRounds(controls, context.judges)
  return ({ root, at }) => {
    const findings = rounds.judge({ root, now: at, declared: file.declared, observations })
    return buildReport({
      hostcheck: readVersion(),
      at,
      root,
      user: nameOfUser(),
      system: systemOf(root),
      profile: file.declared.profile,
      declarations: file.path,
      controls,
      sentences: loadSeedSentences(),
      settlement: settle(findings, file, context.now),
    })
  }
}

/** By number: a table of users may lie on another host, and a look talks to none. */
function nameOfUser(): string {
  const uid = process.geteuid?.()
  return uid === 0 ? 'root' : `uid ${uid ?? 'unknown'}`
}

import { resolve } from 'node:path'
import type { OptionDeclaration } from '../../console/command.ts'
import { Failure } from '../../console/failure.ts'
import { formatProblem } from '../../zones/file-problem.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { readTargets } from '../targets/read-targets.ts'
import type { Limits, Target } from '../targets/targets.ts'
import type { Context } from './context.ts'
import { findOwnFile, readOwnFile } from './own-files.ts'

const SYSTEM_TARGETS = '/etc/hostcheck/targets.yaml'

export const TARGETS_OPTION = {
  value: 'FILE',
  summary: 'what probes may be sent to; without it ./targets.yaml, then /etc/hostcheck/targets.yaml',
  completes: 'file',
} as const satisfies OptionDeclaration

/** The targets of `--targets`, else of the file here, else of the system's. Every problem of a file ends the command. */
export function openTargets(
  context: Context,
  option: string | undefined,
): { path: string; targets: readonly Target[]; limits: Limits } {
  const path =
    option === undefined
      ? findOwnFile(context, 'targets.yaml', SYSTEM_TARGETS, '--targets')
      : resolve(context.workingDirectory, option)
  if (path === undefined) {
    throw new Failure({
      exitCode: ExitCode.Usage,
      what: 'There is no targets.yaml, so nothing may be sent',
      why: `Neither here nor at ${SYSTEM_TARGETS}.`,
      next: 'write one: docs/hostcheck-targets.md begins with an example',
    })
  }
  const text = readOwnFile(path, 'the targets', '`--targets FILE` names another file')
  const reading = readTargets(text, path, context.now)
  if (reading.outcome === 'accepted') return { path, targets: reading.targets, limits: reading.limits }
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `${path} has errors, so nothing was sent`,
    why: reading.problems.map(formatProblem).join('\n'),
    next: 'mend them; docs/hostcheck-targets.md has every entry',
  })
}

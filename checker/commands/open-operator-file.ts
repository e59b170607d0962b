import { resolve } from 'node:path'
import { Failure } from '../../console/failure.ts'
import { formatProblem } from '../../zones/file-problem.ts'
import { NOTHING_DECLARED } from '../declarations/declarations.ts'
import type { OperatorFile } from '../declarations/operator-file.ts'
import { readDeclarations } from '../declarations/read-declarations.ts'
import { ExitCode } from '../reports/exit-code.ts'
import type { Context } from './context.ts'
import { findOwnFile, readOwnFile } from './own-files.ts'

const SYSTEM_DECLARATIONS = '/etc/hostcheck/hostcheck.yaml'

/** Where `hostcheck.yaml` is: `--declarations`, else the one here, else the system's; undefined where there is none. */
export function findDeclarations(context: Context): string | undefined {
  if (context.declarations !== undefined) return resolve(context.workingDirectory, context.declarations)
  return findOwnFile(context, 'hostcheck.yaml', SYSTEM_DECLARATIONS, '--declarations')
}

/** What the operator declares; nothing where there is no file. Every problem of a file ends the command. */
export function openOperatorFile(context: Context): OperatorFile {
  const path = findDeclarations(context)
  if (path === undefined) return { path, declared: NOTHING_DECLARED, waivers: [], attestations: [] }
  const text = readOwnFile(path, 'the declarations', '`--declarations FILE` names another file')
  const reading = readDeclarations(text, path, { controls: new Set(context.controls.keys()), now: context.now })
  if (reading.outcome === 'accepted') return reading.file
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `${path} has errors, so nothing was checked`,
    why: reading.problems.map(formatProblem).join('\n'),
    next: 'mend them; docs/hostcheck-declarations.md has every entry',
  })
}

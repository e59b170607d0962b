import { accessSync, constants } from 'node:fs'
import { resolve } from 'node:path'
import type { OptionDeclaration } from '../../console/command.ts'
import { Failure, fileReasonOf } from '../../console/failure.ts'
import { appendPrivately, readEnd } from '../observations/appended-file.ts'
import { observationLine, type ReadObservations, readObservationLines } from '../observations/observation-lines.ts'
import type { Observation } from '../probes/probe.ts'
import { quoted } from '../remedy/shell.ts'
import { ExitCode } from '../reports/exit-code.ts'
import type { Context } from './context.ts'
import type { RootChoice } from './look-at.ts'

const SYSTEM_OBSERVATIONS = '/var/lib/hostcheck/observations.jsonl'

export const OBSERVATIONS_OPTION = {
  value: 'FILE',
  summary: `what probes found; ${SYSTEM_OBSERVATIONS} when left out`,
  completes: 'file',
} as const satisfies OptionDeclaration

/** What probes found of the system that is looked at. The file of this host says nothing of another one. */
export function openObservations(
  context: Context,
  option: string | undefined,
  { root, host, bundle }: RootChoice,
): readonly Observation<unknown>[] {
  const isThisHost = root === undefined && host === undefined && bundle === undefined
  if (option === undefined && !isThisHost) return []
  const path = pathOf(context, option)
  // Whoever may not read what probes found is told of each control that nobody has tried it, which is never a pass.
  if (option === undefined && !isReadable(path)) return []
  const read = readAll(path, context.now)
  if (read !== undefined) return read.observations
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `There is no file of observations ${path}`,
    next: '`hostcheck probe KIND --send --observations FILE` writes one',
  })
}

/** All that a file of observations has. */
export function readObservations(context: Context, option: string | undefined): readonly Observation<unknown>[] {
  return readAll(pathOf(context, option), context.now)?.observations ?? []
}

/** Adds to the file what was found, and says where it is. */
export function addObservations(
  context: Context,
  option: string | undefined,
  observations: readonly Observation<unknown>[],
): string {
  const path = pathOf(context, option)
  try {
    if (observations.length > 0) appendPrivately(path, observations.map(observationLine).join(''))
  } catch (error) {
    throw cannot('write', path, error)
  }
  return path
}

/** The command that judges what was added. */
export function runCommandFor(option: string | undefined): string {
  return option === undefined ? 'hostcheck run' : `hostcheck run --observations ${quoted(option)}`
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

function pathOf(context: Context, option: string | undefined): string {
  return option === undefined ? SYSTEM_OBSERVATIONS : resolve(context.workingDirectory, option)
}

function readAll(path: string, now: number): ReadObservations | undefined {
  try {
    const end = readEnd(path)
    return end === undefined ? undefined : readObservationLines(end.text, now)
  } catch (error) {
    throw cannot('read', path, error)
  }
}

function cannot(verb: 'read' | 'write', path: string, error: unknown): Failure {
  return new Failure({
    exitCode: ExitCode.Usage,
    what: `Cannot ${verb} the observations ${path}`,
    why: fileReasonOf(error),
    next: '`--observations FILE` names another file, or the same command with `sudo`',
  })
}

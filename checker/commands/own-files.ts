import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { ConsoleContext } from '../../console/context.ts'
import { Failure, fileReasonOf } from '../../console/failure.ts'
import { ExitCode } from '../reports/exit-code.ts'

/** Files that the operator names on the command line: read and written as any program does, beside the root that is checked. */

/** The text of a file that must be there; `next` says what to do where it is not. */
export function readOwnFile(path: string, what: string, next: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Failure({ exitCode: ExitCode.Usage, what: `Cannot read ${what} ${path}`, why: fileReasonOf(error), next })
  }
}

/**
 * Where a file of this name is that nobody named: the one in the folder, else the system's; undefined where there is none.
 *
 * @throws Failure where the one in the folder is another user's: what counts as accepted, and what may be sent to, is not for
 * whoever can write into a folder in which root happens to stand
 */
export function findOwnFile(
  { workingDirectory, environment }: Pick<ConsoleContext, 'workingDirectory' | 'environment'>,
  name: string,
  system: string,
  option: string,
): string | undefined {
  const here = resolve(workingDirectory, name)
  const path = firstThere([here, system])
  if (path !== here) return path
  const caller = process.getuid?.()
  const owners = new Set([0, caller, ...(caller === 0 ? [Number(environment?.SUDO_UID)] : [])])
  const [itself, target] = [lstatSync(here), statSync(here)]
  const stranger = [itself, target].find(({ uid }) => !owners.has(uid))
  if (stranger === undefined && (target.mode & WRITABLE_BY_ALL) === 0) return here
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `${here} is not taken`,
    why:
      stranger === undefined
        ? 'Everybody may write it.'
        : `It belongs to the user ${stranger.uid}, not to you or root.`,
    next: `\`${option} ${here}\` takes it all the same; or run this in another folder`,
  })
}

const WRITABLE_BY_ALL = 0o002

/** The first of the files that is there. */
export function firstThere(paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path))
}

/**
 * Writes the whole file or nothing: who reads it meanwhile sees the old one. A file that is there keeps its permissions, a link is
 * replaced and never followed; the folder is made where it is missing.
 */
export function writeOwnFile(path: string, content: string | Uint8Array, mode = 0o644): void {
  const target = resolve(path)
  const draft = `${target}.${process.pid}.new`
  try {
    mkdirSync(dirname(target), { recursive: true })
    const before = lstatSync(target, { throwIfNoEntry: false })
    writeFileSync(draft, content, { mode: before?.isFile() === true ? before.mode & 0o777 : mode, flag: 'wx' })
    renameSync(draft, target)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new Failure({
      exitCode: ExitCode.Usage,
      what: `Cannot write ${path}`,
      why: fileReasonOf(error),
      next: 'name a file in a folder that you may write to',
    })
  }
}

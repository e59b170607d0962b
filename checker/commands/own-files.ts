import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
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

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure, reasonOf } from '../../console/failure.ts'
import { printable } from '../../console/paper.ts'
import { shortPath } from '../../console/problems.ts'
import { type AssemblyOptions, assembleKeys, type ForeignKey } from '../../keys/formats/assemble-keys.ts'
import { KeyFileError, type KeyFileProblem, MAX_KEY_FILE_OCTETS } from '../../keys/formats/key-file.ts'
import { type ReadKeyFile, readKeyFile } from '../../keys/formats/recognise.ts'
import { ExitCode } from '../exit-code.ts'

/** Reads the keys in files of other programs; what is wrong with one ends dnsctl with its place. */
export function readForeignKeys(
  workingDirectory: string,
  names: readonly string[],
  options: AssemblyOptions,
): ForeignKey[] {
  try {
    const files: ReadKeyFile[] = []
    for (const name of names) {
      const octets = readOctets(resolve(workingDirectory, name))
      files.push(readKeyFile({ file: name, octets }))
      octets.fill(0)
    }
    return assembleKeys(files, options)
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error
    throw new Failure(factsOf(error.problem, workingDirectory))
  }
}

/** No more than one octet beyond what a key file may have; and what is no file, such as a pipe, does not hold dnsctl up. */
function readOctets(path: string): Buffer {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    if (!fstatSync(file).isFile()) throw new Error('it is no regular file')
    const octets = Buffer.alloc(MAX_KEY_FILE_OCTETS + 1)
    return octets.subarray(0, readSync(file, octets, 0, octets.length, 0))
  } catch (error) {
    throw new Failure({ exitCode: ExitCode.File, what: `Cannot read ${printable(path)}`, why: reasonOf(error) })
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function factsOf({ file, line, found, expected, remedy }: KeyFileProblem, workingDirectory: string): Failure['facts'] {
  const place = `${shortPath(file, workingDirectory)}${line === 0 ? '' : `:${line}`}`
  return {
    exitCode: ExitCode.Refused,
    what: printable(`${place}: found ${found}`),
    why: printable(`Expected ${expected}.`),
    next: remedy === '' ? undefined : printable(remedy),
  }
}

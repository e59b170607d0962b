/*
 * Requests and bundles on disk.
 */
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure, fileReasonOf } from '../../console/failure.ts'
import type { Bundle, BundleRequest } from '../../keys/bundle/bundle.ts'
import { type BundleReading, readBundle, readBundleRequest } from '../../keys/bundle/bundle-reading.ts'
import { documentToText } from '../../keys/bundle/bundle-text.ts'
import { writeWhole } from '../../server/export-file.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'

/** Larger files hold no bundle. */
const MOST_OCTETS = 8 * 1024 * 1024

/** Reads the request in a file, or ends the command. */
export function readRequestFile(context: Context, file: string): BundleRequest {
  return readFile(context, file, readBundleRequest, 'request')
}

/** Reads the bundle in a file, or ends the command. */
export function readBundleFile(context: Context, file: string): Bundle {
  return readFile(context, file, readBundle, 'bundle')
}

/** Writes a document to a file, whole or not at all. */
export async function writeDocument(context: Context, file: string, document: object): Promise<void> {
  try {
    await writeWhole(resolve(context.workingDirectory, file), [documentToText(document)], () => {})
  } catch (error) {
    throw new Failure({ exitCode: ExitCode.File, what: `Cannot write ${file}`, why: fileReasonOf(error) })
  }
}

function readFile<Value>(
  context: Context,
  file: string,
  read: (text: string) => BundleReading<Value>,
  what: string,
): Value {
  const reading = read(readText(resolve(context.workingDirectory, file)))
  if (reading.outcome === 'read') return reading.value
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `${file} is no ${what} that can be used`,
    why: `${reading.reason}.`,
    next:
      what === 'request'
        ? '`dnsctl key bundle request ZONE --out FILE` on the server writes one'
        : 'copy it again; or sign the request again: `dnsctl key bundle sign --help`',
  })
}

function readText(path: string): string {
  try {
    if (statSync(path).size > MOST_OCTETS) throw new Error(`it is larger than ${MOST_OCTETS} octets`)
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Failure({ exitCode: ExitCode.File, what: `Cannot read ${path}`, why: fileReasonOf(error) })
  }
}

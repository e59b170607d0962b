import { gunzipSync, gzipSync } from 'node:zlib'
import { createAsked, namesOf } from './asked.ts'
import { bundleHeader, bundleLineOf, lineOfEntry } from './bundle-lines.ts'
import { createMemoryRoot, type Entry } from './memory-root.ts'
import type { AllowedCommand, CommandReading, Root } from './root.ts'

/** What was collected from a host, redacted, to be judged elsewhere or later. */
export interface Bundle {
  /** What a person calls the host. */
  readonly label: string
  /** Unix seconds at which it was collected: ages are counted to then. */
  readonly at: number
  /** What was looked for (asked.ts): whatever else a control wants to read is unreadable, not absent. */
  readonly asked: readonly string[]
  readonly entries: ReadonlyMap<string, Entry>
  readonly commands: Readonly<Partial<Record<AllowedCommand, CommandReading>>>
}

/** Why a file is no bundle, in a sentence that names the line. */
export class BundleError extends Error {}

const MOST_OCTETS_UNPACKED = 512 * 1024 * 1024
const MOST_LINES = 1_000_000
/** Every folder on the way to a path is noted: a path costs its length for each name in it. */
const MOST_COST_OF_PATHS = 512 * 1024 * 1024
/** Each is gone through for each path that is not there. */
const MOST_PATTERNS = 20_000
const GZIP_MAGIC = [0x1f, 0x8b]

export function rootOfBundle(bundle: Bundle): Root {
  return createMemoryRoot({ ...bundle, ...createAsked(bundle.asked) })
}

/** The bundle as a file: gzipped, one JSON value in a line, the header first, then paths in order, then commands. */
export function writeBundle({ label, at, asked, entries, commands }: Bundle): Uint8Array {
  const lines: unknown[] = [{ hostcheck: 1, label, at, asked }]
  for (const path of [...entries.keys()].sort()) lines.push(lineOfEntry(path, entries.get(path)!))
  for (const [command, reading] of Object.entries(commands)) lines.push({ command, reading })
  return gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { level: 9 })
}

/**
 * Reads what `writeBundle` wrote, gzipped or not.
 *
 * @throws BundleError where it is none, or has more than half a GiB or a million paths
 */
export function readBundle(octets: Uint8Array): Bundle {
  // One line more than there may be, so that it is seen.
  const [first = '', ...rest] = textOf(octets).split('\n', MOST_LINES + 2)
  const header = bundleHeader.safeParse(jsonOf(first, 1))
  if (!header.success) throw new BundleError('Line 1 is not the header of a bundle of hostcheck, version 1.')
  if (rest.length > MOST_LINES) throw new BundleError(`The bundle has more than ${MOST_LINES} lines.`)
  const entries = new Map<string, Entry>()
  const commands: Partial<Record<AllowedCommand, CommandReading>> = {}
  for (const [index, text] of rest.entries()) {
    if (text === '') continue
    const line = bundleLineOf(jsonOf(text, index + 2))
    if (line === undefined) throw new BundleError(`Line ${index + 2} of the bundle is neither a path nor a command.`)
    if ('command' in line) commands[line.command] = line.reading
    else entries.set(line.path, line.entry)
  }
  const { label, at, asked } = header.data
  if (asked.filter((pattern) => pattern.includes('*')).length > MOST_PATTERNS) {
    throw new BundleError(`The bundle was asked for more than ${MOST_PATTERNS} patterns.`)
  }
  if (costOf(asked) + costOf(entries.keys()) > MOST_COST_OF_PATHS) {
    throw new BundleError('The paths of the bundle are longer and deeper than those of any host.')
  }
  return { label, at, asked, entries, commands }
}

function costOf(paths: Iterable<string>): number {
  let cost = 0
  for (const path of paths) cost += path.length * namesOf(path).length
  return cost
}

function textOf(octets: Uint8Array): string {
  try {
    const isPacked = GZIP_MAGIC.every((octet, index) => octets[index] === octet)
    return Buffer.from(isPacked ? gunzipSync(octets, { maxOutputLength: MOST_OCTETS_UNPACKED }) : octets).toString(
      'utf8',
    )
  } catch (error) {
    throw new BundleError(`The bundle cannot be unpacked: ${(error as Error).message}.`)
  }
}

function jsonOf(text: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BundleError(`Line ${line} of the bundle is not JSON.`)
  }
}

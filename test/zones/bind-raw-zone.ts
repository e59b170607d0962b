import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/*
 * BIND reads a master file and writes it as wire octets ("raw" format, big-endian): a second reading that shares nothing
 * with ours.
 *
 *     header  | format 2: 4 | version 1: 4 | time: 4 | flags, serial, last transfer: 12 |
 *     RRset   | octets: 4 | class: 2 | type: 2 | covered: 2 | TTL: 4 | count: 4 | name length: 2 | name | RDATA ... |
 *     RDATA   | length: 2 | octets |
 */
const COMPILER = 'named-compilezone'
const HEADER_LENGTH = 24

export interface WireRecord {
  readonly owner: Uint8Array
  readonly type: number
  readonly ttl: number
  readonly rdata: Uint8Array
}

/** Why BIND cannot be asked; undefined: it can. */
export function missingBind(): string | undefined {
  const missing = spawnSync(COMPILER, ['-v'], { env: withSystemPaths() }).error !== undefined
  return missing ? `${COMPILER} is not installed (Debian: bind9-utils), so no second reading of zones` : undefined
}

/** The records of a master file as BIND reads them; throws with BIND's words where it refuses the file. */
export function readByBind(apex: string, path: string): WireRecord[] {
  const folder = mkdtempSync(join(tmpdir(), 'veil-bind-'))
  try {
    const output = join(folder, 'raw')
    const flags = ['-i', 'none', '-k', 'ignore', '-m', 'ignore', '-n', 'ignore', '-r', 'ignore', '-F', 'raw']
    const run = spawnSync(COMPILER, [...flags, '-o', output, apex, path], {
      cwd: dirname(path),
      env: withSystemPaths(),
    })
    if (run.status !== 0) throw new Error(`${COMPILER}: ${run.stdout}${run.stderr}`)
    return rawRecords(readFileSync(output))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function rawRecords(raw: Buffer): WireRecord[] {
  const records: WireRecord[] = []
  for (let start = HEADER_LENGTH; start < raw.length; start += raw.readUInt32BE(start)) {
    const type = raw.readUInt16BE(start + 6)
    const ttl = raw.readUInt32BE(start + 10)
    const count = raw.readUInt32BE(start + 14)
    const nameEnd = start + 20 + raw.readUInt16BE(start + 18)
    const owner = raw.subarray(start + 20, nameEnd)
    let at = nameEnd
    for (let i = 0; i < count; i++) {
      const end = at + 2 + raw.readUInt16BE(at)
      records.push({ owner, type, ttl, rdata: raw.subarray(at + 2, end) })
      at = end
    }
  }
  return records
}

function withSystemPaths(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin:/usr/local/sbin` }
}

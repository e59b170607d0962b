import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Keys of a zone, made once, so that several variants of it can be signed by them. */
export interface ZoneKeys {
  /** Absolute, with its dot. */
  readonly apex: string
  readonly folder: string
  /** RDATA of the DS, presentation format. */
  readonly ds: string
}

export interface SigningOptions {
  /** The signatures held until a day ago. */
  readonly isExpired?: true
  /** NSEC3, with opt-out, instead of NSEC. */
  readonly isOptOut?: true
}

const DAY = 86_400

/** Draws a key signing key and a zone signing key with BIND's tools. */
export function drawZoneKeys(apex: string, folder: string, algorithm: string): ZoneKeys {
  const bits = algorithm.startsWith('RSA') ? ['-b', '2048'] : []
  const name = run('dnssec-keygen', ['-q', '-K', folder, '-a', algorithm, ...bits, '-f', 'KSK', apex]).trim()
  run('dnssec-keygen', ['-q', '-K', folder, '-a', algorithm, ...bits, apex])
  const ds = run('dnssec-dsfromkey', ['-2', join(folder, `${name}.key`)])
    .replace(/^.* DS /, '')
    .trim()
  return { apex, folder, ds }
}

/** Signs a variant of the zone and gives the path of the result. */
export function signVariant(
  keys: ZoneKeys,
  title: string,
  lines: readonly string[],
  options: SigningOptions = {},
): string {
  const path = join(keys.folder, title)
  writeFileSync(path, `$ORIGIN ${keys.apex}\n$TTL 3600\n${lines.join('\n')}\n`)
  const now = Math.floor(Date.now() / 1000)
  const [start, end] = options.isExpired ? [now - 3 * DAY, now - DAY] : [now - DAY, now + DAY]
  const denial = options.isOptOut ? ['-3', '-', '-H', '0', '-A'] : []
  const times = ['-s', timeText(start), '-e', timeText(end)]
  run('dnssec-signzone', [
    '-S',
    '-P',
    '-K',
    keys.folder,
    '-d',
    keys.folder,
    ...denial,
    ...times,
    '-o',
    keys.apex,
    '-f',
    `${path}.signed`,
    path,
  ])
  return `${path}.signed`
}

/** The signed file with the beginning of one digest changed: what somebody without the keys can do to it. */
export function forgeVariant(signed: string, digest: string): string {
  const text = readFileSync(signed, 'latin1')
  const beginning = digest.slice(0, 16).toUpperCase()
  if (!text.includes(beginning)) throw new Error(`no such digest in ${signed}`)
  const path = `${signed}.forged`
  writeFileSync(path, text.replace(beginning, '0'.repeat(16)))
  return path
}

/** YYYYMMDDHHMMSS. */
function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

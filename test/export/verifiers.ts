import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Programs of others that check a whole signed zone. */
export interface Verifier {
  readonly command: string
  /** Debian's package of it. */
  readonly package: string
  readonly arguments: (apex: string, path: string) => readonly string[]
}

export const VERIFIERS = {
  // Twice -Z: ZONEMD has to be there, to match and to be signed.
  ldns: {
    command: 'ldns-verify-zone',
    package: 'ldnsutils',
    arguments: (_apex, path) => ['-V', '2', '-ZZ', path],
  },
  BIND: {
    command: 'dnssec-verify',
    package: 'bind9-utils',
    // -x: the ZSK need not sign DNSKEY.
    arguments: (apex, path) => ['-x', '-q', '-o', apex, path],
  },
  Knot: {
    command: 'kzonecheck',
    package: 'knot-dnssecutils',
    arguments: (apex, path) => ['--dnssec', 'on', '-o', apex, path],
  },
} as const satisfies Record<string, Verifier>

/** The package to install where a verifier is missing; undefined: it is there. */
export function missingVerifier({ command, package: name }: Verifier): string | undefined {
  return spawnSync(command, ['-h'], { env: environment() }).error === undefined ? undefined : name
}

/** What a verifier says of the zone: undefined where it accepts it, else its complaint. */
export function complaintOf(verifier: Verifier, apex: string, text: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'veil-export-'))
  try {
    const path = join(folder, 'zone')
    writeFileSync(path, text)
    const { status, stdout, stderr, error } = spawnSync(verifier.command, verifier.arguments(apex, path), {
      env: environment(),
      encoding: 'utf8',
      timeout: 60_000,
    })
    if (error !== undefined) throw error
    return status === 0 ? undefined : `${verifier.command} exits with ${status}: ${stdout}${stderr}`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin` }
}

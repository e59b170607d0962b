import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { isAtOrBelow, parentName } from '../../dns/name.ts'
import { isOccluded, ownersOf } from '../../zones/owners.ts'
import { nsec3Hash } from '../../zones/presigned/nsec3-hash.ts'
import type { Projection } from '../../zones/projection.ts'

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

/**
 * What ldns 1.8.3 takes for something else: a label `@` in RDATA, which it reads as the origin.
 */
const MISREAD_BY_LDNS = /[\t ]\\@\./m

/** Whether the verifier can read the zone at all. */
export function canRead(verifier: Verifier, text: string): boolean {
  return verifier !== VERIFIERS.ldns || !MISREAD_BY_LDNS.test(text)
}

/** What of Knot's complaints is about a zone as it was written, and nothing that an export adds. */
const OF_THE_DATA = /missing glue record|^\s*$|^Error summary/

/** Knot DNS 3.2 has the label `a\000` in front of what stands below `a`. */
const ZERO_OCTETS_ASTRAY = /inconsistent NSEC\(3\) chain/

/** As `complaintOf` for zones that were thrown together: flaws of the data are no matter. */
export function complaintOfSigning(verifier: Verifier, apex: string, text: string): string | undefined {
  const complaint = complaintOf(verifier, apex, text)
  if (complaint === undefined || verifier !== VERIFIERS.Knot) return complaint
  const rest = complaint
    .split('\n')
    .filter((line) => !OF_THE_DATA.test(line) && !(text.includes('a\\000.') && ZERO_OCTETS_ASTRAY.test(line)))
  return rest.length === 0 ? undefined : complaint
}

/**
 * ldns-verify-zone 1.8.3 never ends where a zone with NSEC3 has a ZONEMD and the name with the lowest hash of all is one
 * without NSEC3: glue.
 */
export function endsLdnsNever(projection: Projection): boolean {
  const inChain: Uint8Array[] = []
  const others: Uint8Array[] = []
  for (const owner of ownersOf(projection)) {
    for (let { name } = owner; isAtOrBelow(name, projection.apex); name = parentName(name)) {
      ;(isOccluded(owner) ? others : inChain).push(nsec3Hash(name, { iterations: 0, salt: new Uint8Array(0) }))
      if (name.length === projection.apex.length) break
    }
  }
  const lowest = (hashes: Uint8Array[]) => hashes.sort(Buffer.compare)[0]
  const [first, other] = [lowest(inChain)!, lowest(others)]
  return other !== undefined && Buffer.compare(other, first) < 0
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin` }
}

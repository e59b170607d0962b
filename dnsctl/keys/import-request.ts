import { randomBytes } from 'node:crypto'
import { Failure } from '../../console/failure.ts'
import { nameFromText } from '../../dns/name.ts'
import type { ClaimedState } from '../../keys/formats/imported-states.ts'
import type { KeyRole } from '../../keys/key-role.ts'
import { KEY_TTL } from '../../server/configuration/keys.ts'
import { parseDuration } from '../../server/configuration/quantities.ts'
import type { Configuration, SigningConfiguration } from '../../server/configuration/types.ts'
import { findZone, openValidConfiguration, shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { readAlgorithm } from './options.ts'

/** What `dnsctl key import` was asked for. */
export interface ImportWords {
  readonly role: string | undefined
  readonly algorithm: string | undefined
  readonly as: string | undefined
  readonly maxTtl: string | undefined
  readonly publicOnly: boolean
}

/** The zone that keys are to come to. */
export interface ImportZone {
  readonly configuration: Configuration
  /** Canonical text. */
  readonly zone: string
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  readonly signing: SigningConfiguration
}

/** The zone as configured; one that veild does not sign ends dnsctl. */
export async function findImportZone(context: Context, name: string): Promise<ImportZone> {
  const configuration = await openValidConfiguration(context)
  const { name: zone, dnssec } = findZone(configuration, name)
  if (dnssec.kind === 'signed') return { configuration, zone, apex: nameFromText(zone), signing: dnssec }
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `${shortName(zone)} is not signed here`,
    why: `The configuration says \`dnssec: ${dnssec.kind}\` of it: keys would lie there unused.`,
    next: `take that out, then the same command; \`dnsctl zone list\` shows how zones are signed`,
  })
}

/** The words as they are understood, with what follows from the zone. */
export function readImportWords({ signing, apex }: ImportZone, words: ImportWords, now: number) {
  const role = words.role as KeyRole | undefined
  const claimed = words.as as ClaimedState | undefined
  const { policy, keys } = signing
  const zoneTtl = words.maxTtl === undefined ? policy.maxTtl : secondsOf(words.maxTtl)
  return {
    assembly: { apex, role, algorithm: readAlgorithm(words.algorithm), isPublicOnly: words.publicOnly, now },
    circumstances: {
      ...{ now, claimed },
      ttls: { zone: zoneTtl, key: Math.min(KEY_TTL, policy.maxTtl), ds: keys.parentDsTtl },
    },
  }
}

/** An id that no key has. */
export function newKeyId(): string {
  return randomBytes(8).toString('hex')
}

function secondsOf(text: string): number {
  const seconds = parseDuration(text)
  if (seconds !== undefined && seconds > 0) return seconds
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `"${text}" is no time of at least a second`,
    why: 'Write 3600, 60m, 2h or 1d.',
    next: '`dnsctl key import --help`',
  })
}

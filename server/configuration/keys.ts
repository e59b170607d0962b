import type { RolloverPolicy } from '../../keys/rollover/policy.ts'
import type { SignaturePolicy } from '../../keys/signature-policy.ts'
import type { Path } from './document.ts'
import { parseDuration, showDuration } from './quantities.ts'
import type { Finding, Report } from './report.ts'
import type { RawConfiguration } from './schema.ts'

type RawSigning = Exclude<NonNullable<RawConfiguration['dnssec']>, string>
type RawKeys = NonNullable<RawSigning['keys']>

/** The lifetime of keys that are replaced only when somebody says so. */
export const UNLIMITED = 'unlimited'

const HOUR = 3_600
const DAY = 86_400

/** Seconds for which DNSKEY and its companions are cached, unless the zone allows less. */
export const KEY_TTL = HOUR

/** What parents of today's give their DS records, where none was asked. */
const USUAL_DS_TTL = DAY

/**
 * Zone signing keys are in memory of every worker, and a new one costs nobody anything: they are rolled by themselves,
 * and a standby is there for the day one is stolen. What needs the registrar happens when somebody says so.
 */
export const DEFAULT_KEYS: RolloverPolicy = {
  zskLifetime: 90 * DAY,
  kskLifetime: undefined,
  standbyZsk: true,
  standbyKsk: false,
  isCombined: false,
  publishSafety: HOUR,
  retireSafety: HOUR,
  parentDsTtl: USUAL_DS_TTL,
  isManual: false,
}

/** What `raw`, at `path`, says of how keys are rolled; what it leaves out is as in `standard`. */
export function resolveKeys(
  raw: RawKeys | undefined,
  path: Path,
  { standard, policy, report }: { standard: RolloverPolicy; policy: SignaturePolicy; report: Report },
): RolloverPolicy {
  const isCombined = raw?.combined ?? standard.isCombined
  const isBackupRequired = raw?.backup === undefined ? standard.isBackupRequired : raw.backup === 'require'
  const publishSafety = secondsOf(raw?.['publish-safety']) ?? standard.publishSafety
  const retireSafety = secondsOf(raw?.['retire-safety']) ?? standard.retireSafety
  const least = Math.min(KEY_TTL, policy.maxTtl) + policy.maxTtl + publishSafety + retireSafety
  const lifetime = (entry: 'zsk-lifetime' | 'ksk-lifetime', otherwise: number | undefined): number | undefined => {
    const written = raw?.[entry]
    if (written === undefined) return otherwise && Math.max(otherwise, least)
    const seconds = written === UNLIMITED ? undefined : parseDuration(written)
    if (seconds !== undefined && seconds < least) report.at([...path, entry], tooShort(seconds, least, policy))
    return seconds
  }
  checkStandby(raw, isCombined, path, report)
  return {
    zskLifetime: lifetime('zsk-lifetime', standard.zskLifetime),
    kskLifetime: lifetime('ksk-lifetime', standard.kskLifetime),
    standbyZsk: raw?.standby === undefined ? standard.standbyZsk && !isCombined : raw.standby.includes('zsk'),
    standbyKsk: raw?.standby === undefined ? standard.standbyKsk : raw.standby.includes('ksk'),
    ...{ isCombined, publishSafety, retireSafety, parentDsTtl: standard.parentDsTtl },
    isManual: raw?.manual ?? standard.isManual,
    ...(isBackupRequired && { isBackupRequired }),
  }
}

/** A key that is replaced before its predecessor is gone would never end a roll. */
function tooShort(seconds: number, least: number, { maxTtl }: SignaturePolicy): Finding {
  return {
    found: `a lifetime of ${showDuration(seconds)}`,
    expected: `at least ${showDuration(least)}: so long a roll takes with \`max-ttl: ${showDuration(maxTtl)}\` and the safety times`,
    remedy: 'Write `90d`, or lower `max-ttl`.',
  }
}

function checkStandby(raw: RawKeys | undefined, isCombined: boolean, path: Path, report: Report): void {
  if (!isCombined || !raw?.standby?.includes('zsk')) return
  report.at([...path, 'standby'], {
    found: 'a standby `zsk` of a zone whose keys sign everything',
    expected: '`ksk` alone, or nothing, with `combined: true`',
    remedy: 'Write `standby: [ksk]` for a standby of the combined key, or `standby: []`.',
  })
}

function secondsOf(raw: string | number | undefined): number | undefined {
  return raw === undefined ? undefined : parseDuration(raw)
}

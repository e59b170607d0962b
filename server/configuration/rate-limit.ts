import { DEFAULT_RATE_LIMIT } from './defaults.ts'
import type { Report } from './report.ts'
import type { RawConfiguration } from './schema.ts'
import type { RateLimitConfiguration } from './types.ts'
import { resolvePrefixes } from './views.ts'

/** The budgets, each left out one by its default. */
export function resolveRateLimit(raw: RawConfiguration['rate-limit'] = {}, report: Report): RateLimitConfiguration {
  const standard = DEFAULT_RATE_LIMIT
  const budgets = raw['answers-per-second'] ?? {}
  const proved = raw['proved-answers-per-second'] ?? {}
  return {
    enabled: raw.enabled ?? standard.enabled,
    cookies: raw.cookies ?? standard.cookies,
    logOnly: raw['log-only'] ?? standard.logOnly,
    answersPerSecond: {
      found: budgets.found ?? standard.answersPerSecond.found,
      absent: budgets.absent ?? standard.answersPerSecond.absent,
      error: budgets.error ?? standard.answersPerSecond.error,
    },
    provedAnswersPerSecond: {
      absent: proved.absent ?? standard.provedAnswersPerSecond.absent,
      error: proved.error ?? standard.provedAnswersPerSecond.error,
    },
    slip: raw.slip ?? standard.slip,
    exempt: raw.exempt === undefined ? standard.exempt : resolvePrefixes(raw.exempt, ['rate-limit', 'exempt'], report),
    tableSize: raw['table-size'] ?? standard.tableSize,
  }
}

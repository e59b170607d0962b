import type { OptionDeclaration } from '../../console/command.ts'
import { Failure } from '../../console/failure.ts'
import { duration, fold, type Paper } from '../../console/paper.ts'
import type { SupplyLevel } from '../../keys/bundle/bundle-supply.ts'
import { MOST_WEEKS, type SupplyReport } from '../../server/keys/bundle-protocol.ts'
import { ExitCode } from '../exit-code.ts'
import { minute, nowSeconds } from './times.ts'

/** How long is signed ahead. */
export const WEEKS_OPTION = {
  value: 'N',
  summary: `for how many weeks from now on, 1 to ${MOST_WEEKS}`,
} as const satisfies OptionDeclaration

/** The weeks as typed, or the end of the command. */
export function readWeeks(text: string): number {
  const weeks = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (weeks >= 1 && weeks <= MOST_WEEKS) return weeks
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `"${text}" is no number of weeks from 1 to ${MOST_WEEKS}`,
    why: 'Fewer mean that the key is fetched more often; more, that what was stolen can be misused for longer.',
    next: '`--weeks 8`',
  })
}

/** How long the signatures of offline keys last. */
export function describeSupply(paper: Paper, { level, until, offline }: SupplyReport): string[] {
  if (offline.length === 0) return ['No key is offline yet: `dnsctl key bundle take-offline` makes one so.']
  const keys = `ksk ${offline.join(', ')}`
  if (until === undefined) return [paper.bad(`The zone has no signature of ${keys} that holds for its key set now.`)]
  const text = `The server has signatures of ${keys} until ${minute(until)} UTC: ${LEVEL_WORDS[level]}, ${duration(until - nowSeconds())} are left.`
  return fold(paper, text).map((line) => (level === 'full' ? line : paper.warn(line)))
}

const LEVEL_WORDS: Readonly<Record<SupplyLevel, string>> = {
  full: 'a full supply',
  half: 'less than half',
  low: 'nearly nothing',
  out: 'nothing',
}

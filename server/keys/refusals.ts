/*
 * Why what an operator asks of a zone’s keys cannot be done, and the command to read on with; `ZONE` stands for the zone.
 */
import type { OperatorChange } from '../../keys/rollover/operator-changes.ts'
import type { KeyChange, RolloverSituation } from '../../keys/rollover/step.ts'
import { CommandError } from '../control/server.ts'

export const RESUME = '`dnsctl key resume ZONE` lets it go on.'
export const LIST = '`dnsctl key list ZONE` shows its keys.'
const CLOCK = '`dnsctl key clock` shows why; if the clock is right, `dnsctl key clock --confirm` goes on.'
export const EXPLAIN = '`dnsctl key explain ZONE` says what is waited for.'

/** The changes of what an operator asked for; throws a `CommandError` where it was refused. */
export function changesOf(change: OperatorChange): readonly KeyChange[] {
  refuse(change)
  return 'changes' in change ? change.changes : []
}

/** Throws a `CommandError` where what an operator asked for was refused. */
export function refuse(change: { readonly refused?: string } | object): void {
  if ('refused' in change && typeof change.refused === 'string')
    throw new CommandError('refused', change.refused, EXPLAIN)
}

/** Throws a `CommandError` while nothing goes on. */
export function refusePaused({ isPaused, isClockHeld }: RolloverSituation): void {
  if (isClockHeld) throw new CommandError('refused', 'no key is rolled on a clock that is not to be trusted', CLOCK)
  if (isPaused) throw new CommandError('refused', 'the rollover stands still: it is paused, or a step failed', RESUME)
}

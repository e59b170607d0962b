import { duration, fold, labelled, type Paper } from '../../console/paper.ts'
import { noticeOf, oddity } from '../../server/clock-text.ts'
import type { ClockReport } from '../../server/keys/rollover-protocol.ts'
import { second } from './times.ts'

/** What time rollovers go by, and what holds them. */
export function clockLines(paper: Paper, { wallSeconds, believedSeconds, hold }: ClockReport): string[] {
  if (hold === undefined) {
    const lag = wallSeconds - believedSeconds
    const behind = lag > 1 ? ` It goes by ${second(believedSeconds)} so far: ${duration(lag)} are not assured yet.` : ''
    return fold(paper, `The clock is trusted: ${second(wallSeconds)}.${behind}`)
  }
  const notice = noticeOf({ ...hold, ahead: hold.aheadSeconds * 1000, since: hold.since * 1000 }, wallSeconds * 1000)
  return [
    ...fold(paper, paper.bad('No key is rolled: the clock is not to be trusted.')),
    '',
    ...labelled(paper, [
      ['why', notice === undefined ? 'the machine was off' : oddity(notice)],
      ['shown', `${second(wallSeconds)} by the clock`],
      ['assured', `${second(believedSeconds)} by what the machine has counted`],
      ['held', `since ${second(hold.since)} of assured time`],
      ['ends', endText(hold)],
    ]),
    '',
    ...labelled(paper, [
      ['Next', '`timedatectl` or `chronyc tracking`: is the clock right now?'],
      ['', '`dnsctl key clock --confirm` if it is'],
    ]),
  ]
}

function endText({ endsInSeconds }: NonNullable<ClockReport['hold']>): string {
  return endsInSeconds === undefined
    ? 'not before it shows a time that can be'
    : `in ${duration(endsInSeconds)}, if the clock goes on without another jump`
}

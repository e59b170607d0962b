import { duration, fold, type Paper } from '../../console/paper.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { askRollover } from '../keys/ask-rollover.ts'
import { clockLines } from '../keys/clock-text.ts'

export const keyClockCommand = command({
  name: 'key clock',
  summary: 'show what time rollovers go by, and why they are held',
  description: [
    'Rollovers wait for caches, and caches go by how much time has passed. veild takes that from the machine’s own count, which nobody can set, and holds all steps of all zones as soon as the wall clock and that count differ by more than a minute: a clock that jumps a year would end every wait at once, and leave validators with keys and signatures that do not fit.',
    'A hold ends by itself once the clock has gone on for an hour without another jump, and at once with `--confirm`. Either way the clock is taken as it is then, and everything that is waited for is dated anew, so that it takes as long as it would have: to confirm a clock that is wrong ends no wait too early.',
  ],
  arguments: {},
  options: {
    confirm: { summary: 'say that the clock is right now, and go on at once' },
  },
  examples: [
    { line: 'key clock', summary: 'why does nothing go on?' },
    { line: 'key clock --confirm', summary: 'after `date -u` was compared with another clock' },
  ],
  async run(context, input) {
    if (input.confirm) {
      const report = await askRollover(context, 'clock-confirm', {})
      const more = (paper: Paper) => (report.hold === undefined ? [] : ['', ...clockLines(paper, report)])
      return {
        exitCode: ExitCode.Done,
        data: { ...report },
        print: (paper) => [...fold(paper, confirmed(report.shift)), ...more(paper)],
      }
    }
    const report = await askRollover(context, 'clock', {})
    return { exitCode: ExitCode.Done, data: { ...report }, print: (paper) => clockLines(paper, report) }
  },
})

function confirmed(shift: number): string {
  const moved =
    shift === 0 ? '' : ` Waits were moved by ${duration(Math.abs(shift))}, and take as long as they would have.`
  return `The clock is taken for right, and rollovers go on.${moved}`
}

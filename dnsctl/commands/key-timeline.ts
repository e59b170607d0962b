import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { foresee } from '../keys/foresee.ts'
import { headlineOf } from '../keys/headline.ts'
import { titleLines } from '../keys/key-table.ts'
import { OFFLINE_PARAGRAPH, ZONE_ARGUMENT } from '../keys/options.ts'
import { timelineOf } from '../keys/timeline.ts'
import { drawTimeline } from '../keys/timeline-drawing.ts'
import { nowSeconds } from '../keys/times.ts'
import { tellerLines, tellHistory, tellRollover } from '../keys/told-rollovers.ts'

export const keyTimelineCommand = command({
  name: 'key timeline',
  summary: 'draw how the records of keys spread over time',
  description: [
    'A bar for each record of each key: what caches had of it, have, and will have at the earliest, where the parent and everybody else follow at once. Letters mark the moments at which something changes, and below stands what. Steps take seconds or weeks, so the order is right and lengths are not to scale.',
    'Bars are drawn in ASCII where the locale is not one of UTF-8, or with `--ascii`.',
    OFFLINE_PARAGRAPH,
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: { ascii: { summary: 'draw with # + - . alone' } },
  examples: [
    { line: 'key timeline example.com', summary: 'the roll that goes on, from its beginning to its end' },
    { line: 'key timeline example.com --json', summary: 'the same for a program' },
  ],
  async run(context, input) {
    const { source, report } = await tellRollover(context, input.ZONE)
    const { entries } = await tellHistory(context, report.zone)
    const now = nowSeconds()
    const timeline = timelineOf(report, entries, foresee(report, now, source), now)
    return {
      exitCode: ExitCode.Done,
      data: { source, zone: report.zone, timeline },
      print: (paper) => [
        ...tellerLines(paper, source),
        ...titleLines(paper, report.zone, headlineOf(report)),
        '',
        ...drawTimeline(input.ascii ? { ...paper, isAscii: true } : paper, timeline),
      ],
    }
  },
})

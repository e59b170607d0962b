import { fold } from '../../console/paper.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { absoluteName } from '../keys/ask-rollover.ts'
import { explainLines } from '../keys/explain-text.ts'
import { foresee } from '../keys/foresee.ts'
import { OFFLINE_PARAGRAPH, ZONE_OR_ALL_ARGUMENT } from '../keys/options.ts'
import { isSettled } from '../keys/rolls.ts'
import { nowSeconds } from '../keys/times.ts'
import { tellerLines, tellRollovers } from '../keys/told-rollovers.ts'

export const keyExplainCommand = command({
  name: 'key explain',
  summary: 'say what a rollover waits for, and what comes when',
  description: [
    'For each step that is to be taken and is not yet: the timer that it waits for, and when it ends; the address of the parent that has not followed; the rule that would not hold any more, and which key’s step comes first; whoever has paused it. Then what follows, with the earliest times, worked out by the same rules on a clock that runs ahead.',
    'Without ZONE all zones are told of where something is going on.',
    OFFLINE_PARAGRAPH,
  ],
  arguments: { ZONE: { ...ZONE_OR_ALL_ARGUMENT, summary: 'the zone; all where something goes on when left out' } },
  options: {},
  examples: [
    { line: 'key explain example.com', summary: 'why does it take so long?' },
    { line: 'key explain --json | jq ".zones[].rollover.waits"', summary: 'for a script' },
  ],
  async run(context, input) {
    const { source, reports: all } = await tellRollovers(context, input.ZONE)
    const zone = input.ZONE === undefined ? undefined : absoluteName(input.ZONE)
    const reports = all.filter((report) => (zone === undefined ? isBusy(report) : report.zone === zone))
    const zones = reports.map((rollover) => {
      const now = rollover.clock?.believedSeconds ?? nowSeconds()
      return { rollover, now, foreseen: foresee(rollover, now, source) }
    })
    return {
      exitCode: ExitCode.Done,
      data: { source, zones: zones.map(({ now: _, ...zone }) => zone) },
      print: (paper) => [
        ...tellerLines(paper, source),
        ...(zones.length === 0
          ? fold(paper, IDLE)
          : zones.flatMap(({ rollover, foreseen, now }, index) => [
              ...(index === 0 ? [] : ['']),
              ...explainLines(paper, rollover, foreseen, now),
            ])),
      ],
    }
  },
})

const IDLE =
  'No roll is going on. `dnsctl key list` shows the keys, `dnsctl key simulate ZONE --roll zsk` rehearses a roll.'

function isBusy({ keys, goal, isPaused, waits, transitions, alarms }: RolloverReport): boolean {
  const hasSteps = waits.length > 0 || transitions.length > 0
  return hasSteps || isPaused || goal === 'insecure' || alarms.length > 0 || !keys.every(isSettled)
}

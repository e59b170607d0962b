import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { listRollovers } from '../keys/ask-rollover.ts'
import { explainLines } from '../keys/explain-text.ts'
import { foresee } from '../keys/foresee.ts'
import { ZONE_OR_ALL_ARGUMENT } from '../keys/options.ts'
import { isSettled } from '../keys/rolls.ts'
import { nowSeconds } from '../keys/times.ts'

export const keyExplainCommand = command({
  name: 'key explain',
  summary: 'say what a rollover waits for, and what comes when',
  description: [
    'For each step that is to be taken and is not yet: the timer that it waits for, and when it ends; the address of the parent that has not followed; the rule that would not hold any more, and which key’s step comes first; whoever has paused it. Then what follows, with the earliest times, worked out by the same rules on a clock that runs ahead.',
    'Without ZONE all zones are told of where something is going on.',
  ],
  arguments: { ZONE: { ...ZONE_OR_ALL_ARGUMENT, summary: 'the zone; all where something goes on when left out' } },
  options: {},
  examples: [
    { line: 'key explain example.com', summary: 'why does it take so long?' },
    { line: 'key explain --json | jq ".zones[].rollover.waits"', summary: 'for a script' },
  ],
  async run(context, input) {
    const all = await listRollovers(context, input.ZONE)
    const reports = input.ZONE === undefined ? all.filter(isBusy) : all
    const now = nowSeconds()
    const zones = reports.map((rollover) => ({ rollover, foreseen: foresee(rollover, now) }))
    return {
      exitCode: ExitCode.Done,
      data: { zones },
      print: (paper) =>
        zones.length === 0
          ? ['No roll is going on. `dnsctl key list` shows the keys, `dnsctl key simulate ZONE` rehearses a roll.']
          : zones.flatMap(({ rollover, foreseen }, index) => [
              ...(index === 0 ? [] : ['']),
              ...explainLines(paper, rollover, foreseen, now),
            ]),
    }
  },
})

function isBusy({ keys, goal, isPaused, waits, transitions, alarms }: RolloverReport): boolean {
  const hasSteps = waits.length > 0 || transitions.length > 0
  return hasSteps || isPaused || goal === 'insecure' || alarms.length > 0 || !keys.every(isSettled)
}

import { command } from '../command.ts'
import { changeZone } from '../keys/change-zone.ts'
import { DRY_RUN_OPTION, ZONE_ARGUMENT } from '../keys/options.ts'

export const keyPauseCommand = command({
  name: 'key pause',
  summary: 'hold the rollover of a zone where it is',
  description: [
    'No step is taken and no roll begins until `dnsctl key resume`, also over a restart. Every state in which a rollover can be held is safe for as long as you like: the zone is answered and signed as it is, with old and new keys published where both are. What is signed goes on being signed anew in time.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: { dryRun: DRY_RUN_OPTION },
  examples: [{ line: 'key pause example.com', summary: 'before a weekend, or while the registry has trouble' }],
  run: (context, input) =>
    changeZone(context, 'key-pause', input, {
      done: (zone) => `The rollover of ${zone} is paused. \`dnsctl key resume ${zone}\` goes on.`,
      would: (zone) => `the rollover of ${zone} would be held as it is here.`,
    }),
})

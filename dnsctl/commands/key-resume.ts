import { command } from '../command.ts'
import { changeZone } from '../keys/change-zone.ts'
import { DRY_RUN_OPTION, ZONE_ARGUMENT } from '../keys/options.ts'

export const keyResumeCommand = command({
  name: 'key resume',
  summary: 'go on with a rollover that was paused',
  description: [
    'Goes on after `dnsctl key pause`, or after a step that failed its check and was taken back. Time that passed meanwhile counts for caches, so several steps may follow one another at once.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: { dryRun: DRY_RUN_OPTION },
  examples: [
    { line: 'key resume example.com --dry-run', summary: 'which steps would be taken at once' },
    { line: 'key resume example.com', summary: 'go on' },
  ],
  run: (context, input) =>
    changeZone(context, 'key-resume', input, {
      done: (zone) => `The rollover of ${zone} goes on.`,
      would: (zone) => `the rollover of ${zone} would go on.`,
    }),
})

import { command } from '../command.ts'
import { changeZone } from '../keys/change-zone.ts'
import { DRY_RUN_OPTION, ZONE_ARGUMENT } from '../keys/options.ts'

export const keyStepCommand = command({
  name: 'key step',
  summary: 'take the next step of a rollover',
  description: [
    'With `keys: { manual: true }` steps wait for this command; without, they are taken by themselves as soon as they may be. A step that would break a rule, or that caches are not ready for, is never taken: not by this command either, which then says what it waits for.',
    '`--dry-run` shows the steps that would be taken.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: { dryRun: DRY_RUN_OPTION },
  examples: [
    { line: 'key step example.com --dry-run', summary: 'what it would be' },
    { line: 'key step example.com', summary: 'take it' },
  ],
  run: (context, input) =>
    changeZone(context, 'key-step', input, {
      done: (zone) => `The rollover of ${zone} has taken the steps that it might take.`,
      would: (zone, { transitions }) =>
        transitions.length === 0
          ? `${zone} has no step that may be taken now.`
          : `these steps of ${zone} would be taken.`,
    }),
})

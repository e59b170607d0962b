import { command } from '../command.ts'
import { changeZone } from '../keys/change-zone.ts'
import { DRY_RUN_OPTION, ZONE_ARGUMENT } from '../keys/options.ts'

export const keyCancelCommand = command({
  name: 'key cancel',
  summary: 'go back to the keys of before a roll',
  description: [
    'New keys retire, and those that they were to replace stay. It goes back as it went forth, step by step, each as soon as caches allow: nothing becomes bogus. A DS of the new key that is at the parent already has to be removed there; `dnsctl key explain` then says so and waits for it. A roll whose old key is gone cannot be cancelled: roll again.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: { dryRun: DRY_RUN_OPTION },
  examples: [
    { line: 'key cancel example.com --dry-run', summary: 'which keys would stay' },
    { line: 'key cancel example.com', summary: 'go back' },
  ],
  run: (context, input) =>
    changeZone(context, 'key-cancel', input, {
      done: (zone) => `The roll of ${zone} is called off: its new keys retire.`,
      would: (zone) => `the new keys of ${zone} would retire, and the old ones stay.`,
    }),
})

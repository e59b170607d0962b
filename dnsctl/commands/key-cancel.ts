import { command } from '../command.ts'
import { absoluteName, askRollover } from '../keys/ask-rollover.ts'
import { changeReport } from '../keys/change-zone.ts'
import { DRY_RUN_OPTION, ROLES, type RoleWord, ZONE_ARGUMENT } from '../keys/options.ts'

export const keyCancelCommand = command({
  name: 'key cancel',
  summary: 'go back to the keys of before a roll',
  description: [
    'New keys retire, and those that they were to replace stay. It goes back as it went forth, step by step, each as soon as caches allow: nothing becomes bogus. A DS of the new key that is at the parent already has to be removed there; `dnsctl key explain` then says so and waits for it. A roll whose old key is gone cannot be cancelled: roll again. A move to another algorithm is called off where it began: write the old one into the configuration, and reload.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: {
    role: { value: 'ROLE', summary: 'only the roll of the ksk, zsk or csk', completes: ROLES },
    dryRun: DRY_RUN_OPTION,
  },
  examples: [
    { line: 'key cancel example.com --dry-run', summary: 'which keys would stay' },
    { line: 'key cancel example.com', summary: 'go back' },
  ],
  async run(context, input) {
    const role = input.role as RoleWord | undefined
    const args = { zone: absoluteName(input.ZONE), ...(role && { role }), isDryRun: input.dryRun }
    return changeReport(await askRollover(context, 'key-cancel', args), input.dryRun, {
      done: (zone) => `The roll of ${zone} is called off: its new keys retire.`,
      would: (zone) => `the new keys of ${zone} would retire, and the old ones stay.`,
    })
  },
})

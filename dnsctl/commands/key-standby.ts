import { command } from '../command.ts'
import { absoluteName, askRollover } from '../keys/ask-rollover.ts'
import { changeReport } from '../keys/change-zone.ts'
import { DRY_RUN_OPTION, ROLES, type RoleWord, readAlgorithm, ZONE_ARGUMENT } from '../keys/options.ts'

export const keyStandbyCommand = command({
  name: 'key standby',
  summary: 'make a key that can take over within seconds',
  description: [
    'A standby ZSK is published and signs nothing. Once every cache has it, `dnsctl key emergency` can put it in the place of a stolen one at once, and nobody notices. A standby KSK has its DS at the parent besides, so that it can take over without waiting for the parent; each costs a record in the key set, which makes answers about DNSKEY larger.',
    '`keys: { standby: [zsk] }` in the configuration keeps one at all times.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: {
    role: { value: 'ROLE', summary: 'of the new key: ksk, zsk or csk', required: true, completes: ROLES },
    algorithm: { value: 'NUMBER', summary: 'where the zone has keys of several' },
    dryRun: DRY_RUN_OPTION,
  },
  examples: [{ line: 'key standby example.com --role zsk', summary: 'be ready for the day that a key leaks' }],
  async run(context, input) {
    const role = input.role as RoleWord
    const algorithm = readAlgorithm(input.algorithm)
    const selector = { zone: absoluteName(input.ZONE), role, ...(algorithm && { algorithm }) }
    const report = await askRollover(context, 'key-standby', { ...selector, isDryRun: input.dryRun })
    return changeReport(report, input.dryRun, {
      done: (zone) => `A standby ${role} of ${zone} is made.`,
      would: (zone) => `a standby ${role} of ${zone} would be made.`,
    })
  },
})

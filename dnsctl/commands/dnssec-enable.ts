import { command } from '../command.ts'
import { changeZone } from '../keys/change-zone.ts'
import { DRY_RUN_OPTION, ZONE_ARGUMENT } from '../keys/options.ts'

export const dnssecEnableCommand = command({
  name: 'dnssec enable',
  summary: 'turn back on the way to an insecure zone',
  description: [
    'Takes back `dnsctl dnssec disable`: the parent is asked for the DS again, with the same keys. A zone that is not signed at all needs no command: take `dnssec: off` out of the configuration and reload.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: { dryRun: DRY_RUN_OPTION },
  examples: [{ line: 'dnssec enable example.com', summary: 'stay secure after all' }],
  run: (context, input) =>
    changeZone(context, 'dnssec-enable', input, {
      done: (zone) => `${zone} stays secure: the parent is to have its DS.`,
      would: (zone) => `${zone} would stay secure, and the parent would be asked for its DS.`,
    }),
})

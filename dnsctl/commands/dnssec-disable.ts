import { createPaper, duration, fold, printable } from '../../console/paper.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { absoluteName, askRollover } from '../keys/ask-rollover.ts'
import { changeReport } from '../keys/change-zone.ts'
import { requireConsent } from '../keys/consent.ts'
import { DRY_RUN_OPTION, YES_OPTION, ZONE_ARGUMENT } from '../keys/options.ts'

export const dnssecDisableCommand = command({
  name: 'dnssec disable',
  summary: 'make a signed zone insecure, in the order that breaks nothing',
  description: [
    'First the DS at the parent goes, then everybody forgets it, and only then signing may end: in any other order validators reject every answer. The zone asks the parent to remove the DS (CDS and CDNSKEY for deletion, RFC 8078); where the parent does not look for these, have the registrar remove it. Veil goes on signing until nobody can have the DS any more; then signatures and keys go by themselves, and `dnssec: off` may be written at leisure.',
    '`dnsctl dnssec enable` turns back at any time.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: { yes: YES_OPTION, dryRun: DRY_RUN_OPTION },
  examples: [
    { line: 'dnssec disable example.com --dry-run', summary: 'how long it would take' },
    { line: 'dnssec disable example.com', summary: 'begin; asks first' },
  ],
  async run(context, input) {
    const zone = absoluteName(input.ZONE)
    const name = printable(shortName(zone))
    if (!input.dryRun && !input.yes) {
      const paper = context.screen?.paper ?? createPaper(80, false)
      const foreseen = await askRollover(context, 'dnssec-disable', { zone, isDryRun: true })
      const stakes = order(foreseen).flatMap((line) => fold(paper, line))
      await requireConsent(context, false, { stakes, word: name, unattended: `dnssec disable ${name}` })
    }
    const report = await askRollover(context, 'dnssec-disable', { zone, isDryRun: input.dryRun })
    return changeReport(report, input.dryRun, {
      done: () => `${name} is on its way to being insecure; it stays signed until nobody can have its DS any more.`,
      would: () => order(report).join('\n'),
      rehearsal: '--roll insecure',
    })
  },
})

/** What comes in which order. */
function order({ zone, policy, parent, times }: RolloverReport): string[] {
  const ttl = Math.max(policy.parentDsTtl, ...parent.servers.map((server) => server.ttl ?? 0))
  const name = printable(shortName(zone))
  return [
    `${name} would be insecure in the end: nobody could tell its answers from forged ones.`,
    '1. The parent removes every DS record: by itself where it looks for CDS, else have the registrar do it.',
    `2. Once none of its servers has one, caches may keep it for ${duration(ttl)}; Veil waits ${duration(policy.retireSafety)} more for safety, and signs all the while.`,
    `3. Then keys and signatures go by themselves. Signatures that caches have, for up to ${duration(times.maxTtl)}, harm nobody. \`dnssec: off\` in the configuration can wait until then; written before, it makes the zone bogus.`,
  ]
}

import type { Paper } from '../../console/paper.ts'
import type { SealingStatus } from '../../server/control/protocol.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { DRY_RUN_OPTION } from '../keys/options.ts'
import { askServer } from '../running-server.ts'
import { slotTable } from '../sealing-text.ts'

export const lockCommand = command({
  name: 'lock',
  summary: 'take private keys and hidden names out of the running server',
  description: [
    'From then on veild answers SERVFAIL to everybody, strangers and insiders, until dnsctl unlock. The workers that had keys end and others take their place; keys, zones and signatures are overwritten in memory as far as that can be done from JavaScript.',
    'For a machine that somebody is about to have their hands on. A key file that lies in the state folder opens it again for whoever can start veild: see docs/sealing.md.',
  ],
  arguments: {},
  options: { dryRun: DRY_RUN_OPTION },
  examples: [{ line: 'lock', summary: 'the server of ./veil.yaml' }],
  async run(context, input) {
    const sealing = input.dryRun
      ? (await askServer(context, 'status', {})).sealing
      : await askServer(context, 'lock', {})
    return {
      exitCode: ExitCode.Done,
      data: { ...sealing, isDryRun: input.dryRun },
      print: (paper) => [
        input.dryRun
          ? wouldLock(paper, sealing)
          : `${paper.bad('Locked:')} every question gets SERVFAIL from now on. What opens the store:`,
        '',
        ...slotTable(paper, sealing.slots),
        '',
        'To serve again: `dnsctl unlock`',
      ],
    }
  },
})

function wouldLock(paper: Paper, { state }: SealingStatus): string {
  const lead = paper.warn('Dry run, nothing was changed:')
  return state === 'locked'
    ? `${lead} veild is locked already. What opens the store:`
    : `${lead} every question would get SERVFAIL. What opens the store:`
}

import { Failure } from '../../console/failure.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { DRY_RUN_OPTION } from '../keys/options.ts'
import { slotText } from '../sealing-text.ts'

export const slotRmCommand = command({
  name: 'slot rm',
  summary: 'remove one of the ways to open the sealed keys and files',
  description: [
    'Never the last one. The data key stays the same: whoever has a copy of the store from before can still open that copy by the slot that was removed, and what its keys opened then.',
  ],
  arguments: { SLOT: { summary: 'the number that `dnsctl slot list` shows' } },
  options: { dryRun: DRY_RUN_OPTION },
  examples: [{ line: 'slot rm 1', summary: 'the key file that veild has made, once a passphrase is there' }],
  async run(context, input) {
    if (!/^\d{1,6}$/.test(input.SLOT)) {
      throw new Failure({
        exitCode: ExitCode.Usage,
        what: `"${input.SLOT}" is no number of a slot`,
        next: '`dnsctl slot list`',
      })
    }
    const { removeSlotFrom, slotToRemove } = await import('../slots.ts')
    const slot = await (input.dryRun ? slotToRemove : removeSlotFrom)(context, Number(input.SLOT))
    return {
      exitCode: ExitCode.Done,
      data: { slot, isDryRun: input.dryRun },
      print: (paper) => [
        input.dryRun
          ? `${paper.warn('Dry run, nothing was changed:')} would remove ${slotText(slot)}.`
          : `${paper.good('Removed:')} ${slotText(slot)}.`,
        ...(slot.kind === 'key-file'
          ? ['Its file opens backups of the store still: shred it where it is not needed.']
          : []),
      ],
    }
  },
})

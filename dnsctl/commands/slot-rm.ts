import { Failure } from '../../console/failure.ts'
import { count, fold, type Paper, printable } from '../../console/paper.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { DRY_RUN_OPTION } from '../keys/options.ts'
import type { Resealed } from '../reseal.ts'
import { slotText } from '../sealing-text.ts'
import type { Removed } from '../slots.ts'

export const slotRmCommand = command({
  name: 'slot rm',
  summary: 'remove one of the ways to open the sealed keys and files',
  description: [
    'Never the last one. What is sealed gets a new data key, private keys in the store and overlays of the configuration, which what opened the slot does not lead to. A power cut leaves the old or the new, never neither.',
    'Copies of before cannot be called back: whoever has an old copy of the state folder, or of a sealed overlay, opens that copy by the slot that was removed. After a passphrase has become known, roll the keys too.',
    'Where no veild runs, another slot opens the store for it, for which a passphrase may be asked.',
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
    if (input.dryRun) {
      const slot = await slotToRemove(context, Number(input.SLOT))
      return {
        exitCode: ExitCode.Done,
        data: { slot, isDryRun: true },
        print: (paper) => [`${paper.warn('Dry run, nothing was changed:')} would remove ${slotText(slot)}.`],
      }
    }
    const removed = await removeSlotFrom(context, Number(input.SLOT))
    const { resealOverlays } = await import('../reseal.ts')
    const overlays = removed.isRenewed ? await resealOverlays(context) : { done: [], left: [] }
    return {
      exitCode: removed.isRenewed && overlays.left.length === 0 ? ExitCode.Done : ExitCode.Refused,
      data: { ...removed, overlays, isDryRun: false },
      print: (paper) => describe(paper, removed, overlays),
    }
  },
})

function describe(paper: Paper, { slot, isRenewed }: Removed, { done, left }: Resealed): string[] {
  const lead = `${paper.good('Removed:')} ${slotText(slot)}.`
  if (!isRenewed) {
    return [
      lead,
      ...fold(
        paper,
        'The data key is the one of before, for a slot that is left is of a version of Veil that could not renew it. What opened this slot opens old copies, and with them all that is sealed today. Add that slot anew with dnsctl slot add, and remove the old one.',
      ).map(paper.warn),
    ]
  }
  return [
    lead,
    `What is sealed has a new data key: the keys in the store${done.length === 0 ? '' : `, and ${count(done.length, 'overlay')}`}.`,
    ...left.flatMap(({ path, why }) =>
      fold(
        paper,
        `${printable(path)} is sealed with the one of before, and opens still: ${printable(why)}. To seal it anew: dnsctl zone seal ${printable(path)}`,
      ).map(paper.warn),
    ),
    ...fold(
      paper,
      'Copies from before are as they were: whoever has one, and what opened this slot, opens what it holds. If that is to be feared, roll the keys.',
    ),
    ...(slot.kind === 'key-file' ? ['Its file opens such copies too: shred it where they are not needed.'] : []),
  ]
}

import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { findState } from '../place.ts'
import { slotTable } from '../sealing-text.ts'

export const slotListCommand = command({
  name: 'slot list',
  summary: 'list the ways to open the sealed keys and files',
  description: [
    'Everything secret in the store is sealed with one data key, which is itself kept sealed in one or more slots: any one of them opens everything. Nothing secret is shown.',
    'Reads the store in the state folder; veild may run or not, locked or not.',
  ],
  arguments: {},
  options: {},
  examples: [{ line: 'slot list', summary: 'the slots of the store' }],
  async run(context) {
    const { headerOf } = await import('../offline-vault.ts')
    const { listSlots } = await import('../../server/keys/slot-changes.ts')
    const slots = listSlots(await headerOf(await findState(context)))
    return {
      exitCode: ExitCode.Done,
      data: { slots },
      print: (paper) =>
        slots.length === 0
          ? ['Nothing is sealed yet: veild makes the data key with its first key.']
          : slotTable(paper, slots),
    }
  },
})

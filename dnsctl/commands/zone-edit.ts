import { printable } from '../../console/paper.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'

export const zoneEditCommand = command({
  name: 'zone edit',
  summary: 'edit a sealed overlay, with nothing readable left on the disk',
  description: [
    'Opens the overlay into a file that lies in memory alone (tmpfs), mode 0600, runs $VISUAL, else $EDITOR, else vi, checks the zone as each view would see it, and seals the overlay again. Where the zone would have errors, it shows them and asks whether to edit again. Where there is no folder in memory, it refuses.',
    'vim, neovim and nano are told to keep no copies elsewhere; see to it that other editors do not. tmpfs may be swapped out: have no swap, or an encrypted one. An overlay that is not sealed is edited where it lies.',
  ],
  arguments: { FILE: { summary: 'an overlay of the configuration', completes: 'file' } },
  options: {},
  examples: [{ line: 'zone edit example.com.internal.zone', summary: 'then `dnsctl reload` publishes it' }],
  async run(context, input) {
    const { editOverlay } = await import('../zone-editing.ts')
    const { path, outcome } = await editOverlay(context, input.FILE)
    return {
      exitCode: ExitCode.Done,
      data: { path, outcome },
      print: (paper) =>
        outcome === 'unchanged'
          ? [`${printable(path)} is as it was.`]
          : [`${paper.good('Changed:')} ${printable(path)}. To publish it: dnsctl reload`],
    }
  },
})

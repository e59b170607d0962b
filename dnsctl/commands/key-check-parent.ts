import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { absoluteName, askRollover } from '../keys/ask-rollover.ts'
import { ZONE_ARGUMENT } from '../keys/options.ts'
import { parentLines } from '../keys/parent-table.ts'
import { nowSeconds } from '../keys/times.ts'

export const keyCheckParentCommand = command({
  name: 'key check-parent',
  summary: 'look now what DS records the parent has',
  description: [
    'Asks every address of every server of the parent zone for the DS records, as Veil does by itself from time to time, and shows what each has. DS records of keys that Veil does not know are shown too: another signer’s, or a mistake of the registrar’s.',
    'Exits with 1 where the look found nothing that can be relied on.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: {},
  examples: [
    { line: 'key check-parent example.com', summary: 'the registrar says that it is done: is it?' },
    { line: 'key check-parent example.com --json | jq .rollover.parent.servers', summary: 'for a script' },
  ],
  async run(context, input) {
    const report = await askRollover(context, 'key-check-parent', { zone: absoluteName(input.ZONE) })
    return {
      exitCode: isReliable(report) ? ExitCode.Done : ExitCode.Refused,
      data: { rollover: report },
      print: (paper) => parentLines(paper, report, nowSeconds()),
    }
  },
})

function isReliable({ parent }: RolloverReport): boolean {
  if (parent.mode === 'off') return true
  return parent.problem === undefined && parent.servers.every(({ outcome }) => outcome === 'answered')
}

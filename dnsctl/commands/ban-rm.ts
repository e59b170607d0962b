import { type Paper, printable } from '../../console/paper.ts'
import type { BanRemoveReport } from '../../server/guard/ban-reports.ts'
import { banTable } from '../ban-text.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { askServer } from '../running-server.ts'

export const banRmCommand = command({
  name: 'ban rm',
  summary: 'answer an address or a network again',
  description: [
    'Lifts the ban of just this prefix. That there is none is no error, for bans end by themselves; but where a wider one still holds, the command says so and exits with 1.',
  ],
  arguments: { PREFIX: { summary: 'an address or a prefix as `dnsctl ban list` shows it' } },
  options: {},
  examples: [
    { line: 'ban rm 192.0.2.7', summary: 'one address' },
    { line: 'ban rm 2001:db8:bad::/48', summary: 'a network' },
  ],
  async run(context, input) {
    const report = await askServer(context, 'ban-remove', { prefix: input.PREFIX })
    return {
      exitCode: report.remaining.length > 0 ? ExitCode.Refused : ExitCode.Done,
      data: { ...report },
      print: (paper) => describe(paper, report, input.PREFIX),
    }
  },
})

function describe(paper: Paper, { removed, remaining }: BanRemoveReport, prefix: string): string[] {
  const shown = printable(removed?.prefix ?? prefix)
  const lead = removed === undefined ? `There is no ban of just ${shown}.` : `${paper.good('Lifted:')} ${shown}.`
  if (remaining.length === 0) return [lead]
  return [
    lead,
    paper.warn(`It gets no answers all the same, for a wider ban holds:`),
    ...banTable(paper, remaining),
    `To lift that: dnsctl ban rm ${printable(remaining[0]!.prefix)}`,
  ]
}

import { count, fold, type Paper, printable } from '../../console/paper.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { absoluteName } from '../keys/ask-rollover.ts'
import { historyLines } from '../keys/history-text.ts'
import { OFFLINE_PARAGRAPH, ZONE_ARGUMENT } from '../keys/options.ts'
import { tellerLines, tellHistory } from '../keys/told-rollovers.ts'

export const keyHistoryCommand = command({
  name: 'key history',
  summary: 'tell what has happened to the keys of a zone',
  description: [
    'Each step and each change, when it was written to disk, who asked for it, and what it did. Entries form a chain: each holds the hash of the one before, so that none can be changed, left out or put in without all later ones being made anew.',
    '`--verify` works the hashes out again, here and not in the server, and exits with 1 where one does not fit. Keep the last hash elsewhere, and a history that was rewritten as a whole shows too.',
    OFFLINE_PARAGRAPH,
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: { verify: { summary: 'check the chain, and print the last hash' } },
  examples: [
    { line: 'key history example.com', summary: 'what happened, the latest last' },
    { line: 'key history example.com --verify', summary: 'is it whole?' },
  ],
  async run(context, input) {
    const zone = absoluteName(input.ZONE)
    const { source, entries, problem: found } = await tellHistory(context, zone)
    const head = entries.at(-1)?.hash
    const problem = input.verify ? found : undefined
    return {
      exitCode: problem === undefined ? ExitCode.Done : ExitCode.Refused,
      data: { source, zone, entries, ...(input.verify ? { isWhole: problem === undefined, problem, head } : {}) },
      print: (paper) => [
        ...tellerLines(paper, source),
        ...(entries.length === 0
          ? [`Nothing has happened to the keys of ${printable(shortName(zone))} yet.`]
          : historyLines(paper, entries)),
        ...(input.verify ? ['', ...verdict(paper, entries.length, problem, head)] : []),
      ],
    }
  },
})

function verdict(paper: Paper, length: number, problem: string | undefined, head: string | undefined): string[] {
  if (problem !== undefined) return fold(paper, `${printable(capital(problem))}.`).map(paper.bad)
  return [
    paper.good(`The chain of ${count(length, 'entry', 'entries')} is whole.`),
    ...(head === undefined ? [] : [`Last hash: ${printable(head)}`]),
  ]
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

import { fold, type Paper, printable } from '../../console/paper.ts'
import type { HistoryEntry } from '../../keys/key-history.ts'
import { second } from './times.ts'

const AUTHORS: Readonly<Record<HistoryEntry['by'], string>> = {
  policy: 'policy',
  operator: 'operator',
  parent: 'parent',
  check: 'self-check',
}

/** One entry a line, the latest last. */
export function historyLines(paper: Paper, entries: readonly HistoryEntry[]): string[] {
  const width = Math.max(...entries.map(({ sequence }) => String(sequence).length))
  const authorWidth = Math.max(...entries.map(({ by }) => AUTHORS[by].length))
  return entries.flatMap(({ sequence, at, by, what }) => {
    const lead = `${String(sequence).padStart(width)}  ${second(at)}  ${AUTHORS[by].padEnd(authorWidth)}  `
    return fold(paper, printable(what), lead.length).map(
      (line, index) => (index === 0 ? paper.dim(lead) : ' '.repeat(lead.length)) + line,
    )
  })
}

import { count, fold, labelled, moment, type Paper, printable } from '../../console/paper.ts'
import { mostUrgent } from './by-control.ts'
import { foldTight } from './fold-tight.ts'
import type { ChangedFinding, Drift, DriftedFinding, HostReport, Notice } from './host-report.ts'
import { markOf, STATE_WORDS, WORST_FIRST } from './state-words.ts'
import { unknownLines } from './unknown-lines.ts'

const MOST_URGENT = 5
const MOST_DRIFTED = 5

/** What a person sees last, and so first: counts, what to do first, what was left out, what has changed. */
export function summaryLines(paper: Paper, report: HostReport): string[] {
  return [
    paper.bold('Summary'),
    ...countLines(paper, report),
    ...urgentLines(paper, report),
    ...leftOutLines(paper, report),
    ...unknownLines(paper, report),
    ...report.notices.flatMap((notice) => noticeLines(paper, notice)),
    ...(report.drift === undefined ? [] : driftLines(paper, report.drift)),
    ...nextLines(paper, report),
  ]
}

function countLines(paper: Paper, { counts, findings, controls }: HostReport): string[] {
  const parts = WORST_FIRST.filter((state) => counts[state] > 0).map(
    (state) => `${STATE_WORDS[state].ink(paper)(String(counts[state]))} ${STATE_WORDS[state].count}`,
  )
  const waived = counts.waived === 0 ? [] : [`${counts.waived} waived`]
  const extent = `Of ${count(findings.length, 'finding')} of ${count(controls.length, 'control')}:`
  return foldTight(paper, `${extent} ${[...parts, ...waived].join(', ')}.`, 2).map((line) => `  ${line}`)
}

function urgentLines(paper: Paper, report: HostReport): string[] {
  const urgent = mostUrgent(report)
  if (urgent.length === 0) return [`  ${paper.good('Nothing fails and nothing warns.')}`]
  const shown = urgent.slice(0, MOST_URGENT)
  const left = urgent.length - shown.length
  return [
    '  First of all:',
    ...shown.flatMap(({ control, state }) =>
      fold(paper, `${control.title} (${control.id}, ${control.severity})`, 6).map(
        (line, index) => `    ${index === 0 ? markOf(paper, state) : ' '} ${line}`,
      ),
    ),
    ...(left === 0 ? [] : [`      and ${left} more`]),
  ]
}

function leftOutLines(paper: Paper, report: HostReport): string[] {
  const ids = report.controls.filter(({ leftOut }) => leftOut).map(({ id }) => id)
  if (ids.length === 0) return []
  const text = `The profile "${report.profile}" leaves out ${ids.join(', ')}. Judge them all the same: \`--profile medium\`, or \`opt-in\` in hostcheck.yaml.`
  return fold(paper, text, 2).map((line) => `  ${line}`)
}

function noticeLines(paper: Paper, { file, line, text, kind }: Notice): string[] {
  const ink = kind.endsWith('-unused') ? paper.bad : paper.warn
  return foldTight(paper, `${printable(file)}:${line}: ${printable(text)}`, 2).map((each) => `  ${ink(each)}`)
}

/** What differs from an earlier run: at most so many findings of each kind. */
export function driftLines(
  paper: Paper,
  { since, appeared, gone, changed }: Drift,
  most: number = MOST_DRIFTED,
): string[] {
  const someOf = <T>(findings: readonly T[]): readonly T[] => findings.slice(0, most)
  const shown = [appeared, gone, changed].reduce((sum, list) => sum + someOf<unknown>(list).length, 0)
  const total = appeared.length + gone.length + changed.length
  const when = `${moment(since * 1000)} UTC`
  if (total === 0) return [`  As in the run of ${when}.`]
  return [
    `  Since the run of ${when}:`,
    ...labelled(
      paper,
      [
        ...someOf(changed).map((each) => ['changed', changeText(paper, each)] as const),
        ...someOf(appeared).map((each) => ['new', driftText(paper, each)] as const),
        ...someOf(gone).map((each) => ['gone', driftText(paper, each)] as const),
      ],
      '    ',
    ),
    ...(total > shown ? [`    ${total} in all: --json has them`] : []),
  ]
}

function changeText(paper: Paper, { control, subject, before, after }: ChangedFinding): string {
  const ink = STATE_WORDS[after.state].ink(paper)
  return `${control} ${printable(subject)}: ${before.state} before, now ${ink(after.state)}. ${printable(after.reason)}`
}

function driftText(paper: Paper, { control, subject, state, reason }: DriftedFinding): string {
  return `${control} ${printable(subject)}: ${STATE_WORDS[state].ink(paper)(state)}. ${printable(reason)}`
}

function nextLines(paper: Paper, report: HostReport): string[] {
  const first = mostUrgent(report)[0]
  if (first === undefined) return []
  const text = `Next: \`hostcheck explain ${first.control.id}\`, then \`hostcheck fix --show ${first.control.id}\`.`
  return fold(paper, text, 2).map((line) => `  ${line}`)
}

import { count, fold, moment, type Paper, printable, textWidth } from '../../console/paper.ts'
import type { Evidence } from '../judging/judgement.ts'
import { type AreaResult, byArea, type ControlResult } from './by-control.ts'
import { foldTight } from './fold-tight.ts'
import type { HostReport, ReportedFinding } from './host-report.ts'
import { markOf, STATE_WORDS, WORST_FIRST } from './state-words.ts'
import { summaryLines } from './terminal-summary.ts'

export interface TerminalOptions {
  /** Every finding with its evidence, passes too. */
  readonly all: boolean
}

/** Subjects of one control and state that are told one by one; the rest is counted. */
const MOST_SUBJECTS = 4
const MOST_EVIDENCE = 3
/** Lines are not drawn wider than that. */
const MEASURE = 96

/** The report for a terminal: by area, worst first, then a summary that fits one screen. */
export function terminalReport(paper: Paper, report: HostReport, options: TerminalOptions): string[] {
  return [
    ...titleLines(paper, report),
    '',
    ...byArea(report).flatMap((area) => [...areaLines(paper, area, options), '']),
    ...summaryLines(paper, report),
  ]
}

function titleLines(paper: Paper, { host, at, profile, declarations }: HostReport): string[] {
  const declared = declarations === undefined ? 'nothing declared' : `declared in ${printable(declarations)}`
  const [first, ...others] = foldTight(
    paper,
    `hostcheck of ${printable(host.label)}, ${moment(at * 1000)} UTC, profile ${profile}, ${declared}`,
  )
  return [first!.replace('hostcheck', paper.bold('hostcheck')), ...others]
}

function areaLines(paper: Paper, { area, results }: AreaResult, options: TerminalOptions): string[] {
  const told = options.all ? results : results.filter(isTold)
  const rest = results.filter((result) => !told.includes(result))
  return [
    heading(paper, area),
    ...told.flatMap((result) => controlLines(paper, result, options)),
    ...restLines(paper, rest),
  ]
}

/** What passes or does not apply is only listed, unless something of it is waived. */
function isTold({ state, findings }: ControlResult): boolean {
  return !['pass', 'not-applicable'].includes(state) || findings.some(({ waived }) => waived !== undefined)
}

function heading(paper: Paper, area: string): string {
  const rule = paper.isAscii ? '-' : '─'
  const width = Math.min(paper.width, MEASURE) - textWidth(area) - 1
  return `${paper.bold(area)} ${paper.dim(rule.repeat(Math.max(3, width)))}`
}

/** `✓ SRV-ENC-01 SRV-BKP-01`, a line or more for each state. */
function restLines(paper: Paper, results: readonly ControlResult[]): string[] {
  return WORST_FIRST.flatMap((state) => {
    const ids = results.filter((result) => result.state === state).map(({ control }) => control.id)
    if (ids.length === 0) return []
    return fold(paper, `${STATE_WORDS[state].count}: ${ids.join(', ')}`, 2).map(
      (line, index) => `${index === 0 ? markOf(paper, state) : ' '} ${paper.dim(line)}`,
    )
  })
}

function controlLines(paper: Paper, { control, state, findings }: ControlResult, options: TerminalOptions): string[] {
  const title = foldTight(paper, `${control.title} (${control.id}, ${control.severity})`, 2)
  const { told, left } = options.all ? { told: findings, left: 0 } : worthTelling(findings)
  const more = left === 0 ? '' : `and ${count(left, 'more subject')}: --only ${control.id} --all`
  return [
    ...inBold(paper, title, control.title.length).map(
      (line, index) => `${index === 0 ? markOf(paper, state) : ' '} ${line}`,
    ),
    ...told.flatMap((finding) => findingLines(paper, finding)),
    ...indented(paper, more, 4),
    ...mendLines(paper, findings),
  ]
}

/** So many letters of folded lines in bold, the rest as it is. */
function inBold(paper: Paper, lines: readonly string[], letters: number): string[] {
  let left = letters
  return lines.map((line) => {
    const bold = line.slice(0, Math.max(0, left))
    left -= line.length + 1
    return bold === '' ? line : `${paper.bold(bold)}${line.slice(bold.length)}`
  })
}

function worthTelling(findings: readonly ReportedFinding[]): { told: readonly ReportedFinding[]; left: number } {
  const open = findings.filter(
    ({ state, waived }) => waived !== undefined || !['pass', 'not-applicable'].includes(state),
  )
  const told = open.slice(0, MOST_SUBJECTS)
  return { told, left: open.length - told.length }
}

function findingLines(paper: Paper, finding: ReportedFinding): string[] {
  const subject = finding.subject === 'host' ? '' : `${printable(finding.subject)}: `
  const mark = markOf(paper, finding.state)
  return [
    ...foldTight(paper, `${subject}${printable(finding.reason)}`, 4).map(
      (line, index) => `  ${index === 0 ? mark : ' '} ${line}`,
    ),
    ...indented(paper, waiverOf(finding), 6),
    ...finding.evidence.slice(0, MOST_EVIDENCE).flatMap((each) => evidenceLines(paper, each)),
  ]
}

function waiverOf({ waived, attested }: ReportedFinding): string {
  if (waived !== undefined) return `waived until ${waived.expires} by ${waived.owner}: ${waived.reason}`
  if (attested !== undefined) return `attested on ${attested.on} by ${attested.by}: ${attested.statement}`
  return ''
}

function indented(paper: Paper, text: string, indent: number): string[] {
  if (text === '') return []
  return foldTight(paper, printable(text), indent).map((line) => `${' '.repeat(indent)}${paper.dim(line)}`)
}

/** `/etc/postfix/main.cf:12  disable_vrfy_command = no`; what stands there goes to the next line where it does not fit. */
function evidenceLines(paper: Paper, evidence: Evidence): string[] {
  const place = printable(`${evidence.path}${evidence.line === undefined ? '' : `:${evidence.line}`}`)
  const excerpt = printable(evidence.excerpt)
  const room = Math.max(20, Math.min(paper.width, MEASURE))
  const isWide = 6 + textWidth(place) + 2 + textWidth(excerpt) > room
  if (!isWide) return [`      ${paper.dim(place)}  ${excerpt}`]
  return [`      ${paper.dim(cutFront(place, room - 6))}`, `        ${cutEnd(excerpt, room - 8)}`]
}

/** The commands once for all findings that they mend; they are never folded, for they are to be pasted. */
function mendLines(paper: Paper, findings: readonly ReportedFinding[]): string[] {
  const mends = new Set(
    findings.flatMap(({ mend, waived }) => (mend === undefined || waived !== undefined ? [] : [mend.join('\n')])),
  )
  return [...mends]
    .slice(0, MOST_SUBJECTS)
    .flatMap((mend) => [
      `    ${paper.dim('mend')}`,
      ...mend.split('\n').map((line) => `      ${line === '' ? '' : paper.bold(printable(line))}`.trimEnd()),
    ])
}

function cutFront(text: string, width: number): string {
  return textWidth(text) <= width ? text : `…${[...text].slice(-(width - 1)).join('')}`
}

function cutEnd(text: string, width: number): string {
  return textWidth(text) <= width ? text : `${[...text].slice(0, width - 1).join('')}…`
}

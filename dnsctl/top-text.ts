import { type Column, duration, type Paper, printable, table } from '../console/paper.ts'
import { THRESHOLD } from '../guard/detection/reasons.ts'
import { figureToText, KIND_WORDS } from '../guard/incident.ts'
import type { TopReport } from '../server/guard/watch-reports.ts'

const ZONES: readonly Column[] = [
  { title: 'ZONE' },
  { title: 'VIEW' },
  { title: 'QUESTIONS/S', align: 'right' },
  { title: 'ABSENT/S', align: 'right' },
]
const SOURCES: readonly Column[] = [
  { title: 'SOURCE' },
  { title: 'ZONE' },
  { title: 'VIEW' },
  { title: 'QUESTIONS', align: 'right' },
  { title: 'ABSENT NAMES', align: 'right' },
  { title: 'POINTS', align: 'right' },
]
const INCIDENTS: readonly Column[] = [
  { title: 'INCIDENT' },
  { title: 'WHAT' },
  { title: 'ZONE' },
  { title: 'FOR', align: 'right' },
  { title: 'ABSENT NAMES', align: 'right' },
  { title: 'LEARNED', align: 'right' },
]

/** What is going on, as it fits a screen: answers, incidents, zones, sources. `most` rows of each. */
export function topText(paper: Paper, top: TopReport, most: number): string[] {
  const verdicts = Object.entries(top.verdicts).filter(([, rate]) => rate > 0)
  const total = verdicts.reduce((sum, [, rate]) => sum + rate, 0)
  const shares = verdicts.sort((a, b) => b[1] - a[1]).map(([name, rate]) => `${number(rate)} ${name}`)
  const limited = top.limited > 0 ? `, ${paper.warn(`${number(top.limited)} limited`)}` : ''
  return [
    `${paper.bold('veild')} at ${top.at.slice(11, 19)} (UTC): ${number(total)} questions a second${limited}`,
    shares.length === 0 ? paper.dim('nothing was asked in the last second') : shares.join(', '),
    ...(top.detection ? [] : [paper.warn('Enumeration is not looked for: guard.detection is false.')]),
    '',
    ...incidents(paper, top, most),
    ...block(paper, ZONES, top.zones.slice(0, most).map(zoneRow)),
    ...block(
      paper,
      SOURCES,
      top.sources.slice(0, most).map((source) => sourceRow(paper, source)),
    ),
    paper.dim(`A source is an incident from ${THRESHOLD.source} points on; estimates where a ~ stands.`),
  ]
}

function incidents(paper: Paper, { incidents: open, at }: TopReport, most: number): string[] {
  if (open.length === 0) return [paper.good('No incident goes on.'), '']
  const rows = open
    .slice(0, most)
    .map((incident) => [
      paper.bad(printable(incident.id)),
      KIND_WORDS[incident.kind],
      printable(incident.zone),
      duration((Date.parse(at) - incident.start) / 1000),
      figureToText(incident.absentNames),
      figureToText(incident.learned.count),
    ])
  return block(paper, INCIDENTS, rows)
}

function block(paper: Paper, columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : [...table(paper, columns, rows), '']
}

function zoneRow({ zone, view, questions, absent }: TopReport['zones'][number]): string[] {
  return [printable(zone), printable(view), number(questions), number(absent)]
}

function sourceRow(paper: Paper, source: TopReport['sources'][number]): string[] {
  const { prefix, zone, view, queries, absentNames, isEstimate, score, threshold } = source
  const about = isEstimate ? '~' : ''
  const points = score.toLocaleString('en-US')
  return [
    printable(prefix),
    printable(zone),
    printable(view),
    `${about}${queries.toLocaleString('en-US')}`,
    `${about}${absentNames.toLocaleString('en-US')}`,
    score >= threshold ? paper.bad(points) : points,
  ]
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 })
}

import { count, fold, labelled, type Paper, printable, table } from '../../console/paper.ts'
import { KIND_WORDS } from '../../guard/incident.ts'
import { shortName } from '../configuration.ts'
import type { AttackReport, MethodReport } from './attack.ts'
import type { Noticed } from './noticing.ts'

/** What is told of an attack. */
export interface AttackFacts {
  readonly zone: string
  readonly view: string
  readonly server: string
  readonly from: string
  /** How many names there were to learn. */
  readonly truth: { readonly published: number; readonly hidden: number }
  readonly report: AttackReport
  readonly noticed: readonly Noticed[]
  /** The server could be asked whether it noticed. */
  readonly canTell: boolean
}

const MOST_NAMES = 20

/** Lines for a person: the verdict, then what each method cost and told. */
export function describeAttack(paper: Paper, facts: AttackFacts): string[] {
  const { zone, view, server, from, truth, report } = facts
  return [
    paper.bold(`Attacked ${printable(shortName(zone))} as a client of ${printable(view)}, at ${server} from ${from}`),
    '',
    ...labelled(paper, [
      ['hidden names', hiddenLine(paper, truth.hidden, report.hidden)],
      ['published names', `${report.published.length} of ${truth.published} learned`],
      ['mistaken', mistakenLine(report.mistaken)],
      [
        'questions',
        `${report.queries.toLocaleString('en-US')} in ${report.seconds.toFixed(1)} s${report.cutShort ? '; cut short at a bound' : ''}`,
      ],
      ['noticed', noticedLines(facts)],
    ]),
    '',
    ...methodTable(paper, report.methods),
    '',
    ...labelled(
      paper,
      report.methods.flatMap(({ method, lines }) => lines.map((line) => [method, printable(line)] as const)),
    ),
    ...learned(paper, report),
  ]
}

function hiddenLine(paper: Paper, there: number, hidden: readonly string[]): string {
  if (there === 0) return 'there are none: every view sees the same names'
  if (hidden.length === 0) return paper.good(`none of ${there} learned`)
  return paper.bad(`${hidden.length} of ${there} learned`)
}

function mistakenLine(mistaken: readonly string[]): string {
  if (mistaken.length === 0) return 'no name was answered that is not there'
  return `${count(mistaken.length, 'name')} answered that ${mistaken.length === 1 ? 'is' : 'are'} not there: by wildcards or decoys`
}

function noticedLines({ noticed, canTell }: AttackFacts): string[] {
  if (!canTell) return ['nobody can tell: the control socket of the server does not answer']
  if (noticed.length === 0) return ['no: the server saw no incident in it']
  return noticed.map(
    ({ incident, queries }) =>
      `${KIND_WORDS[incident.kind]}, within ${count(queries, 'question')}: dnsctl incident show ${incident.id}`,
  )
}

function methodTable(paper: Paper, methods: readonly MethodReport[]): string[] {
  const columns = [
    { title: 'method' },
    { title: 'questions', align: 'right' },
    { title: 'seconds', align: 'right' },
    { title: 'new names', align: 'right' },
  ] as const
  return table(
    paper,
    columns,
    methods.map(({ method, queries, seconds, names }) => [method, String(queries), seconds.toFixed(1), String(names)]),
  )
}

function learned(paper: Paper, { hidden, published }: AttackReport): string[] {
  return [
    ...named(paper.bad('Hidden names that were learned'), hidden),
    ...named('Published names that were learned', published),
    ...(hidden.length === 0
      ? []
      : [
          '',
          ...fold(
            paper,
            'Next: `dnsctl view diff` shows what this view sees and should not; `dnsctl zone check` what gives names away.',
          ),
        ]),
  ]
}

function named(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return []
  const more = names.length > MOST_NAMES ? [`  and ${names.length - MOST_NAMES} more: --json lists them all`] : []
  return ['', `${title}:`, ...names.slice(0, MOST_NAMES).map((name) => `  ${printable(shortName(name))}`), ...more]
}

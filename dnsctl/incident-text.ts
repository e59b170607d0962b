import {
  type Column,
  count,
  duration,
  fold,
  labelled,
  moment,
  type Paper,
  printable,
  table,
  textWidth,
} from '../console/paper.ts'
import { figureToText, type Incident, type IncidentSource, KIND_WORDS } from '../guard/incident.ts'
import { shortName } from './configuration.ts'

const COLUMNS: readonly Column[] = [
  { title: 'INCIDENT' },
  { title: 'WHAT' },
  { title: 'ZONE' },
  { title: 'VIEW' },
  { title: 'BEGAN' },
  { title: 'LASTED', align: 'right' },
  { title: 'ABSENT NAMES', align: 'right' },
  { title: 'LEARNED', align: 'right' },
  { title: 'BY' },
]

/** Columns that a narrow terminal does without, the first one first: `incident show` has what they say. */
const DISPENSABLE = ['BEGAN', 'VIEW', 'BY']

/** One row for each, those that go on marked; columns that the paper has no room for are left out. */
export function incidentTable(paper: Paper, incidents: readonly Incident[]): string[] {
  const rows = incidents.map((incident) => row(paper, incident))
  const without = (left: number) => {
    const kept = COLUMNS.map(({ title }) => !DISPENSABLE.slice(0, left).includes(title))
    const columns = COLUMNS.filter((_, index) => kept[index])
    return table(
      paper,
      columns,
      rows.map((cells) => cells.filter((_, index) => kept[index])),
    )
  }
  const fits = (lines: readonly string[]) => lines.every((line) => textWidth(line) <= paper.width)
  const tables = [...DISPENSABLE.keys(), DISPENSABLE.length].map(without)
  return tables.find(fits) ?? tables.at(-1)!
}

/** The story of an incident: what happened, who it was, what they know now, what was done, what to do. */
export function incidentStory(paper: Paper, incident: Incident): string[] {
  const { id, kind, zone, view, tool, learned, wordList, measures } = incident
  const words = `${wordList.asked.toLocaleString('en-US')} of ${wordList.of.toLocaleString('en-US')} (${Math.round((100 * wordList.asked) / wordList.of)} %)`
  const headline = `${paper.bold(`Incident ${printable(id)}`)}: ${KIND_WORDS[kind]}${kind === 'flood' ? ' in' : ' of'} ${printable(zone)}, as the view ${printable(view)} has it`
  return [
    `${headline}${incident.end === undefined ? `; ${paper.bad('it goes on')}` : ''}.`,
    '',
    ...labelled(paper, [
      ['when', whenOf(incident)],
      ['who', whoOf(incident)],
      ...(tool === undefined ? [] : ([['tool', `${printable(tool.name)}: ${printable(tool.why)}`]] as const)),
      [
        'asked',
        `${figureToText(incident.queries)} questions, for ${figureToText(incident.absentNames)} names that are not there; recognised after ${figureToText(incident.recognisedAfter)}`,
      ],
      ...(kind === 'enumeration' ? ([['word list', `${words} of the common names that Veil knows`]] as const) : []),
      ['learned', learnedOf(incident)],
      ...measures.map(
        ({ at, text }, index) => [index === 0 ? 'done' : '', `${moment(at)}: ${printable(text)}.`] as const,
      ),
    ]),
    ...(learned.names.length === 0 ? [] : ['', ...names(paper, learned.names)]),
    '',
    ...sourceTable(paper, incident.sources),
    '',
    paper.dim('WHY IT IS ONE'),
    ...evidenceLines(paper, incident),
    '',
    ...nextSteps(incident).flatMap((text) => fold(paper, text)),
  ]
}

function row(paper: Paper, incident: Incident): string[] {
  const { id, kind, zone, view, start, end, lastSeen, absentNames, learned } = incident
  const lasted = duration(((end ?? lastSeen) - start) / 1000)
  return [
    printable(id),
    KIND_WORDS[kind],
    printable(zone),
    printable(view),
    moment(start),
    end === undefined ? paper.bad('goes on') : lasted,
    figureToText(absentNames),
    figureToText(learned.count),
    whoInShort(incident),
  ]
}

function whenOf({ start, end, lastSeen, reopened }: Incident): string {
  const again = reopened === 0 ? '' : `; it stopped and went on ${count(reopened, 'time')}`
  const last = end === undefined ? `last seen ${duration((Date.now() - lastSeen) / 1000)} ago` : `to ${moment(end)}`
  return `from ${moment(start)} (UTC), ${last}${again}`
}

function whoInShort({ isSpread, sources, sourceCount }: Incident): string {
  if (isSpread) return `${figureToText(sourceCount)} resolvers`
  const [first] = sources
  const others = sourceCount.count > 1 ? ` and ${sourceCount.count - 1} more` : ''
  return first === undefined ? '' : `${printable(first.address)}${others}`
}

function whoOf({ isSpread, sourceCount, kind, sources }: Incident): string {
  if (kind === 'flood') return `${figureToText(sourceCount)} sources, forged ones and resolvers as likely as not`
  if (isSpread) {
    return `somebody who asks through ${count(sourceCount.count, 'source')}, most of them resolvers that others use too: only what all of them together ask shows it`
  }
  const proved = sources.filter(({ isProved }) => isProved).length
  const all = count(sourceCount.count, 'source')
  if (proved === 0) return `${all}; no address is proved, so it may be somebody else’s`
  return proved === sourceCount.count ? `${all}, proved` : `${all}, of which ${proved} proved`
}

function learnedOf({ learned, isSpread }: Incident): string {
  if (learned.count.count === 0) return 'no name that exists'
  const through = isSpread ? ', or somebody else who uses the same resolvers' : ''
  return `${figureToText(learned.count)} names that exist${through}`
}

const NAMES_SHOWN = 40

function names(paper: Paper, learned: readonly string[]): string[] {
  const rest = learned.length - NAMES_SHOWN
  const text = learned.slice(0, NAMES_SHOWN).map(printable).join(' ')
  return fold(paper, rest > 0 ? `${text} … and ${rest} more (--json has them)` : text, 2).map((line) => `  ${line}`)
}

const SOURCE_COLUMNS: readonly Column[] = [
  { title: 'SOURCE' },
  { title: 'LAST ADDRESS' },
  { title: 'PROVED' },
  { title: 'QUESTIONS', align: 'right' },
  { title: 'ABSENT NAMES', align: 'right' },
  { title: 'POINTS', align: 'right' },
]

function sourceTable(paper: Paper, sources: readonly IncidentSource[]): string[] {
  const rows = sources.map(({ prefix, address, isProved, queries, absentNames, score }) => [
    printable(prefix),
    printable(address),
    isProved ? 'yes' : 'no',
    figureToText(queries),
    figureToText(absentNames),
    String(score),
  ])
  return rows.length === 0 ? [] : table(paper, SOURCE_COLUMNS, rows)
}

function evidenceLines(paper: Paper, { evidence }: Incident): string[] {
  return evidence.flatMap(({ points, text }) => {
    const lead = points === 0 ? '      ' : `${String(points).padStart(4)}  `
    return fold(paper, printable(text), lead.length).map((line, index) => `${index === 0 ? lead : '      '}${line}`)
  })
}

function nextSteps({ kind, sources, isSpread, learned, zone }: Incident): string[] {
  const bare = printable(shortName(zone))
  const proved = sources.find(({ isProved }) => isProved)
  const steps = [
    ...(learned.count.count > 0 && kind !== 'flood'
      ? [
          'Look at the names above: whatever should not be found by strangers belongs in an overlay (docs/hiding-names.md).',
        ]
      : []),
    ...(kind === 'enumeration' || kind === 'walk'
      ? [`What the same attempt would learn here: \`dnsctl attack ${bare}\``]
      : []),
    ...(proved === undefined || isSpread
      ? []
      : [`Why it is or is not banned: \`dnsctl ban explain ${printable(proved.address)}\``]),
    ...(kind === 'transfer-attempt' ? ['Nothing has to be done: transfers are refused to everybody.'] : []),
    ...(kind === 'reverse-sweep'
      ? [
          'A sweep tells nothing where whole ranges have names: `generate`, in docs/decoys.md. What it tells now: `dnsctl attack --methods words,reverse`',
        ]
      : []),
    ...(kind === 'flood'
      ? ['Nothing has to be done: names that exist are answered as ever. What is limited: `dnsctl top`']
      : []),
  ]
  return steps.map((step) => `Next: ${step}`)
}

import { fold, type Paper, padEnd, textWidth } from '../../console/paper.ts'
import type { RecordState } from '../../keys/rollover/key-state.ts'
import { STATE_WORDS } from '../../keys/rollover/state-words.ts'
import { columnsFor, type Scale } from './timeline-scale.ts'
import { second } from './times.ts'

/** Records over time, ready to be drawn. Times are Unix seconds. */
export interface Timeline {
  readonly from: number
  readonly to: number
  /** What is behind it has happened, what is before it is foreseen. */
  readonly now: number
  readonly rows: readonly TimelineRow[]
  /** When something changes, in order, and what: lines without full stop. */
  readonly moments: readonly TimelineMoment[]
}

export interface TimelineRow {
  /** Of the key, and of its record. */
  readonly key: string
  readonly record: string
  /** In order, each up to where the next one begins. */
  readonly spans: readonly { readonly from: number; readonly state: RecordState }[]
}

export interface TimelineMoment {
  readonly at: number
  readonly what: readonly string[]
}

/** Shown in bars: one column for a state. */
const BARS = {
  unicode: { omnipresent: '█', rumoured: '▒', unretentive: '░', hidden: '·' },
  ascii: { omnipresent: '#', rumoured: '+', unretentive: '-', hidden: '.' },
} as const satisfies Record<string, Record<RecordState, string>>

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
/** Columns of the bars where nobody folds lines. */
const WIDTH_OF_FILES = 100
const FEWEST_COLUMNS = 24

/** Bars for each record of each key, letters where something changes, and what that is. */
export function drawTimeline(paper: Paper, timeline: Timeline): string[] {
  const labels = labelColumns(timeline.rows)
  const indent = labels.width
  const room = Math.max(FEWEST_COLUMNS, Math.min(paper.width, WIDTH_OF_FILES) - indent)
  const scale = columnsFor(timeline, room)
  const rows = timeline.rows.map((row, index) => `${labels.texts[index]}${bar(paper, timeline, row, scale)}`.trimEnd())
  const shown = timeline.moments.slice(0, LETTERS.length)
  return [
    ...nowLines(paper, scale.columnOf(timeline.now) + indent),
    paper.dim(' '.repeat(indent) + letters(shown, scale)),
    ...rows,
    '',
    ...legend(paper),
    '',
    ...shown.flatMap((moment, index) => momentLines(paper, LETTERS[index]!, moment, timeline.now)),
  ]
}

function labelColumns(rows: readonly TimelineRow[]): { texts: string[]; width: number } {
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(textWidth)) + 2
  const keyWidth = widest(rows.map(({ key }) => key))
  const recordWidth = widest(rows.map(({ record }) => record))
  const texts = rows.map(({ key, record }, index) => {
    const isRepeated = rows[index - 1]?.key === key
    return padEnd(isRepeated ? '' : key, keyWidth) + padEnd(record, recordWidth)
  })
  return { texts, width: keyWidth + recordWidth }
}

function nowLines(paper: Paper, column: number): string[] {
  const word = 'now'
  const start = Math.max(0, Math.min(column - 1, Math.min(paper.width, column + 2) - word.length))
  return [`${' '.repeat(start)}${paper.bold(word)}`, `${' '.repeat(column)}${paper.bold(paper.isAscii ? 'v' : '▼')}`]
}

function letters(moments: readonly TimelineMoment[], scale: Scale): string {
  const line: string[] = Array(scale.width).fill(' ')
  for (const [index, { at }] of moments.entries()) {
    const column = scale.columnOf(at)
    if (column < scale.width) line[column] = LETTERS[index]!
  }
  return line.join('').trimEnd()
}

/** One character a column, those of the future in fainter ink. */
function bar(paper: Paper, { now }: Timeline, { spans }: TimelineRow, scale: Scale): string {
  const marks = paper.isAscii ? BARS.ascii : BARS.unicode
  let drawn = ''
  let run = ''
  let style = paper.dim
  const flush = () => {
    drawn += run === '' ? '' : style(run)
    run = ''
  }
  for (let column = 0; column < scale.width; column++) {
    const start = scale.startOf(column)
    const state = spans.findLast(({ from }) => from <= start)?.state ?? 'hidden'
    const wanted = start >= now || state === 'hidden' ? paper.dim : state === 'omnipresent' ? paper.good : paper.warn
    if (wanted !== style) flush()
    style = wanted
    run += marks[state]
  }
  flush()
  return drawn
}

function legend(paper: Paper): string[] {
  const marks = paper.isAscii ? BARS.ascii : BARS.unicode
  const states: readonly RecordState[] = ['omnipresent', 'rumoured', 'unretentive', 'hidden']
  const text = states.map((state) => `${marks[state]} ${STATE_WORDS[state]}`).join(', ')
  const note = 'The order is right, lengths are not to scale; times are in UTC.'
  return [...fold(paper, text), ...fold(paper, note)].map(paper.dim)
}

function momentLines(paper: Paper, letter: string, { at, what }: TimelineMoment, now: number): string[] {
  const lead = `${letter}  ${second(at)}  `
  const lines = what.flatMap((text) => fold(paper, text, lead.length))
  return lines.map((line, index) => {
    const start = index === 0 ? lead : ' '.repeat(lead.length)
    return at > now ? paper.dim(start) + line : start + line
  })
}

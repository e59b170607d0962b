import { stripVTControlCharacters } from 'node:util'

/** Where text for a person goes: its width in columns, and the few styles we use. */
export interface Paper {
  /** Columns; Infinity where nobody folds lines (pipes and files). */
  readonly width: number
  readonly colored: boolean
  /** Drawings are to be made of ASCII characters alone. */
  readonly isAscii: boolean
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly good: (text: string) => string
  readonly warn: (text: string) => string
  readonly bad: (text: string) => string
}

/** A column of a table. */
export interface Column {
  readonly title: string
  readonly align?: 'right'
  /** Cut with an ellipsis at the front when the table is wider than the paper: for paths, whose end says most. */
  readonly shrink?: true
}

const GAP = '  '
/** Prose is folded here even on wider paper. */
const MEASURE = 96

/**
 * Paper for a stream: colours when asked, or by default on a terminal without NO_COLOR; drawings in ASCII where the
 * locale is not one of UTF-8.
 */
export function paperFor(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  color: string,
  environment: Readonly<Record<string, string | undefined>>,
): Paper {
  const isTerminal = stream.isTTY === true
  const colored =
    color === 'always' || (color !== 'never' && isTerminal && !environment.NO_COLOR && environment.TERM !== 'dumb')
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG
  const isAscii = environment.TERM === 'dumb' || (locale !== undefined && !/utf-?8/i.test(locale))
  return createPaper(isTerminal ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY, colored, isAscii)
}

/** Paper of that width; without colours its styles change nothing. */
export function createPaper(width: number, colored: boolean, isAscii = false): Paper {
  const style = (open: number, close: number) =>
    colored ? (text: string) => `\u001b[${open}m${text}\u001b[${close}m` : (text: string) => text
  return {
    width,
    colored,
    isAscii,
    bold: style(1, 22),
    dim: style(2, 22),
    good: style(32, 39),
    warn: style(33, 39),
    bad: style(31, 39),
  }
}

/** Columns that the text takes, escape sequences not counted. */
export function textWidth(text: string): number {
  return [...stripVTControlCharacters(text)].length
}

/** The text and blanks up to `width` columns. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

/** Text from files and servers made safe to print: control characters, which could steer a terminal, become `\xNN`. */
export function printable(text: string): string {
  return text.replace(/(?!\t)[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}

/** Aligned rows under dim titles, without lines around them. */
export function table(paper: Paper, columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((column, index) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[index] ?? '')), column.title.length),
  )
  shrinkToFit(paper, columns, widths)
  const line = (cells: readonly string[]) =>
    columns
      .map((column, index) => fitCell(cells[index] ?? '', widths[index]!, column))
      .join(GAP)
      .trimEnd()
  return [paper.dim(line(columns.map((column) => column.title))), ...rows.map(line)]
}

/** `label  text` lines with the texts aligned and folded under one another; of a list, only lines that are too wide are. */
export function labelled(
  paper: Paper,
  rows: readonly (readonly [label: string, text: string | readonly string[]])[],
  indent = '',
): string[] {
  const width = rows.reduce((widest, [label]) => Math.max(widest, textWidth(label)), 0)
  return rows.flatMap(([label, text]) => {
    const room = indent.length + width + GAP.length
    const folded = (each: string) => (room + textWidth(each) > paper.width ? fold(paper, each, room) : [each])
    const lines = typeof text === 'string' ? fold(paper, text, room) : text.flatMap(folded)
    return lines.map((line, index) => {
      const lead = index === 0 ? paper.dim(padEnd(label, width)) : ' '.repeat(width)
      return `${indent}${lead}${GAP}${line}`.trimEnd()
    })
  })
}

/** Folds prose at spaces so that it fits the paper beside an indentation; no word and no `command` is broken. */
export function fold(paper: Paper, text: string, indent = 0): string[] {
  const room = Math.max(24, Math.min(paper.width, MEASURE) - indent)
  const lines: string[] = []
  let line = ''
  for (const word of text.match(/[^\s`]*`[^`]*`\S*|\S+/g) ?? ['']) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > room) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

/** `1 zone`, `3 zones`; thousands are grouped. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? noun : plural}`
}

/** `12 s`, `3 min`, `5 h 10 min`, `2 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`
}

/** `2026-11-25 14:03:33`, in UTC. */
export function moment(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').slice(0, 19)
}

function fitCell(text: string, width: number, column: Column): string {
  const excess = textWidth(text) - width
  const fitting = excess > 0 ? `…${text.slice(excess + 1)}` : text
  const padding = ' '.repeat(Math.max(0, width - textWidth(fitting)))
  return column.align === 'right' ? padding + fitting : fitting + padding
}

function shrinkToFit(paper: Paper, columns: readonly Column[], widths: number[]): void {
  const total = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1)
  const index = columns.findIndex((column) => column.shrink)
  if (index < 0 || total <= paper.width) return
  widths[index] = Math.max(12, widths[index]! - (total - paper.width))
}

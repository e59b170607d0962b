import type { ReadFile, Root } from '../root/root.ts'

export interface Line {
  /** Counted from 1. */
  readonly number: number
  readonly text: string
}

/** The lines of a file that are neither empty nor a comment that begins with one of `marks`. */
export function linesOf(file: ReadFile, marks = '#'): readonly Line[] {
  return file.text
    .split('\n')
    .map((text, index) => ({ number: index + 1, text }))
    .filter(({ text }) => text.trim() !== '' && !marks.includes(text.trimStart()[0]!))
}

/** The file where it could be read; else undefined, and the run remembers why. */
export function readIfThere(root: Root, path: string): ReadFile | undefined {
  const reading = root.read(path)
  return reading.outcome === 'read' ? reading : undefined
}

/** The text with spaces instead of its block comments, so that lines stay where they are; one that never ends is none. */
export function withoutBlockComments(text: string, open: string, close: string): string {
  const pieces: string[] = []
  let from = 0
  for (let start = text.indexOf(open); start !== -1; start = text.indexOf(open, from)) {
    const end = text.indexOf(close, start + open.length)
    if (end === -1) break
    pieces.push(text.slice(from, start), text.slice(start, end + close.length).replace(/[^\n]/g, ' '))
    from = end + close.length
  }
  return `${pieces.join('')}${text.slice(from)}`
}

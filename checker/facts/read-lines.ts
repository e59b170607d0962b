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

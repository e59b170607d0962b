import type { Paper } from './paper.ts'

/** A terminal on which one picture takes the place of another. */
export interface Screen {
  readonly paper: Paper
  /** Lines that do not fit are left out at the end. */
  draw(lines: readonly string[]): void
}

interface Terminal {
  readonly isTTY?: boolean
  readonly rows?: number
  write(text: string): unknown
}

/** The screen behind an output; undefined where it is no terminal. */
export function screenOn(output: Terminal, paper: Paper): Screen | undefined {
  if (output.isTTY !== true) return undefined
  let isFirst = true
  return {
    paper,
    draw: (lines) => {
      // Some terminals that programs make have no rows at all.
      const shown = lines.slice(0, Math.max(1, (output.rows || 24) - 1))
      // Home, each line with what is behind it cleared, then all below: nothing flickers, and the last picture stays.
      const start = isFirst ? '\u001b[2J\u001b[H' : '\u001b[H'
      output.write(`${start}${shown.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`)
      isFirst = false
    },
  }
}

import { describe, expect, it } from 'vitest'
import { createPaper } from '../../console/paper.ts'
import { describeProblems } from '../../console/problems.ts'
import type { FileProblem } from '../../zones/file-problem.ts'

const PAPER = createPaper(80, false)

function shown(line: string, column: number, found: string, paper = PAPER): string[] {
  const problem: FileProblem = {
    severity: 'error',
    file: '/z/a.zone',
    line: 12,
    column,
    found,
    expected: 'x',
    remedy: '',
  }
  return describeProblems(paper, [problem], () => Buffer.from(line), '/z')
}

/** The text that the mark stands under. */
function marked(lines: readonly string[]): string {
  const start = lines[2]!.indexOf('^')
  return [...lines[1]!].slice(start, start + lines[2]!.trimEnd().length - start).join('')
}

describe('problems', () => {
  it('gives place, line, mark, and what to do', () => {
    const problem: FileProblem = {
      severity: 'warning',
      file: '/z/a.zone',
      line: 3,
      column: 5,
      found: '"b"',
      expected: 'c',
      remedy: 'Write c.',
    }
    expect(describeProblems(PAPER, [problem], () => Buffer.from('www b'), '/z')).toEqual([
      'a.zone:3:5 warning',
      '  3 │ www b',
      '    │     ^',
      '  found     "b"',
      '  expected  c',
      '  mend      Write c.',
      '',
    ])
  })

  it.each([
    ['www A 1.2.3', 7, '"1.2.3"', '1.2.3'],
    ['\twww\tA\t1.2.3', 8, '"1.2.3"', '1.2.3'],
    ['bücher TXT x', 13, '"x"', 'x'],
    ['t TXT "two words" y', 7, 'the string "two words"', '"two words"'],
    ['www A ; nothing', 1, 'no address', 'www'],
  ])('marks what was found in %j', (line, column, found, expected) => {
    expect(marked(shown(line, column, found))).toBe(expected)
  })

  it('marks the end of a line that ends too early', () => {
    const lines = shown('mail MX 10', 11, 'the end of the record')
    expect(lines[2]!.indexOf('^')).toBe(lines[1]!.length)
  })

  it('keeps what was found in sight on a long line, within the width', () => {
    const line = `${'a'.repeat(300)} wrong ${'b'.repeat(300)}`
    const lines = shown(line, 302, '"wrong"')
    expect(marked(lines)).toBe('wrong')
    for (const each of lines) expect([...each].length).toBeLessThanOrEqual(80)
    expect([...shown('c'.repeat(500), 1, '"ccc…"')[2]!].length).toBeLessThanOrEqual(80)
  })

  it('never lets a file steer the terminal', () => {
    const text = shown('a \u001b]0;owned\u0007 \u009b31m \u202egnp.exe', 3, '"\u001b[31m"').join('\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(text).toContain('\\x1b]0;owned\\x07')
  })

  it('does without the line when the file is gone or the place is the whole file', () => {
    const problem: FileProblem = {
      severity: 'error',
      file: 'a',
      line: 0,
      column: 0,
      found: 'no file',
      expected: 'one',
      remedy: '',
    }
    expect(describeProblems(PAPER, [problem], () => undefined, '/')[0]).toBe('a error')
    expect(describeProblems(PAPER, [{ ...problem, line: 7 }], () => undefined, '/')[0]).toBe('a:7 error')
  })
})

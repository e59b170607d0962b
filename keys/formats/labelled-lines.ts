/*
 * `Name: value`, a line each: what BIND's .private and .state files are made of.
 */
import { fail, type KeyFile, type Line, linesOf, quote } from './key-file.ts'

/** What stands behind a name. */
export interface LabelledValue {
  readonly text: string
  readonly line: number
}

/** By name as written; names are told apart whatever their case. */
export interface LabelledLines {
  get(name: string): LabelledValue | undefined
}

/** Reads a file of labelled lines; `;` and `#` begin comments. Throws where a line has no label, or a label comes twice. */
export function readLabelledLines(file: KeyFile): LabelledLines {
  const values = new Map<string, LabelledValue>()
  for (const line of linesOf(file)) {
    const text = line.text.trim()
    if (text === '' || text.startsWith(';') || text.startsWith('#')) continue
    const { name, value } = splitLine(file.file, { ...line, text })
    const before = values.get(name.toLowerCase())
    if (before !== undefined) {
      const remedy = 'Keep the one that is right.'
      fail(file.file, {
        line: line.number,
        found: `"${name}" again, after line ${before.line}`,
        expected: 'it once',
        remedy,
      })
    }
    values.set(name.toLowerCase(), { text: value, line: line.number })
  }
  return { get: (name) => values.get(name.toLowerCase()) }
}

/** Unix seconds of `20261125163008`, with or without more behind it; 0 is BIND's word for never. */
export function timeOf(file: string, name: string, { text, line }: LabelledValue): number | undefined {
  if (text === '0') return undefined
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)( \(.*\))?$/.exec(text)
  const [year, month, day, hour, minute, second] = (parts?.slice(1, 7) ?? []).map(Number)
  const at = parts === null ? Number.NaN : Date.UTC(year!, month! - 1, day, hour, minute, second)
  const isReal = !Number.isNaN(at) && parts !== null && printTime(at / 1000) === parts.slice(1, 7).join('')
  if (isReal) return at / 1000
  return fail(file, { line, found: `${quote(text)} behind ${name}`, expected: 'a time as YYYYMMDDHHMMSS, in UTC' })
}

/** A time as BIND writes it: `20261125163008`. */
export function printTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000)
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(/[-T:]/g, '')
}

/** The number that the value is, or begins with: `13 (ECDSAP256SHA256)`. */
export function numberOf(file: string, name: string, { text, line }: LabelledValue, most: number): number {
  const digits = /^(\d{1,10})(\s|$)/.exec(text)?.[1]
  const number = Number(digits)
  if (digits !== undefined && number <= most) return number
  return fail(file, { line, found: `${quote(text)} behind ${name}`, expected: `a number from 0 to ${most}` })
}

function splitLine(file: string, { number, text }: Line): { name: string; value: string } {
  const parts = /^([A-Za-z][A-Za-z0-9-]{0,40}):\s*(.*)$/.exec(text)
  if (parts !== null) return { name: parts[1]!, value: parts[2]! }
  // What stands here may be part of a private key.
  const remedy = 'The file may be damaged, or of two lines made one: fetch it again from where it was made.'
  return fail(file, { line: number, found: 'a line without a name', expected: 'lines such as "Algorithm: 13"', remedy })
}

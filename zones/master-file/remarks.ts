/*
 * Comments that are meant for Veil: `; veil: allow private-address "the VPN uses it"`. What they say is read elsewhere;
 * here they are only found, and told which record they stand at.
 */
import { endOfComment, KINDS, Kind } from './characters.ts'
import type { Scanner } from './scanner.ts'

/** A comment to Veil itself. */
export interface Remark {
  /** Line and column, from 1, of its semicolon. */
  readonly line: number
  readonly column: number
  /** What stands behind `veil:`. */
  readonly text: string
  /** Line at which the record begins that it stands at; 0: it stands in front of the next one, if there is one. */
  record: number
}

/** Where the line ends that a comment begins at `position` of; a remark to Veil is kept. */
export function passComment(scanner: Scanner, position: number, record: number): number {
  const { octets, line, lineStart, remarks } = scanner
  const end = endOfComment(octets, position)
  let start = position + 1
  while (KINDS[octets[start]!] === Kind.Blank) start++
  if (octets[start] !== REMARK[0] || octets.compare(REMARK, 0, REMARK.length, start, start + REMARK.length) !== 0)
    return end
  const text = octets.toString('utf8', start + REMARK.length, end).trimEnd()
  remarks.push({ line, column: position - lineStart + 1, text, record })
  return end
}

/** Gives the remarks in front of the record that begins now to that record. */
export function joinRemarks({ remarks, line }: Scanner): void {
  for (let i = remarks.length - 1; i >= 0 && remarks[i]!.record === 0; i--) remarks[i]!.record = line
}

const REMARK = Buffer.from('veil:')

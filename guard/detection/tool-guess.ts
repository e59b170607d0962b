import type { Incident } from '../incident.ts'
import { LabelShape } from '../label-shape.ts'
import { Habit } from './tracks.ts'

/** What somebody showed of the program that asks in its name. */
export interface Manners {
  /** Bits by `LabelShape`, of probes. */
  readonly shapes: number
  /** Bits of `Habit`. */
  readonly habits: number
}

/** The program that asks like this, the most telling sign first; undefined: it might be any. */
export function guessTool({ shapes, habits }: Manners): Incident['tool'] {
  for (const { shape, name, why } of BY_PROBE) if ((shapes & (1 << shape)) !== 0) return { name, why }
  const has = (bits: number) => (habits & bits) === bits
  if (has(Habit.Cname | Habit.A | Habit.Aaaa)) {
    return { name: 'amass', why: 'it asks for CNAME, A and AAAA of each name' }
  }
  if (has(Habit.Recursion | Habit.Sorted) && !has(Habit.Aaaa)) {
    const hasProbed = (shapes & (1 << LabelShape.Letters)) !== 0
    if (hasProbed) return { name: 'dnsenum', why: 'it asked for twelve random letters, then for A of a sorted list' }
    return { name: 'dnsenum or fierce', why: 'it asks for A alone, with recursion desired, in alphabetical order' }
  }
  if (has(Habit.Recursion | Habit.Sorted | Habit.Aaaa)) {
    return { name: 'dnsrecon', why: 'it asks for A and AAAA, with recursion desired, in alphabetical order' }
  }
  if (has(Habit.Recursion | Habit.Aaaa)) {
    return { name: 'gobuster or nmap', why: 'it asks for A and AAAA of each name, with recursion desired' }
  }
  return undefined
}

const BY_PROBE = [
  { shape: LabelShape.Uuid, name: 'gobuster', why: 'it asked for a random UUID, as gobuster does first' },
  {
    shape: LabelShape.Xid,
    name: 'dnsx, subfinder or shuffledns',
    why: 'it asked for an xid, as tools of ProjectDiscovery do',
  },
  {
    shape: LabelShape.Canary,
    name: 'bbot',
    why: 'it asked for words with eight random letters behind them, as bbot does',
  },
  {
    shape: LabelShape.Alphanumeric16,
    name: 'puredns',
    why: 'it asked for 16 random letters and digits, as puredns does',
  },
  { shape: LabelShape.Digits, name: 'fierce', why: 'it asked for a number of eleven digits, as fierce does first' },
] as const

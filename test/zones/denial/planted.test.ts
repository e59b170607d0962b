import { describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import { DenialMode, type DenialRecord, WildcardStyle } from '../../../zones/denial/denial.ts'
import {
  APEX,
  APEX_RECORDS,
  around,
  askProof,
  type Denier,
  findFaultsOfDenial,
  makeDenier,
  worldImage,
} from './denying.ts'
import { type Key, labelKey, makeWorld } from './model.ts'

const named = (...labels: string[]): Key =>
  APEX +
  labels
    .reverse()
    .map((label) => labelKey([...Buffer.from(label, 'latin1')]))
    .join('')

const RECORDS: readonly (readonly [Key, number])[] = [
  [named('www'), Type.A],
  [named('www'), Type.CAA],
  [named('b', 'ent'), Type.A],
  [named('*', 'wild'), Type.A],
  [named('cut'), Type.NS],
  [named('ns', 'cut'), Type.A],
  [named('dname'), Type.DNAME],
]
const WORLD = makeWorld(APEX, [...APEX_RECORDS, ...RECORDS])
const PROBES = [...new Set([...WORLD.names.keys()].flatMap(around))].sort((a, b) => (a < b ? -1 : 1))

/** Mistakes that a denial could make, each in one record of it. */
const MISTAKES: { [what: string]: { question: Key; type: number; spoil: (records: Denier['denial']) => void } } = {
  'runs on to the apex': { question: named('aaa'), type: Type.A, spoil: ({ records }) => toApex(records[0]!) },
  'runs on to a name below the one that is asked for': {
    question: named('aaa'),
    type: Type.A,
    spoil: ({ records }) => prependToNext(records[0]!),
  },
  'says nothing of the wildcard': {
    question: named('aaa'),
    type: Type.A,
    spoil: (denial) => {
      denial.count = 1
    },
  },
  'says nothing of the name': {
    question: named('aaa'),
    type: Type.A,
    spoil: (denial) => {
      denial.count = 1
      Object.assign(denial.records[0]!, denial.records[1]!)
    },
  },
  'begins below the name before': {
    question: named('wwx'),
    type: Type.A,
    spoil: ({ records }) => setOwner(records[0]!, 'www'),
  },
  'lacks a type': { question: named('www'), type: Type.TXT, spoil: ({ records }) => dropLastOctet(records[0]!) },
  'claims a type too many': {
    question: named('www'),
    type: Type.TXT,
    spoil: ({ records }) => addType(records[0]!, Type.TXT),
  },
  'gives an empty non-terminal for absent': {
    question: named('ent'),
    type: Type.A,
    spoil: ({ records }) => toApex(records[0]!),
  },
  'claims a DS': { question: named('cut'), type: Type.A, spoil: ({ records }) => addType(records[0]!, Type.DS) },
  'makes the cut the apex of a zone': {
    question: named('cut'),
    type: Type.A,
    spoil: ({ records }) => addType(records[0]!, Type.SOA),
  },
  'ends at the next name of the child': {
    question: named('ns', 'cut'),
    type: Type.A,
    spoil: ({ records }) => setOwner(records[0]!, 'ns', 'cut'),
  },
}

describe('the judge of denials', () => {
  it.each(Object.entries(MISTAKES))('notices a record that %s', (_, { question, type, spoil }) => {
    const denier = makeDenier(WORLD, worldImage(RECORDS), PROBES, DenialMode.WhiteLies, WildcardStyle.Flat)
    askProof(denier, question, type)
    expect(findFaultsOfDenial(denier, question, type)).toEqual([])
    spoil(denier.denial)
    expect(findFaultsOfDenial({ ...denier, seen: new Map() }, question, type)).not.toEqual([])
  })

  it.each([0, 1, 2])('notices that NSEC3 record %i of three is missing', (missing) => {
    const denier = makeDenier(WORLD, worldImage(RECORDS), PROBES, DenialMode.Nsec3WhiteLies, WildcardStyle.Flat)
    askProof(denier, named('x', 'www'), Type.A)
    expect(denier.denial.count).toBe(3)
    expect(findFaultsOfDenial(denier, named('x', 'www'), Type.A)).toEqual([])
    const kept = denier.denial.records.filter((_, i) => i !== missing)
    const denial = { count: 2, records: kept }
    expect(findFaultsOfDenial({ ...denier, denial }, named('x', 'www'), Type.A)).toEqual([
      expect.stringContaining('proves nothing'),
    ])
  })

  it('notices an NSEC3 record that covers a name', () => {
    const denier = makeDenier(WORLD, worldImage(RECORDS), PROBES, DenialMode.Nsec3WhiteLies, WildcardStyle.Flat)
    askProof(denier, named('aaa'), Type.A)
    const { rdata } = denier.denial.records[1]!
    for (let i = 6; i < 26; i++) rdata[i] = 0xff
    expect(findFaultsOfDenial(denier, named('aaa'), Type.A)).not.toEqual([])
  })

  it('notices two records behind one signature', () => {
    const denier = makeDenier(WORLD, worldImage(RECORDS), PROBES, DenialMode.WhiteLies, WildcardStyle.Flat)
    askProof(denier, named('aaa'), Type.A)
    expect(findFaultsOfDenial(denier, named('aaa'), Type.A)).toEqual([])
    askProof(denier, named('bbb'), Type.A)
    denier.denial.records[0]!.kind = denier.denial.records[1]!.kind
    denier.denial.records[0]!.label = denier.denial.records[1]!.label
    expect(findFaultsOfDenial(denier, named('bbb'), Type.A)[0]).toContain('is not the record')
  })
})

function nextLength({ rdata }: DenialRecord): number {
  let at = 0
  while (rdata[at] !== 0) at += rdata[at]! + 1
  return at + 1
}

function replaceNext(record: DenialRecord, next: Uint8Array): void {
  const types = record.rdata.slice(nextLength(record), record.rdataLength)
  record.rdata.set(next)
  record.rdata.set(types, next.length)
  record.rdataLength = next.length + types.length
}

function toApex(record: DenialRecord): void {
  replaceNext(record, Uint8Array.from([7, ...Buffer.from('example'), 0]))
}

/** `z.` and the next name. */
function prependToNext(record: DenialRecord): void {
  replaceNext(record, Uint8Array.from([1, 0x7a, 3, 0x61, 0x61, 0x61, 7, ...Buffer.from('example'), 0]))
}

function setOwner(record: DenialRecord, ...labels: string[]): void {
  const octets = labels.flatMap((label) => [label.length, ...Buffer.from(label)])
  record.prefix.set(octets)
  record.prefixLength = octets.length
  record.prefixLabels = labels.length
  // The questions are one or two labels long.
  record.suffix = record.suffix === 0 ? labels.length : record.suffix
}

/** CAA alone is in the last window. */
function dropLastOctet(record: DenialRecord): void {
  record.rdataLength -= 3
}

function addType(record: DenialRecord, type: number): void {
  record.rdata[nextLength(record) + 2 + (type >> 3)]! |= 0x80 >> (type & 7)
}

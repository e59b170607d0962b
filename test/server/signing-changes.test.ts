import { describe, expect, test } from 'vitest'
import type { LoadedZone, LoadedZones } from '../../server/loading/load-zones.ts'
import { signingChanges, unusedKeys } from '../../server/signing-changes.ts'

type Kind = LoadedZone['dnssec']['kind']

/** Loads of zones of which only the signing matters. */
function loaded(zones: Readonly<Record<string, Kind>>, views = [{}]): LoadedZones {
  const all = Object.entries(zones).map(([name, kind]) => ({ name, dnssec: { kind }, views }))
  return { views: [], zones: all as unknown as LoadedZone[] }
}

const notes = (before: Kind, after: Kind) => signingChanges(loaded({ 'a.test.': before }), loaded({ 'a.test.': after }))

describe('what a reload says of signing', () => {
  test.each<[Kind, Kind, string]>([
    ['signed', 'off', 'Not signed any more: a.test.'],
    ['presigned', 'off', 'Not signed any more: a.test.'],
    ['presigned', 'signed', "Signed with keys of Veil's now, no longer elsewhere: a.test."],
    ['signed', 'presigned', 'Served as signed elsewhere now: a.test.'],
  ])('warns of %s to %s: a DS at the parent would have every answer rejected', (before, after, lead) => {
    const [note, ...others] = notes(before, after)
    expect(note).toMatchObject({ isRisky: true, text: expect.stringContaining(lead) })
    expect(note!.text).toContain('validating resolvers reject every answer')
    expect(note!.text).toContain('`dnsctl reload`')
    expect(others).toEqual([])
  })

  test('is nothing where nothing changed, where a zone comes presigned, or goes', () => {
    for (const kind of ['off', 'signed', 'presigned'] as const) expect(notes(kind, kind)).toEqual([])
    expect(notes('off', 'presigned')).toEqual([])
    expect(signingChanges(loaded({ 'a.test.': 'signed' }), loaded({}))).toEqual([])
    expect(signingChanges(loaded({}), loaded({ 'a.test.': 'signed' }, []))).toEqual([])
  })

  test('names new zones that are signed, but not all of many', () => {
    const names = Array.from({ length: 8 }, (_, index) => [`z${index}.test.`, 'signed'] as const)
    expect(signingChanges(loaded({}), loaded(Object.fromEntries(names)))).toEqual([
      {
        isRisky: false,
        text: 'Signed now: z0.test, z1.test, z2.test, z3.test, z4.test and 3 more. `dnsctl key ds` shows what to give to the registrar.',
      },
    ])
  })
})

describe('what a start says of signing', () => {
  test('is which zones have keys and are not signed, for their DS may still be at the parent', () => {
    const zones = loaded({ 'a.test.': 'off', 'b.test.': 'signed', 'c.test.': 'off', 'd.test.': 'presigned' })
    const [note, ...others] = unusedKeys(['a.test.', 'b.test.', 'd.test.', 'gone.test.'], zones)
    expect(note).toContain('Not signed, though there are keys: a.test. Where the parent')
    expect(others).toEqual([])
    expect(unusedKeys(['b.test.'], zones)).toEqual([])
  })
})

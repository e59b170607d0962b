import { describe, expect, test } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { findPlaces } from '../../server/record-places.ts'
import { wireName } from '../helpers/zone.ts'
import { presignedProjection, signedLines } from '../zones/presigned/presigned-zone.ts'

const linesOf = (lines: readonly string[], pattern: RegExp) =>
  lines.flatMap((line, index) => (pattern.test(line) ? [index + 1] : []))

describe.each(['nsec', 'nsec3'] as const)('the places of records of a presigned zone with %s', (chain) => {
  const lines = signedLines(chain)
  const projection = presignedProjection(lines)
  const places = (name: string, type: number) =>
    findPlaces(projection, wireName(name), type, undefined).map(({ line }) => line)

  test('are those of its signatures too, of all that cover something of the name', () => {
    expect(places('mail.example.', Type.RRSIG)).toEqual(linesOf(lines, /^mail\.example\.\s+\d+\s+IN\s+RRSIG\s/))
    expect(places('mail.example.', Type.RRSIG).length).toBeGreaterThan(0)
    expect(places('absent.example.', Type.RRSIG)).toEqual([])
  })

  test('are those of its data, and of its chain', () => {
    expect(places('mail.example.', Type.A)).toEqual(linesOf(lines, /^mail\.example\.\s+\d+\s+IN\s+A\s/))
    const type = chain === 'nsec' ? Type.NSEC : Type.NSEC3
    const owner = lines.find((line) => new RegExp(`\\sIN\\s+${chain.toUpperCase()}\\s`).test(line))!.split(/\s/)[0]!
    expect(places(owner, type)).toHaveLength(1)
  })
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hasErrors } from '../../../zones/file-problem.ts'
import { openImage } from '../../../zones/image/image.ts'
import { projectPresigned } from '../../../zones/presigned/project-presigned.ts'
import { NOW, presignedImage, readLines, signedLines } from './presigned-zone.ts'

const LINES = { nsec: signedLines('nsec'), nsec3: signedLines('nsec3') }

/** One thing done to one line. */
const mutation = fc.record({
  at: fc.nat(200),
  kind: fc.constantFrom('remove', 'repeat', 'type', 'owner', 'digits', 'word', 'raw'),
  number: fc.nat(0xffff),
})

it('a presigned file is refused or served whatever becomes of its lines, and nothing throws', () => {
  let served = 0
  fc.assert(
    fc.property(
      fc.constantFrom('nsec' as const, 'nsec3' as const),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      (chain, mutations) => {
        const lines = mutations.reduce<string[]>(mutated, [...LINES[chain]])
        const read = readLines(lines)
        const { projection, problems } = projectPresigned(read, NOW)
        if (hasErrors([...read.problems, ...problems])) return
        served++
        const { memory, length } = presignedImage(projection)
        expect(openImage(memory, length).presigned).toBeGreaterThan(0)
      },
    ),
    { numRuns: 400 },
  )
  expect(served).toBeGreaterThan(10)
})

function mutated(lines: string[], { at, kind, number }: { at: number; kind: string; number: number }): string[] {
  const index = at % lines.length
  const line = lines[index] ?? ''
  const replaced = (by: string): string[] => lines.with(index, by)
  const words = line.split(/\s+/)
  switch (kind) {
    case 'remove':
      return lines.toSpliced(index, 1)
    case 'repeat':
      return lines.toSpliced(index, 0, line)
    case 'type':
      return replaced(line.replace(/\t(A|NSEC3?|RRSIG|NS|DS|CNAME|NSEC3PARAM|DNSKEY)\t/, `\tTYPE${number}\t`))
    case 'owner':
      return replaced(line.replace(/^[^\t]*/, lines[number % lines.length]!.split('\t')[0]!))
    case 'digits':
      return replaced(line.replace(/\d+(?=[^\d]*$)/, String(number)))
    case 'word':
      return replaced(words.with(number % words.length, words[(number >> 4) % words.length]!).join('\t'))
    default:
      return replaced(
        line.replace(/(RRSIG|NSEC3?|DNSKEY|NSEC3PARAM)\t.*/, `$1\t\\# 4 0001${number.toString(16).padStart(4, '0')}`),
      )
  }
}

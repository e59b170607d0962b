import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPaper, duration, fold, labelled, printable, table, textWidth } from '../../console/paper.ts'

describe('paper', () => {
  it('aligns columns, numbers to the right', () => {
    const columns = [{ title: 'ZONE' }, { title: 'RECORDS', align: 'right' }, { title: 'FILE' }] as const
    const rows = [
      ['a.', '7', 'a.zone'],
      ['longer.example.', '12,345', 'b'],
    ]
    expect(table(createPaper(80, false), columns, rows)).toEqual([
      'ZONE             RECORDS  FILE',
      'a.                     7  a.zone',
      'longer.example.   12,345  b',
    ])
  })

  it('shortens the column that may shrink, from its front', () => {
    const columns = [{ title: 'A' }, { title: 'FILE', shrink: true }] as const
    const lines = table(createPaper(24, false), columns, [['name', '/very/long/path/to/example.com.zone']])
    expect(lines[1]).toBe('name  …/example.com.zone')
  })

  it('folds at spaces, never within a command', () => {
    const paper = createPaper(30, false)
    expect(fold(paper, 'then run `dnsctl zone check --config veil.yaml` and see')).toEqual([
      'then run',
      '`dnsctl zone check --config veil.yaml`',
      'and see',
    ])
  })

  it('keeps every word of a text, in order', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(words, fc.integer({ min: 30, max: 100 }), (text, width) => {
        const lines = fold(createPaper(width, false), text.join(' '))
        expect(lines.join(' ')).toBe(text.join(' '))
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('does not count colours as width', () => {
    const paper = createPaper(80, true)
    const [first, second] = labelled(paper, [
      ['a', paper.good('text')],
      ['longer', 'text'],
    ])
    expect(textWidth(first!)).toBe(textWidth(second!))
  })

  it('prints nothing that steers a terminal', () => {
    const steering = /(?!\t)[\p{Cc}\p{Cf}]/u
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(steering.test(printable(text))).toBe(false)
      }),
    )
  })

  it.each([
    [59, '59 s'],
    [60, '1 min'],
    [3600, '1 h'],
    [3660, '1 h 1 min'],
    [90_000, '1 d 1 h'],
    [-5, '0 s'],
  ])('says %d seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text)
  })
})

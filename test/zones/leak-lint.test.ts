import { describe, expect, it } from 'vitest'
import type { FileProblem } from '../../zones/file-problem.ts'
import { lintLeaks } from '../../zones/leak-lint.ts'
import { wireName, zoneProjection } from '../helpers/zone.ts'

const BASE = `$TTL 300
@ SOA ns1 host 1 2 3 4 5
@ NS ns1
ns1 A 192.0.2.1
`

/** Lints a public view whose TXT record holds `text`, beside an internal one that also has db.example.com. */
function lintText(text: readonly string[]): FileProblem[] {
  const base = `${BASE}info TXT ${text.map((string) => `"${string}"`).join(' ')}\n`
  const views = new Map([
    ['public', zoneProjection('example.com', base)],
    ['internal', zoneProjection('example.com', base, { overlay: '$TTL 300\ndb A 10.0.0.1\n' })],
  ])
  return lintLeaks([{ apex: wireName('example.com'), projections: views }], [...views.keys()])[0]!
}

describe('names in text', () => {
  it.each([
    'db.example.com',
    'see DB.Example.com.',
    'v=spf1 -include:db.example.com',
    '-db.example.com',
    '--db.example.com/x',
    'foo-.db.example.com',
    'https://db.example.com:8443/',
  ])('are found in %s', (text) => {
    expect(lintText([text])).toMatchObject([{ severity: 'warning' }])
  })

  it.each(['xdb.example.com', 'db.example.org', 'db-.example.com', 'db', 'x-db.example.com'])(
    'are not seen in %s',
    (text) => {
      expect(lintText([text])).toEqual([])
    },
  )

  it.each(['a', 'a-', '_', '-a', 'a.', '.a-'])('cost no time by the square: 30,000 octets of %s', (piece) => {
    const begin = performance.now()
    lintText(Array(120).fill(piece.repeat(250 / piece.length)))
    expect(performance.now() - begin).toBeLessThan(20_000)
  })
})

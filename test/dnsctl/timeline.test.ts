import { describe, expect, it } from 'vitest'
import { createPaper, paperFor, textWidth } from '../../console/paper.ts'
import { drawTimeline, type Timeline } from '../../dnsctl/keys/timeline-drawing.ts'
import { columnsFor } from '../../dnsctl/keys/timeline-scale.ts'
import { chainEntry, type HistoryDraft, type HistoryEntry } from '../../keys/key-history.ts'
import type { ReportedKey } from '../../server/keys/rollover-protocol.ts'
import { kskRoll, NOON } from '../helpers/rollover-reports.ts'
import { deskWith } from './rollover-server.ts'

const DAY = 86_400
const PROOF: Timeline = {
  ...{ from: NOON - 600, to: NOON + 3 * DAY, now: NOON + 60 },
  rows: [
    {
      ...{ key: 'zsk 41021', record: 'DNSKEY' },
      spans: [
        { from: 0, state: 'omnipresent' },
        { from: NOON + DAY, state: 'unretentive' },
        { from: NOON + 2 * DAY, state: 'hidden' },
      ],
    },
    { key: 'zsk 50812', record: 'DNSKEY', spans: [{ from: NOON, state: 'rumoured' }] },
  ],
  moments: [
    { at: NOON, what: ['zsk 50812 is published in the key set'] },
    { at: NOON + DAY, what: ['zsk 41021 is taken out of the key set'] },
    { at: NOON + 2 * DAY, what: ['no cache has zsk 41021 any more'] },
  ],
}

describe('a timeline', () => {
  it('is drawn in bars, with letters where something changes', () => {
    expect(drawTimeline(createPaper(60, false), PROOF).join('\n')).toBe(`                       now
                        ▼
                      a             b           c
zsk 41021  DNSKEY  █████████████████░░░░░░░░░░░░············
zsk 50812  DNSKEY  ···▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒

█ everywhere, ▒ spreading, ░ leaving, · nowhere
The order is right, lengths are not to scale; times are in
UTC.

a  2026-11-25 12:00:00  zsk 50812 is published in the key
                        set
b  2026-11-26 12:00:00  zsk 41021 is taken out of the key
                        set
c  2026-11-27 12:00:00  no cache has zsk 41021 any more`)
  })

  it('is drawn in ASCII for who has nothing else', () => {
    const lines = drawTimeline(createPaper(80, false, true), PROOF)
    expect(lines.join('\n')).toMatch(/zsk 41021 {2}DNSKEY {2}#+-+\.+\n/)
    expect(lines.join('')).toMatch(/^[ -~]*$/)
    const stream = { isTTY: true, columns: 80 }
    expect(paperFor(stream, 'auto', { LANG: 'C' }).isAscii).toBe(true)
    expect(paperFor(stream, 'auto', { LANG: 'de_DE.UTF-8' }).isAscii).toBe(false)
    expect(paperFor(stream, 'auto', { LC_ALL: 'POSIX', LANG: 'de_DE.UTF-8' }).isAscii).toBe(true)
    expect(paperFor(stream, 'auto', {}).isAscii).toBe(false)
  })

  it.each([50, 80, 120, 200])('fits %i columns', (width) => {
    for (const colored of [false, true]) {
      const lines = drawTimeline(createPaper(width, colored), PROOF)
      expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width)
    }
  })

  it('keeps moments apart that are seconds from each other among weeks', () => {
    const moments = [0, 1, 2, 3, 1_000_000].map((at) => ({ at }))
    const scale = columnsFor({ from: -10, to: 2_000_000, now: 2.5, moments }, 60)
    const columns = moments.map(({ at }) => scale.columnOf(at))
    expect(new Set(columns).size).toBe(columns.length)
    expect([...columns].sort((a, b) => a - b)).toEqual(columns)
    expect(scale.width).toBeLessThanOrEqual(60)
    for (let column = 0; column < scale.width; column++) {
      expect(scale.columnOf(scale.startOf(column) + 1e-6)).toBe(column)
    }
  })

  it('holds more moments than there are columns', () => {
    const moments = Array.from({ length: 500 }, (_, at) => ({ at }))
    const scale = columnsFor({ from: -1, to: 500, now: 250, moments }, 24)
    expect(scale.width).toBeLessThanOrEqual(24)
    for (const { at } of moments) expect(scale.columnOf(at)).toBeLessThan(scale.width)
  })
})

describe('dnsctl key timeline', () => {
  const [first, young, zsk] = kskRoll().keys as [ReportedKey, ReportedKey, ReportedKey]
  const old = { ...first, created: NOON - 300 * DAY }
  const report = { ...kskRoll(), keys: [old, young, zsk] }
  const draft: HistoryDraft = {
    ...{ at: young.created, epoch: 1, by: 'operator', what: 'ksk 7714 was made' },
    transitions: [{ key: young.id, record: 'dnskey', from: 'hidden', to: 'rumoured' }],
    changes: [{ kind: 'make', role: 'ksk', algorithm: 13, duty: 'active', replaces: old.id }],
  }
  const history: readonly HistoryEntry[] = [chainEntry('example.com.', undefined, draft)]

  it('joins what has happened to what is foreseen', async () => {
    const desk = await deskWith({ rollovers: () => [report], 'key-history': () => history }, NOON + 600)
    const { stdout } = await desk.run(['key', 'timeline', 'example.com', '--ascii'], {
      ...{ columns: 80, environment: { NO_COLOR: '1' } },
    })
    expect(stdout).toContain('example.com: ksk 20331 → 7714; waits for the parent')
    expect(stdout).toMatch(/a {2}2026-11-24 12:00:00 {2}a ksk of algorithm 13 is made, to replace ksk 20331\n/)
    expect(stdout).toMatch(/b {2}2026-11-26 15:00:00 {2}no validator has the DS of ksk 20331 any more\n/)
    expect(stdout).toMatch(/ksk 20331 {2}DNSKEY {6}#+-+\.+\n/)
    const { timeline } = JSON.parse((await desk.run(['key', 'timeline', 'example.com', '--json'])).stdout)
    expect(timeline.moments).toHaveLength(3)
    expect(timeline.rows).toHaveLength(8)
  })
})

import type { Incident } from '../../guard/incident.ts'

/** An incident as it might have been, but for what the test says. */
export function incidentWith(change: Partial<Incident> = {}): Incident {
  const figure = { count: 300, isEstimate: false }
  const source = { address: '192.0.2.7', prefix: '192.0.2.7/32', isProved: false, score: 30 }
  return {
    ...{ id: '20261125-1', kind: 'enumeration', zone: 'example.com.', view: 'public' },
    ...{
      start: Date.UTC(2026, 10, 25, 13, 7),
      lastSeen: Date.UTC(2026, 10, 25, 13, 9),
      reopened: 0,
      isSpread: false,
      isProved: false,
    },
    sources: [{ ...source, absentNames: figure, queries: figure }],
    ...{ sourceCount: { count: 1, isEstimate: false }, queries: figure, absentNames: figure },
    ...{ recognisedAfter: { count: 31, isEstimate: false }, wordList: { asked: 120, of: 2674 }, score: 30 },
    learned: { names: ['www.example.com.', 'mail.example.com.'], count: { count: 2, isEstimate: false } },
    evidence: [
      { reason: 'words', points: 30, text: 'asked for 120 of our 2,674 common host names that are not there' },
    ],
    measures: [{ at: Date.UTC(2026, 10, 25, 13, 8), text: '192.0.2.7/32: a tenth of the answers about absent names' }],
    ...change,
  }
}

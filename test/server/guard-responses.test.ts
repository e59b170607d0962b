import { describe, expect, it } from 'vitest'
import type { Incident } from '../../guard/incident.ts'
import { Reaction } from '../../guard/reaction.ts'
import { formatPrefix } from '../../server/address.ts'
import type { ResponsePolicy } from '../../server/configuration/detection-types.ts'
import { describeMeasure, measuresFor } from '../../server/guard/responses.ts'
import { incidentWith } from '../helpers/incidents.ts'

function incident(change: Partial<Incident> = {}, prefix = '192.0.2.7/32'): Incident {
  const [source] = incidentWith().sources
  return incidentWith({ sources: [{ ...source!, prefix }], ...change })
}

function wanted(incidents: readonly Incident[], policy: ResponsePolicy, spared = false) {
  const { starved, zones } = measuresFor(
    incidents,
    () => policy,
    () => spared,
  )
  return {
    starved: starved.map(({ prefix }) => formatPrefix(prefix)),
    zones: [...zones.values()].map(({ response }) => response),
  }
}

const zone = (reaction: Reaction, more = {}) => [{ reaction, sparesProved: true, cells: false, decoys: false, ...more }]

describe('what is done about an incident', () => {
  it.each([
    ['auto', [], ['192.0.2.7/32']],
    ['budget', [], ['192.0.2.7/32']],
    ['tc', zone(Reaction.Truncate), ['192.0.2.7/32']],
    ['drop', zone(Reaction.Drop), ['192.0.2.7/32']],
    ['refused', zone(Reaction.Refuse), ['192.0.2.7/32']],
    ['cells', zone(Reaction.None, { cells: true }), ['192.0.2.7/32']],
    ['decoys', zone(Reaction.None, { decoys: true }), ['192.0.2.7/32']],
    ['none', [], []],
  ] as const)(
    'by a source with `%s`: starves it, and does in the zone what the policy says',
    (policy, zones, starved) => {
      expect(wanted([incident()], policy)).toEqual({ starved, zones })
    },
  )

  it.each([
    ['auto', zone(Reaction.Truncate)],
    ['budget', zone(Reaction.SmallerBudget)],
    ['drop', zone(Reaction.Drop)],
    ['none', []],
  ] as const)('that is spread, with `%s`: starves no resolver', (policy, zones) => {
    expect(wanted([incident({ isSpread: true })], policy)).toEqual({ starved: [], zones })
  })

  it('leaves public resolvers and protected prefixes alone, and asks all for TCP instead', () => {
    expect(wanted([incident()], 'auto', true)).toEqual({ starved: [], zones: zone(Reaction.Truncate) })
  })

  it('meets a flood with budgets, never with decoys', () => {
    expect(wanted([incident({ kind: 'flood', isSpread: true })], 'auto').zones).toEqual(zone(Reaction.SmallerBudget))
    expect(wanted([incident({ kind: 'flood', isSpread: true })], 'decoys').zones).toEqual([])
  })

  it('does nothing about transfers, which are refused anyway', () => {
    expect(wanted([incident({ kind: 'transfer-attempt' })], 'tc')).toEqual({ starved: [], zones: [] })
  })

  it('starves by view, and who has proved its address only where that is what speaks against it', () => {
    const by = (view: string, prefix: string, isProved: boolean): Incident => {
      const one = incident({ view }, prefix)
      return { ...one, sources: one.sources.map((source) => ({ ...source, isProved })) }
    }
    const incidents = [
      ...[by('public', '192.0.2.7/32', false), by('public', '192.0.2.0/24', true), by('public', '192.0.2.9/32', true)],
      ...[by('internal', '192.0.2.9/32', false), by('internal', '192.0.2.9/32', true)],
    ]
    const { starved } = measuresFor(
      incidents,
      () => 'auto',
      () => false,
    )
    expect(starved.map(({ view, prefix, isProved }) => [view, formatPrefix(prefix), isProved])).toEqual([
      ['public', '192.0.2.0/24', true],
      ['internal', '192.0.2.9/32', true],
    ])
  })

  it.each(['auto', 'tc', 'drop', 'budget'] as const)(
    'spares who has proved its address until somebody proved has guessed: `%s`',
    (policy) => {
      const spared = (incidents: readonly Incident[]) =>
        wanted(incidents, policy).zones.map(({ sparesProved }) => sparesProved)
      const [forged, proved] = [
        incident({ isSpread: true }),
        incident({ isSpread: true, isProved: true, kind: 'walk' }),
      ]
      expect([spared([forged]), spared([proved]), spared([forged, proved])]).toEqual([[true], [false], [false]])
    },
  )

  it('takes the stronger of two responses for one zone, and each prefix once', () => {
    const both = [incident(), incident({ isSpread: true }), incident({ kind: 'walk' }), incident({}, '192.0.2.0/24')]
    expect(wanted(both, 'auto')).toEqual({ starved: ['192.0.2.0/24'], zones: zone(Reaction.Truncate) })
    expect(wanted([incident({ isSpread: true, kind: 'flood' }), incident({ isSpread: true })], 'auto').zones).toEqual(
      zone(Reaction.Truncate),
    )
  })

  it('is told in words', () => {
    const tell = (change: Partial<Incident>, policy: ResponsePolicy) =>
      describeMeasure(incident(change), policy, () => false)
    expect(tell({}, 'auto')).toBe(
      '192.0.2.7/32: a tenth of the answers about absent names. Names that exist are answered as ever',
    )
    expect(tell({ isSpread: true }, 'auto')).toContain('in the whole zone: absent names by TCP alone')
    expect(tell({}, 'none')).toContain('nothing was done')
    expect(tell({ kind: 'transfer-attempt' }, 'auto')).toContain('refused to everyone')
  })
})

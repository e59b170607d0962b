/** What was found by trying to break the promises of signing: nothing hidden shows, nothing becomes bogus, nothing is unbounded. */

import { describe, expect, it } from 'vitest'
import { Rcode } from '../../dns/constants.ts'
import { openSignatureTable, signatureTableOctets } from '../../keys/signature-table.ts'
import { createSigningBudget } from '../../keys/signing-budget.ts'
import { Transport } from '../../server/answer/exchange.ts'
import { DEFAULT_DNSSEC } from '../../server/configuration/dnssec.ts'
import type { ZoneConfiguration } from '../../server/configuration/types.ts'
import { findMissingDelegations, zonesBelow } from '../../server/loading/missing-delegations.ts'
import { answerTo } from '../helpers/answering.ts'
import { signedQuery, signedWorld } from '../helpers/signed-world.ts'
import { wireName, zoneProjection } from '../helpers/zone.ts'

const APEX = `
$TTL 3600
@ SOA ns1 hostmaster 7 7200 3600 1209600 300
@ NS ns1
ns1 A 192.0.2.1
`

describe('a zone below another that is signed', () => {
  const zone = (name: string, options: Partial<ZoneConfiguration> = {}): ZoneConfiguration => ({
    ...{ name, apex: wireName(name), file: `${name}zone`, overlays: {}, hide: {}, views: undefined },
    dnssec: DEFAULT_DNSSEC,
    ...options,
  })
  const child = zone('lab.example.com.')

  function warnings(
    records: string,
    zones: readonly ZoneConfiguration[],
    dnssec = DEFAULT_DNSSEC as ZoneConfiguration['dnssec'],
  ) {
    const parent = zone('example.com.', { dnssec })
    const projection = zoneProjection('example.com.', `${APEX}${records}`)
    const projections = new Map(['internal', 'public'].map((view) => [view, projection]))
    const below = zonesBelow([parent, ...zones], ['internal', 'public']).get('example.com.') ?? []
    return findMissingDelegations(parent, dnssec, projections, below).map(({ severity, found }) => [severity, found])
  }

  it('is bogus where that does not delegate it, and the operator is told, view by view', () => {
    const parentText = { base: APEX, signing: {} }
    const { judge } = signedWorld({ 'example.com.': parentText, 'lab.example.com.': { base: APEX, signing: {} } })
    // What a validator that trusts the parent alone makes of the child.
    expect(judge('lab.example.com', 'DS')).toEqual({ kind: 'nxdomain' })
    expect(warnings('', [child])).toEqual([
      ['warning', 'no delegation of lab.example.com., which view internal has too'],
      ['warning', 'no delegation of lab.example.com., which view public has too'],
    ])
    expect(warnings('', [zone('lab.example.com.', { views: ['internal'] })])).toHaveLength(1)
  })

  it('is as it should be where there is a cut at or above it, a zone between, or no signature', () => {
    expect(warnings('lab NS ns1\n', [child])).toEqual([])
    expect(warnings('lab NS ns1\n', [zone('deep.in.lab.example.com.')])).toEqual([])
    expect(warnings('lab NS ns1\n', [child, zone('deep.lab.example.com.')])).toEqual([])
    expect(warnings('', [child], { kind: 'off' })).toEqual([])
  })
})

describe('the table of signatures', () => {
  it.each([[[8]], [[8, 10]], [[8, 13, 14, 15]], [[8, 10, 13, 14, 15]]])(
    'keeps those of the algorithms %j',
    (algorithms) => {
      let made = 0
      const { ask } = signedWorld(
        { 'example.com.': { base: APEX, signing: { algorithms } } },
        {
          openSignatureTable: () => openSignatureTable(new SharedArrayBuffer(signatureTableOctets(64)), 7),
          onFreshSignature: () => made++,
        },
      )
      const first = ask('ns1.example.com', 'A')
      expect(made).toBe(algorithms.length)
      expect(ask('ns1.example.com', 'A')).toEqual(first)
      expect(made).toBe(algorithms.length)
    },
  )
})

describe('the budget for signatures', () => {
  /** A machine on which every signature takes 50 ms, whatever its algorithm is known to take. */
  function slowMachine() {
    let microseconds = 0
    const { context, judge } = signedWorld(
      { 'example.com.': { base: APEX, signing: {} } },
      {
        createSigningBudget: () => createSigningBudget(0.4),
        microseconds: () => microseconds,
        onFreshSignature: () => {
          microseconds += 50_000
        },
      },
    )
    const isAnswered = (name: string) =>
      (answerTo(context, signedQuery(`${name}.example.com`, 'A'), { transport: Transport.Stream })![3]! & 0xf) !==
      Rcode.Refused
    return { context, judge, isAnswered }
  }

  it('is charged with the time that passed, lest a busy machine have none left for names that exist', () => {
    const { context, judge, isAnswered } = slowMachine()
    let answered = 0
    while (answered < 100 && isAnswered(`absent${answered}`)) answered++
    expect(answered).toBeGreaterThan(0)
    expect(answered).toBeLessThan(10)
    expect(judge('ns1.example.com', 'A')).toEqual({ kind: 'answer' })
    context.now += 3000
    expect(isAnswered('later')).toBe(true)
  })
})

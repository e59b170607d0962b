import { describe, expect, it } from 'vitest'
import { keyChanges } from '../../../keys/rollover/key-changes.ts'
import { nextStep } from '../../../keys/rollover/next-step.ts'
import type { RolloverSituation, Wait } from '../../../keys/rollover/step.ts'
import { keyOf, zoneOf } from './roll-table.ts'

const RETIRED = { duty: 'retired' } as const

/** Steps and what stands in the way, each in a line: `1 ds omnipresent → unretentive` and ` ✗ rule`. */
function tell(zone: RolloverSituation): string[] {
  const { transitions, waits } = nextStep(zone)
  return [
    ...transitions.map(({ key, record, from, to }) => `${key} ${record} ${from} → ${to}`),
    ...waits.map(({ key, record, from, to, reason }) => `${key} ${record} ${from} → ${to} ✗ ${reason.kind}`),
  ]
}

function reasonOf(zone: RolloverSituation, key: string, record: string): Wait['reason'] | undefined {
  return nextStep(zone).waits.find((wait) => wait.key === key && wait.record === record)?.reason
}

describe('a record waits', () => {
  it('until time has done its part', () => {
    const zone = zoneOf([keyOf('ksk 1 [###]'), keyOf('zsk 2 [##]'), keyOf('zsk 3 [+.]', { served: -4 })])
    expect(reasonOf(zone, '3', 'dnskey')).toEqual({ kind: 'time', since: -4, ttl: 10, safety: 1, until: 7 })
  })

  it('for the record of its key that comes first', () => {
    const zone = zoneOf([keyOf('ksk 1 [###]'), keyOf('zsk 2 [##]'), keyOf('csk 3 [++..]', { served: 0 })])
    expect(reasonOf(zone, '3', 'zrrsig')).toEqual({ kind: 'order', record: 'dnskey', needs: 'omnipresent' })
    expect(reasonOf(zone, '3', 'ds')).toEqual({ kind: 'order', record: 'dnskey', needs: 'omnipresent' })
  })

  it('for its predecessor to retire', () => {
    const zone = zoneOf([keyOf('ksk 1 [###]'), keyOf('zsk 2 [##]'), keyOf('ksk 3 [##.]', { replaces: '1' })])
    expect(reasonOf(zone, '3', 'ds')).toEqual({ kind: 'predecessor', key: '1' })
  })

  it('for other keys that a rule needs, and names them', () => {
    const zone = zoneOf([keyOf('ksk 1 [###]', RETIRED), keyOf('zsk 2 [##]'), keyOf('ksk 3 [++.]', { served: 0 })])
    expect(reasonOf(zone, '1', 'ds')).toEqual({ kind: 'rule', rule: 'R1', others: ['3'] })
  })

  it('for nobody where a rule needs a key that is not there: the operator has to do something', () => {
    const zone = zoneOf([keyOf('ksk 1 [###]', RETIRED), keyOf('zsk 2 [##]')])
    expect(reasonOf(zone, '1', 'ds')).toEqual({ kind: 'rule', rule: 'R1', others: [] })
  })

  it('for signatures of a new algorithm before its first DS', () => {
    const zone = zoneOf([keyOf('ksk 1 [##.]'), keyOf('zsk 2 [#+]', { served: 0 })])
    expect(reasonOf(zone, '1', 'ds')).toEqual({ kind: 'rule', rule: 'R3', others: ['2'] })
  })

  it('for signatures of all algorithms before the first DS of the zone, and of none before a further one', () => {
    const others = [keyOf('ksk 3 [##.]', { algorithm: 15 }), keyOf('zsk 4 [#+]', { served: 0, algorithm: 15 })]
    const of = (ds: string) =>
      zoneOf([keyOf(`ksk 1 [##${ds}]`), keyOf('zsk 2 [##]'), ...others], { algorithms: [13, 15] })
    expect(reasonOf(of('.'), '1', 'ds')).toEqual({ kind: 'rule', rule: 'R3', others: ['4'] })
    expect(nextStep(of('-')).transitions[0]).toMatchObject({ key: '1', record: 'ds', to: 'rumoured' })
  })

  it('for the parent, and for workers', () => {
    const zone = zoneOf([keyOf('ksk 1 [##+]'), keyOf('zsk 2 [##]')])
    expect(reasonOf(zone, '1', 'ds')).toEqual({ kind: 'parent', expects: 'present' })
    const [ksk, zsk] = zone.keys
    const unserved = { ...zsk!, records: { ...zsk!.records, dnskey: { state: 'rumoured', since: 0, ttl: 0 } as const } }
    expect(reasonOf({ ...zone, keys: [ksk!, unserved] }, '2', 'dnskey')).toEqual({ kind: 'served' })
  })

  it('for the DS to be gone where the zone is to become insecure', () => {
    const zone = zoneOf([keyOf('ksk 1 [##-]'), keyOf('zsk 2 [##]')], { goal: 'insecure' })
    expect(reasonOf(zone, '2', 'zrrsig')).toEqual({ kind: 'still-secure', others: ['1'] })
  })

  it('for a backup where the policy asks for one, and for that alone', () => {
    const zone = zoneOf([keyOf('ksk 1 [##.]'), keyOf('zsk 2 [##]')], { isBackedUp: () => false })
    expect(reasonOf(zone, '1', 'ds')).toEqual({ kind: 'backup' })
    expect(tell({ ...zone, isBackedUp: () => true })[0]).toBe('1 ds hidden → rumoured')
  })
})

describe('a zone that is held', () => {
  const keys = [
    keyOf('ksk 1 [###]'),
    keyOf('zsk 2 [##]', RETIRED),
    keyOf('zsk 3 [+.]', { served: -100, replaces: '2' }),
    keyOf('zsk 4 [-.]', { served: -100, ...RETIRED }),
  ]

  it('takes no step while it is paused, and says so of each', () => {
    expect(tell(zoneOf(keys, { isPaused: true }))).toEqual([
      '2 dnskey omnipresent → unretentive ✗ paused',
      '2 zrrsig omnipresent → unretentive ✗ paused',
      '3 dnskey rumoured → omnipresent ✗ paused',
      '3 zrrsig hidden → rumoured ✗ paused',
      '4 dnskey unretentive → hidden ✗ paused',
    ])
  })

  it('takes none on a clock that is not to be trusted, and begins nothing', () => {
    const held = zoneOf(keys, { isClockHeld: true, policy: { standbyZsk: true, zskLifetime: 1 } })
    expect(tell(held)).toHaveLength(5)
    expect(tell(held).filter((text) => !text.endsWith('✗ clock'))).toEqual([])
    expect(keyChanges(held)).toEqual([])
    expect(keyChanges({ ...zoneOf(keys, { policy: { standbyZsk: true } }) })).not.toEqual([])
    expect(tell(zoneOf(keys, { isClockHeld: true, isPaused: true }))[0]).toContain('✗ paused')
  })

  it('notes what time has done where the policy is manual, and changes nothing that is served', () => {
    expect(tell(zoneOf(keys, { policy: { isManual: true } }))).toEqual([
      '3 dnskey rumoured → omnipresent',
      '4 dnskey unretentive → hidden',
      '2 dnskey omnipresent → unretentive ✗ rule',
      '2 zrrsig omnipresent → unretentive ✗ rule',
      '3 zrrsig hidden → rumoured ✗ manual',
    ])
  })

  it('says with `isManual: false` what the manual step would be', () => {
    expect(tell(zoneOf(keys)).filter((line) => !line.includes('✗'))).toEqual([
      '3 dnskey rumoured → omnipresent',
      '4 dnskey unretentive → hidden',
      '3 zrrsig hidden → rumoured',
      '2 zrrsig omnipresent → unretentive',
    ])
  })
})

describe('where an offline key signs the key set', () => {
  const keys = [keyOf('ksk 1 [###]', RETIRED), keyOf('zsk 2 [##]'), keyOf('ksk 3 [##.]', { replaces: '1' })]
  const swapped = (all: RolloverSituation['keys']) =>
    all.find(({ id }) => id === '3')?.records.ds?.state === 'rumoured' &&
    all.find(({ id }) => id === '1')?.records.ds?.state === 'unretentive'

  it('steps are taken together to what is signed, though what lies between is not', () => {
    expect(tell(zoneOf(keys, { isSigned: swapped })).slice(0, 2)).toEqual([
      '3 ds hidden → rumoured',
      '1 ds omnipresent → unretentive',
    ])
  })

  it('steps wait that lead to what is not', () => {
    expect(reasonOf(zoneOf(keys, { isSigned: () => false }), '3', 'ds')).toEqual({ kind: 'bundle' })
  })

  it('steps that leave the key set alone are taken all the same', () => {
    const rolling = [
      keyOf('ksk 1 [###]'),
      keyOf('zsk 2 [##]', RETIRED),
      keyOf('zsk 3 [#.]', { replaces: '2' }),
      keyOf('zsk 4 [..]', { duty: 'standby' }),
    ]
    expect(tell(zoneOf(rolling, { isSigned: () => false })).slice(0, 3)).toEqual([
      '3 zrrsig hidden → rumoured',
      '2 zrrsig omnipresent → unretentive',
      '2 dnskey omnipresent → unretentive ✗ order',
    ])
  })
})

it('does not depend on the order of the keys', () => {
  const keys = [
    keyOf('ksk 1 [###]', RETIRED),
    keyOf('zsk 2 [##]', RETIRED),
    keyOf('ksk 3 [##.]', { replaces: '1' }),
    keyOf('zsk 4 [#.]', { replaces: '2' }),
  ]
  expect(nextStep(zoneOf(keys.toReversed()))).toEqual(nextStep(zoneOf(keys)))
})

it('settles what cannot leave: signatures become omnipresent, so that others may be relied on before they go', () => {
  // The retired key alone signs, and would leave; nobody else does.
  const keys = [keyOf('ksk 1 [###]'), keyOf('zsk 2 [#+]', RETIRED), keyOf('zsk 3 [..]', { replaces: '2' })]
  const [first] = nextStep(zoneOf(keys)).transitions
  expect(first).toMatchObject({ key: '3', record: 'dnskey', to: 'rumoured' })
  expect(tell(zoneOf(keys))).toContain('2 zrrsig rumoured → omnipresent')
})

it('leaves what another signer does with its keys alone', () => {
  const foreign = keyOf('zsk 3 [+.]', { duty: 'standby', isForeign: true, served: -100 })
  expect(tell(zoneOf([keyOf('ksk 1 [###]'), keyOf('zsk 2 [##]'), foreign]))).toEqual([
    '3 dnskey rumoured → omnipresent',
  ])
})

import { describe, expect, it } from 'vitest'
import { type EmergencyManner, emergency, forcedTransitions } from '../../../keys/rollover/emergency.ts'
import { type KeyRecord, RECORDS_OF_ROLE, type RolloverKey } from '../../../keys/rollover/key-state.ts'
import { is } from '../../../keys/rollover/record-states.ts'
import { type SimulatedMoment, simulate } from '../../../keys/rollover/simulate.ts'
import { keyOf, rollOut, TIMES, zoneOf } from './roll-table.ts'

const KSK = keyOf('ksk 1 [###]')
const ZSK = keyOf('zsk 2 [##]')
const CSK = keyOf('csk 1 [####]')
const STANDBYS = [keyOf('ksk 3 [###]', { duty: 'standby' }), keyOf('zsk 4 [#.]', { duty: 'standby' })]
const WITH_STANDBYS = { policy: { standbyZsk: true, standbyKsk: true } }
const COMBINED = { policy: { isCombined: true } }

const act = (key: string, manner: EmergencyManner) => [{ at: 0, kind: 'emergency', key, manner } as const]

describe('continuity', () => {
  it('has a standby ZSK sign at once', () => {
    expect(rollOut(zoneOf([KSK, ZSK, ...STANDBYS], WITH_STANDBYS), act('2', 'continuity'))).toEqual([
      '0: ksk 1 [###]  zsk 2 [#-]  ksk 3 [###]  zsk 4 [#+]  zsk -1 [+.]',
      '11: ksk 1 [###]  zsk 2 [#-]  ksk 3 [###]  zsk 4 [#+]  zsk -1 [#.]',
      '105: ksk 1 [###]  zsk 2 [-.]  ksk 3 [###]  zsk 4 [##]  zsk -1 [#.]',
      '115: ksk 1 [###]  ksk 3 [###]  zsk 4 [##]  zsk -1 [#.]',
    ])
  })

  it('has the DS of a KSK withdrawn at once where a standby KSK has one', () => {
    expect(rollOut(zoneOf([KSK, ZSK, ...STANDBYS], WITH_STANDBYS), act('1', 'continuity'))).toEqual([
      '0: ksk 1 [##-]  zsk 2 [##]  ksk 3 [###]  zsk 4 [#.]  ksk -1 [++.]',
      '11: ksk 1 [##-]  zsk 2 [##]  ksk 3 [###]  zsk 4 [#.]  ksk -1 [##+]',
      '65: ksk 1 [--.]  zsk 2 [##]  ksk 3 [###]  zsk 4 [#.]  ksk -1 [##+]',
      '75: zsk 2 [##]  ksk 3 [###]  zsk 4 [#.]  ksk -1 [##+]',
      '76: zsk 2 [##]  ksk 3 [###]  zsk 4 [#.]  ksk -1 [###]',
    ])
  })

  it('is any roll where there is no standby key, and does not come back', () => {
    const cancelled = rollOut(zoneOf([KSK, ZSK]), [...act('2', 'continuity'), { at: 5, kind: 'cancel', selection: {} }])
    expect(cancelled).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]  zsk -1 [+.]',
      '5: ksk 1 [###]  zsk 2 [##]  zsk -1 [+.]',
      '11: ksk 1 [###]  zsk 2 [#-]  zsk -1 [#+]',
      '116: ksk 1 [###]  zsk 2 [-.]  zsk -1 [##]',
      '126: ksk 1 [###]  zsk -1 [##]',
    ])
  })

  it('lets a key go that nothing depends on', () => {
    const leave = { changes: [{ kind: 'duty', key: '4', duty: 'retired', isCompromised: true }] }
    expect(emergency(zoneOf([KSK, ZSK, ...STANDBYS], WITH_STANDBYS), '4', 'continuity')).toMatchObject(leave)
    expect(emergency(zoneOf([KSK, ZSK, keyOf('zsk 4 [+.]', { replaces: '2' })]), '4', 'security')).toMatchObject(leave)
  })

  it('knows no key that is not there, nor that of another signer', () => {
    const foreign = keyOf('zsk 5 [#.]', { duty: 'standby', isForeign: true })
    expect(emergency(zoneOf([KSK, ZSK, foreign]), '5', 'security')).toEqual({ refused: 'There is no such key here.' })
  })
})

describe('security', () => {
  it('is refused where nobody could take the place of the key', () => {
    const leaving = [keyOf('ksk 1 [###]', { duty: 'retired' }), keyOf('ksk 5 [...]', { algorithm: 15 })]
    const roll = zoneOf([...leaving, ZSK], { algorithms: [15] })
    expect(emergency(roll, '1', 'security')).toMatchObject({ refused: expect.stringContaining('--continuity') })
    expect(emergency(roll, '1', 'continuity')).toMatchObject({ bogusSeconds: 0 })
    const insecure = zoneOf([KSK, ZSK], { goal: 'insecure' })
    expect(emergency(insecure, '2', 'security')).toMatchObject({ refused: expect.any(String) })
    expect(emergency(zoneOf([KSK, ZSK]), '2', 'security')).toMatchObject({ manner: 'security' })
  })

  it('forces nothing of a successor that the bad key has not out: an algorithm begins with its signatures', () => {
    const bad = keyOf('ksk 5 [...]', { algorithm: 15, duty: 'retired' })
    const next = keyOf('ksk 6 [...]', { algorithm: 15, replaces: '5' })
    expect(forcedTransitions(zoneOf([KSK, ZSK, bad, next], { algorithms: [15] }), '5')).toEqual([])
  })

  it('has keys of a cancelled roll serve again where steps are held', () => {
    const keys = [
      ...[keyOf('ksk 1 [##-]'), keyOf('ksk 3 [##+]', { duty: 'retired', replaces: '1' })],
      ...[keyOf('zsk 2 [#-]'), keyOf('zsk 4 [#+]', { duty: 'retired', replaces: '2' })],
    ]
    const held = zoneOf(keys, { isPaused: true })
    expect(forcedTransitions(held, '4')).toEqual([
      { key: '2', record: 'zrrsig', from: 'unretentive', to: 'rumoured' },
      { key: '4', record: 'dnskey', from: 'omnipresent', to: 'unretentive' },
      { key: '4', record: 'zrrsig', from: 'rumoured', to: 'unretentive' },
    ])
    expect(forcedTransitions(held, '3')).toContainEqual({ key: '1', record: 'ds', from: 'unretentive', to: 'rumoured' })
    const young = zoneOf([keyOf('ksk 1 [###]'), keyOf('zsk 2 [+.]'), keyOf('zsk 4 [##]', { duty: 'retired' })])
    expect(forcedTransitions(young, '4')[0]).toEqual({ key: '2', record: 'zrrsig', from: 'hidden', to: 'rumoured' })
  })

  it('takes a ZSK out at once', () => {
    expect(rollOut(zoneOf([KSK, ZSK]), act('2', 'security'))).toEqual([
      '0: ksk 1 [###]  zsk 2 [--]  zsk -1 [++]',
      '10: ksk 1 [###]  zsk 2 [.-]  zsk -1 [++]',
      '11: ksk 1 [###]  zsk 2 [.-]  zsk -1 [#+]',
      '105: ksk 1 [###]  zsk -1 [##]',
    ])
  })

  it('takes a KSK out at once, and asks the parent for another DS at once', () => {
    expect(rollOut(zoneOf([KSK, ZSK]), act('1', 'security'))).toEqual([
      '0: ksk 1 [---]  zsk 2 [##]  ksk -1 [+++]',
      '10: ksk 1 [..-]  zsk 2 [##]  ksk -1 [+++]',
      '11: ksk 1 [..-]  zsk 2 [##]  ksk -1 [##+]',
      '65: zsk 2 [##]  ksk -1 [###]',
    ])
  })
})

describe('what is foretold of validators that reject answers', () => {
  // Seconds of what is foretold, and whether the parent has to act first.
  it.each([
    ['zsk 2', 'security', zoneOf([KSK, ZSK]), 100, false],
    ['zsk 2', 'security', zoneOf([KSK, ZSK], { maxTtl: 4 }), 10, false],
    ['zsk 2', 'security', zoneOf([KSK, ZSK, ...STANDBYS], WITH_STANDBYS), 100, false],
    ['ksk 1', 'security', zoneOf([KSK, ZSK]), 40, true],
    ['ksk 1', 'security', zoneOf([KSK, ZSK, ...STANDBYS], WITH_STANDBYS), 0, true],
    ['csk 1', 'security', zoneOf([CSK], COMBINED), 100, true],
    ['zsk 2', 'security', zoneOf([keyOf('ksk 1 [##.]'), ZSK]), 0, false],
    ['zsk 2', 'continuity', zoneOf([KSK, ZSK]), 0, false],
    ['ksk 1', 'continuity', zoneOf([KSK, ZSK]), 0, true],
    ['csk 1', 'continuity', zoneOf([CSK], COMBINED), 0, true],
  ] as const)('%s, %s: %#', (key, manner, zone, bogusSeconds, needsParent) => {
    const id = key.split(' ')[1]!
    const foretold = emergency(zone, id, manner)
    expect(foretold).toMatchObject({ bogusSeconds, needsParent })
    const moments = simulate({ start: zone, events: act(id, manner), parentDelay: TIMES.parentDelay, until: 1_000 })
    const last = lastRejection(zone.keys, moments, { zone: zone.maxTtl, key: TIMES.keyTtl, ds: TIMES.dsTtl })
    const afterParent = needsParent ? TIMES.parentDelay : 0
    if (bogusSeconds === 0) expect(last).toBeUndefined()
    else {
      expect(last).toBeLessThan(afterParent + bogusSeconds)
      // It is not foretold at random either.
      expect(last).toBeGreaterThan(bogusSeconds / 2)
    }
  })

  it('is told with how long forgeries stay possible', () => {
    const seconds = (id: string, manner: EmergencyManner, zone = zoneOf([KSK, ZSK])) => {
      const foretold = emergency(zone, id, manner)
      return 'refused' in foretold ? undefined : foretold.forgeableSeconds
    }
    // The key set's TTL; with continuity also until another key is everywhere, and until no cache has its signatures.
    expect(seconds('2', 'security')).toBe(10)
    expect(seconds('2', 'continuity')).toBe(10 + 11 + 105)
    expect(seconds('2', 'continuity', zoneOf([KSK, ZSK, ...STANDBYS], WITH_STANDBYS))).toBe(10 + 105)
    expect(seconds('1', 'security')).toBe(40)
  })
})

/** Seconds: the last one in which a validator could reject what it has, of all that caches may hold together. */
function lastRejection(
  before: readonly RolloverKey[],
  moments: readonly SimulatedMoment[],
  ttls: { readonly zone: number; readonly key: number; readonly ds: number },
): number | undefined {
  const stateAt = (at: number) => moments.findLast((moment) => moment.at <= at)?.keys ?? before
  const within = (at: number, ttl: number, delay: number) => [
    ...new Set([...Array(ttl).keys()].map((ago) => stateAt(at - ago - delay))),
  ]
  let last: number | undefined
  for (let at = 0; at < 300; at++) {
    const dsSets = within(at, ttls.ds, TIMES.parentDelay)
    const keySets = within(at, ttls.key, 0)
    const data = within(at, ttls.zone, 0)
    const isRejected = dsSets.some((ds) => keySets.some((keys) => data.some((signed) => !isValid(ds, keys, signed))))
    if (isRejected) last = at
  }
  return last
}

/** Whether a DS of one time leads through the key set of another to data of a third. */
function isValid(ds: readonly RolloverKey[], keys: readonly RolloverKey[], data: readonly RolloverKey[]): boolean {
  const has = (all: readonly RolloverKey[], id: string, record: KeyRecord) =>
    all.some(
      (key) =>
        key.id === id &&
        RECORDS_OF_ROLE[key.role].includes(record) &&
        (is(key, record, 'rumoured') || is(key, record, 'omnipresent')),
    )
  const trusted = ds.filter(({ id }) => has(ds, id, 'ds'))
  if (trusted.length === 0) return true
  return (
    trusted.some(({ id }) => has(keys, id, 'dnskey') && has(keys, id, 'krrsig')) &&
    keys.some(({ id }) => has(keys, id, 'dnskey') && has(data, id, 'zrrsig'))
  )
}

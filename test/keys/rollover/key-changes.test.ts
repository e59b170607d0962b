import { describe, expect, it } from 'vitest'
import { keyChanges, upcomingChanges } from '../../../keys/rollover/key-changes.ts'
import type { RolloverKey } from '../../../keys/rollover/key-state.ts'
import { cancelRoll, goInsecure, goSecure, rollKey } from '../../../keys/rollover/operator-changes.ts'
import type { KeyChange } from '../../../keys/rollover/step.ts'
import { keyOf, zoneOf } from './roll-table.ts'

const KSK = keyOf('ksk 1 [###]', { dutySince: 0 })
const ZSK = keyOf('zsk 2 [##]', { dutySince: 0 })
const RETIRED = { duty: 'retired' } as const

function make(role: RolloverKey['role'], more: Partial<Extract<KeyChange, { kind: 'make' }>> = {}): KeyChange {
  return { kind: 'make', role, algorithm: 13, duty: 'active', replaces: undefined, ...more }
}

describe('the policy asks for', () => {
  it('nothing where all is as it should be', () => {
    expect(keyChanges(zoneOf([KSK, ZSK]))).toEqual([])
  })

  it('the keys that are missing, and standby keys', () => {
    expect(keyChanges(zoneOf([], { policy: { standbyZsk: true } }))).toEqual([
      ...[make('ksk'), make('zsk'), make('zsk', { duty: 'standby' })],
    ])
    expect(keyChanges(zoneOf([], { policy: { isCombined: true, standbyKsk: true } }))).toEqual([
      ...[make('csk'), make('csk', { duty: 'standby' })],
    ])
  })

  it('nothing where the configuration has no algorithm, while paused, or but the end of keys that are to become unused', () => {
    expect(keyChanges(zoneOf([KSK], { algorithms: [] }))).toEqual([])
    expect(keyChanges(zoneOf([KSK], { isPaused: true }))).toEqual([])
    const gone = keyOf('zsk 3 [..]', RETIRED)
    expect(keyChanges(zoneOf([KSK, gone], { goal: 'insecure' }))).toEqual([{ kind: 'remove', key: '3' }])
  })

  it('a successor so early that it can take over in time', () => {
    const zone = zoneOf([KSK, ZSK], { policy: { zskLifetime: 100 }, now: 88 })
    expect(keyChanges(zone)).toEqual([])
    expect(upcomingChanges(zone)).toEqual([{ at: 89, change: make('zsk', { replaces: '2' }) }])
    expect(keyChanges({ ...zone, now: 89 })).toEqual([make('zsk', { replaces: '2' })])
  })

  it('a standby key to take over at that time and not before, once it is ready', () => {
    const policy = { zskLifetime: 100, standbyZsk: true }
    const standby = keyOf('zsk 3 [#.]', { duty: 'standby' })
    const zone = zoneOf([KSK, ZSK, standby], { policy, now: 99 })
    expect(keyChanges(zone)).toEqual([])
    expect(keyChanges({ ...zone, now: 100 })).toEqual([
      { kind: 'duty', key: '3', duty: 'active', replaces: '2' },
      { kind: 'duty', key: '2', duty: 'retired' },
    ])
    const young = keyOf('zsk 3 [+.]', { duty: 'standby' })
    expect(keyChanges({ ...zone, keys: [KSK, ZSK, young], now: 100 })).toEqual([])
  })

  it('a predecessor to retire when its successor is ready, with a backup where the policy asks for one', () => {
    const changes = (marks: string, isBackedUp?: boolean) =>
      keyChanges(
        zoneOf([KSK, ZSK, keyOf(`ksk 3 [${marks}]`, { replaces: '1' })], {
          ...(isBackedUp !== undefined && { isBackedUp: ({ id }: RolloverKey) => id !== '3' || isBackedUp }),
        }),
      )
    expect(changes('#+.')).toEqual([])
    expect(changes('##.')).toEqual([
      { kind: 'duty', key: '3', duty: 'active', replaces: '1' },
      { kind: 'duty', key: '1', duty: 'retired' },
    ])
    expect(changes('##.', false)).toEqual([])
    expect(changes('##.', true)).toHaveLength(2)
  })

  it('keys of an algorithm that is not wanted any more to retire', () => {
    expect(keyChanges(zoneOf([KSK, ZSK], { algorithms: [15] }))).toEqual([
      ...[make('ksk', { algorithm: 15 }), make('zsk', { algorithm: 15 })],
      ...['1', '2'].map((key) => ({ kind: 'duty', key, duty: 'retired' })),
    ])
  })

  it('one of them to come back, but none that was replaced or that somebody else may have', () => {
    const retired = [keyOf('ksk 1 [##-]', RETIRED), keyOf('zsk 2 [##]', RETIRED)]
    expect(keyChanges(zoneOf(retired))).toEqual(['1', '2'].map((key) => ({ kind: 'duty', key, duty: 'active' })))
    const [ksk, zsk] = retired
    expect(keyChanges(zoneOf([ksk!, { ...zsk!, isCompromised: true }]))).toContainEqual(make('zsk'))
    const successor = keyOf('zsk 3 [#.]', { ...RETIRED, replaces: '2' })
    expect(keyChanges(zoneOf([KSK, zsk!, successor]))).toEqual([{ kind: 'duty', key: '3', duty: 'active' }])
  })

  it('the end of keys of which nothing is left', () => {
    const leaving = keyOf('ksk 3 [..-]', RETIRED)
    const gone = keyOf('ksk 4 [...]', RETIRED)
    expect(keyChanges(zoneOf([KSK, ZSK, leaving, gone]))).toEqual([{ kind: 'remove', key: '4' }])
  })

  it('nothing of the keys of another signer, and none for them', () => {
    const foreign = keyOf('zsk 3 [#.]', { duty: 'standby', isForeign: true })
    expect(keyChanges(zoneOf([KSK, ZSK, foreign], { algorithms: [13] }))).toEqual([])
    expect(rollKey(zoneOf([KSK, ZSK, foreign]), { role: 'zsk' })).toEqual({ changes: [make('zsk', { replaces: '2' })] })
  })
})

describe('an operator', () => {
  const successor = keyOf('zsk 3 [+.]', { replaces: '2' })

  it('rolls keys by role, algorithm and tag', () => {
    const zone = zoneOf([KSK, ZSK])
    expect(rollKey(zone, {})).toEqual({ changes: [make('ksk', { replaces: '1' }), make('zsk', { replaces: '2' })] })
    expect(rollKey(zone, { keyTag: 1 })).toEqual({ changes: [make('ksk', { replaces: '1' })] })
    expect(rollKey(zone, { algorithm: 15 })).toEqual({ refused: 'No key that is in use fits that.' })
  })

  it('does not roll what is being rolled', () => {
    expect(rollKey(zoneOf([KSK, ZSK, successor]), { role: 'zsk' })).toEqual({
      refused: 'Key 2 already has a successor, key 3.',
    })
    expect(rollKey(zoneOf([KSK, ZSK], { policy: { isCombined: true } }), { role: 'zsk' })).toMatchObject({
      refused: expect.stringContaining('the configuration asks for keys of another kind'),
    })
    expect(rollKey(zoneOf([KSK, ZSK], { goal: 'insecure' }), {})).toMatchObject({
      refused: expect.stringContaining('insecure'),
    })
  })

  it('has a standby key that is not everywhere yet take over once it is', () => {
    const standby = keyOf('zsk 3 [+.]', { duty: 'standby' })
    expect(rollKey(zoneOf([KSK, ZSK, standby]), { role: 'zsk' })).toEqual({
      changes: [{ kind: 'duty', key: '3', duty: 'active', replaces: '2' }],
    })
  })

  it('cancels a roll, but not back to a key that is gone or that somebody else may have', () => {
    expect(cancelRoll(zoneOf([KSK, ZSK, successor]), {})).toEqual({
      changes: [
        { kind: 'duty', key: '2', duty: 'active' },
        { kind: 'duty', key: '3', duty: 'retired' },
      ],
    })
    expect(cancelRoll(zoneOf([KSK, successor]), {})).toEqual({
      refused:
        'No key of these is being replaced, so there is nothing to go back from; a move to another algorithm is called off in the configuration.',
    })
    expect(cancelRoll(zoneOf([KSK, { ...ZSK, isCompromised: true }, successor]), {})).toEqual({
      refused: 'Key 2 was given up in an emergency, and is not used again.',
    })
  })

  it('takes the signatures off a zone, and puts them on again', () => {
    const secure = zoneOf([KSK, ZSK])
    const insecure = zoneOf([KSK, ZSK], { goal: 'insecure' })
    expect([goInsecure(secure), goSecure(insecure)]).toEqual([{ goal: 'insecure' }, { goal: 'secure' }])
    expect([goInsecure(insecure), goSecure(secure)]).toEqual([
      { refused: 'The zone is to become insecure already.' },
      { refused: 'The zone is signed, and is to stay so.' },
    ])
  })
})

import { describe, expect, it } from 'vitest'
import {
  applyKeyChange,
  applyTransitions,
  noteServed,
  noteSighting,
  type ParentSighting,
} from '../../../keys/rollover/apply.ts'
import type { RolloverKey } from '../../../keys/rollover/key-state.ts'
import { keyOf, keyText, zoneOf } from './roll-table.ts'

const TTLS = { key: 10, zone: 100, ds: 40 }

describe('applyTransitions', () => {
  const keys = [keyOf('zsk 1 [#+]')]

  it('records when, and the TTL that caches may go by; nobody has acknowledged it', () => {
    const [key] = applyTransitions(keys, [{ key: '1', record: 'zrrsig', from: 'rumoured', to: 'unretentive' }], {
      ...{ now: 7, ttls: TTLS },
    })
    expect(key!.records.zrrsig).toEqual({ state: 'unretentive', since: 7, ttl: 100 })
    expect(keyText(keys[0]!)).toBe('zsk 1 [#+]')
  })

  it('takes as served what is only noted, for nothing that is served changes', () => {
    const [key] = applyTransitions(keys, [{ key: '1', record: 'zrrsig', from: 'rumoured', to: 'omnipresent' }], {
      ...{ now: 7, ttls: TTLS },
    })
    expect(key!.records.zrrsig).toMatchObject({ state: 'omnipresent', served: 7 })
  })

  it('refuses a step that does not fit', () => {
    const apply = (record: 'zrrsig' | 'ds') =>
      applyTransitions(keys, [{ key: '1', record, from: 'hidden', to: 'rumoured' }], { now: 7, ttls: TTLS })
    expect(() => apply('zrrsig')).toThrow('key 1 has no record zrrsig that is hidden')
    expect(() => apply('ds')).toThrow(RangeError)
  })
})

describe('noteServed', () => {
  const step = { key: '1', record: 'zrrsig', from: 'hidden', to: 'rumoured' } as const
  const stepped = applyTransitions([keyOf('zsk 1 [#.]')], [step], { now: 7, ttls: TTLS })

  it('starts the timers of what was published, and leaves those that run', () => {
    const served = noteServed(stepped, stepped, 9)
    expect(served[0]!.records.zrrsig?.served).toBe(9)
    expect(noteServed(served, served, 20)).toEqual(served)
  })

  it('says nothing of a step that was taken after the publication', () => {
    const next = applyTransitions(stepped, [{ ...step, from: 'rumoured', to: 'unretentive' }], { now: 8, ttls: TTLS })
    expect(noteServed(next, stepped, 9)[0]!.records.zrrsig).not.toHaveProperty('served')
  })
})

describe('noteSighting', () => {
  const seen = { at: 9, ttl: 30, by: 'check' } as const
  const look = (text: string, says: ParentSighting['says'], keys = [keyOf(text)]): RolloverKey =>
    noteSighting(keys, { ...seen, key: '1', says }, zoneOf([]))[0]!

  it.each([
    // What is expected starts the timer.
    ['ksk 1 [##+]', 'present', 'ksk 1 [##+]', true],
    ['ksk 1 [##-]', 'absent', 'ksk 1 [##-]', true],
    // What is not there yet, or not everywhere, does not.
    ['ksk 1 [##+]', 'absent', 'ksk 1 [##+]', false],
    ['ksk 1 [##+]', 'mixed', 'ksk 1 [##+]', false],
    ['ksk 1 [##-]', 'mixed', 'ksk 1 [##-]', false],
    // What nobody has asked for is believed, and timed once CDS says the same.
    ['ksk 1 [##.]', 'present', 'ksk 1 [##+]', false],
    ['ksk 1 [##.]', 'mixed', 'ksk 1 [##+]', false],
    ['ksk 1 [###]', 'absent', 'ksk 1 [##-]', false],
    ['ksk 1 [###]', 'mixed', 'ksk 1 [##+]', false],
    // What is known is known.
    ['ksk 1 [##.]', 'absent', 'ksk 1 [##.]', false],
    ['ksk 1 [###]', 'present', 'ksk 1 [###]', false],
    ['zsk 1 [##]', 'present', 'zsk 1 [##]', false],
  ] as const)('of %s, %s: %s, timer %s', (before, says, after, isTimed) => {
    const key = look(before, says)
    expect(keyText(key)).toBe(after)
    expect(key.records.ds?.seen).toEqual(isTimed ? seen : undefined)
  })

  it('keeps the time of the first of several', () => {
    const once = look('ksk 1 [##+]', 'present')
    expect(noteSighting([once], { ...seen, key: '1', says: 'present', at: 50 }, zoneOf([]))).toEqual([once])
  })

  it('stops the timer where the parent has changed its mind', () => {
    const once = look('ksk 1 [##-]', 'absent')
    expect(
      noteSighting([once], { ...seen, key: '1', says: 'present', at: 50 }, zoneOf([]))[0]!.records.ds,
    ).not.toHaveProperty('seen')
  })
})

describe('applyKeyChange', () => {
  it('adds a key of which nobody has seen anything', () => {
    const change = { kind: 'make', role: 'csk', algorithm: 15, duty: 'active', replaces: 'old' } as const
    const [key] = applyKeyChange([], change, { now: 7, made: { id: 'new', keyTag: 4711 } })
    expect(key).toMatchObject({ id: 'new', keyTag: 4711, created: 7, dutySince: 7, replaces: 'old', duty: 'active' })
    expect(keyText(key!)).toBe('csk 4711 [....] (15)')
  })

  it('refuses to add a key that was not made', () => {
    const change = { kind: 'make', role: 'zsk', algorithm: 13, duty: 'active', replaces: undefined } as const
    expect(() => applyKeyChange([], change, { now: 7 })).toThrow('a key has to be made first')
  })

  it('gives a duty from now on, and remembers for good that a key is compromised', () => {
    const given = applyKeyChange(
      [keyOf('zsk 1 [##]')],
      { kind: 'duty', key: '1', duty: 'retired', isCompromised: true },
      { now: 7 },
    )
    expect(given[0]).toMatchObject({ duty: 'retired', dutySince: 7, isCompromised: true })
    const [again] = applyKeyChange(given, { kind: 'duty', key: '1', duty: 'active' }, { now: 8 })
    expect(again).toMatchObject({ duty: 'active', isCompromised: true })
  })

  it('removes', () => {
    expect(applyKeyChange([keyOf('zsk 1 [..]')], { kind: 'remove', key: '1' }, { now: 7 })).toEqual([])
  })
})

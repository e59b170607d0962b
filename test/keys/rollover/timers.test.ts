import { describe, expect, it } from 'vitest'
import type { DsSighting, KeyRecord, RecordState, RecordStatus } from '../../../keys/rollover/key-state.ts'
import { timerOf, ttlOfTransition, ttlsOf } from '../../../keys/rollover/timers.ts'
import { keyOf, zoneOf } from './roll-table.ts'

const SEEN: DsSighting = { at: 0, ttl: 30, by: 'check' }
/** A DS whose CDS was served so long before that the parent can have no other. */
const AT_PARENT: Partial<RecordStatus> = { served: -11, seen: SEEN }

function statusOf(state: RecordState, more: Partial<RecordStatus> = {}): RecordStatus {
  return { state, since: -50, served: 0, ttl: 0, ...more }
}

/** When time has done its part, served or seen at 0, in a zone where all waits are different. */
function endOf(record: KeyRecord, status: RecordStatus): number | undefined {
  const reason = timerOf(record, status, zoneOf([]))
  return reason?.kind === 'time' ? reason.until : undefined
}

describe('what is served at 0', () => {
  it.each([
    // TTL 10 and publish safety 1 in, TTL 10 out; TTL 100 and retire safety 5; DS with TTL 40 and retire safety 5.
    ['dnskey', 'rumoured', 11],
    ['dnskey', 'unretentive', 10],
    ['krrsig', 'rumoured', 11],
    ['krrsig', 'unretentive', 10],
    ['zrrsig', 'rumoured', 105],
    ['zrrsig', 'unretentive', 105],
    ['ds', 'rumoured', 45],
    ['ds', 'unretentive', 45],
  ] as const)('%s that is %s has spread at %i', (record, state, end) => {
    expect(endOf(record, statusOf(state, record === 'ds' ? AT_PARENT : {}))).toBe(end)
  })

  it('is through at the very second, and not one before', () => {
    const status = statusOf('rumoured')
    expect(timerOf('dnskey', status, zoneOf([], { now: 10 }))).toEqual({
      ...{ kind: 'time', until: 11, since: 0, ttl: 10, safety: 1 },
    })
    expect(timerOf('dnskey', status, zoneOf([], { now: 11 }))).toBeUndefined()
  })
})

describe('no timer runs', () => {
  it('before all workers have acknowledged a step', () => {
    const { served: _, ...unserved } = statusOf('rumoured')
    for (const record of ['dnskey', 'krrsig', 'zrrsig'] as const) {
      expect(timerOf(record, unserved, zoneOf([], { now: 1_000_000 }))).toEqual({ kind: 'served' })
    }
  })

  it('before the parent has followed, however long it takes', () => {
    const zone = zoneOf([], { now: 1_000_000 })
    expect(timerOf('ds', statusOf('rumoured'), zone)).toEqual({ kind: 'parent', expects: 'present' })
    expect(timerOf('ds', statusOf('unretentive'), zone)).toEqual({ kind: 'parent', expects: 'absent' })
  })
})

describe('the TTL that is waited out', () => {
  it('is that recorded with the step where it was larger', () => {
    expect(endOf('dnskey', statusOf('rumoured', { ttl: 500 }))).toBe(501)
    expect(endOf('zrrsig', statusOf('unretentive', { ttl: 500 }))).toBe(505)
    expect(endOf('ds', statusOf('unretentive', { ttl: 500, ...AT_PARENT }))).toBe(505)
  })

  it('is that of the parent’s servers where it was larger', () => {
    expect(endOf('ds', statusOf('rumoured', { ...AT_PARENT, seen: { ...SEEN, ttl: 700 } }))).toBe(705)
  })

  it('is never more than signatures hold', () => {
    expect(ttlsOf(zoneOf([], { maxTtl: 900, validity: 300 })).zone).toBe(300)
  })

  it('is the negative one where caches may hold that there is no DNSKEY', () => {
    const ttls = ttlsOf(zoneOf([]))
    const first = { key: '1', record: 'dnskey', from: 'hidden', to: 'rumoured' } as const
    expect(ttlOfTransition([keyOf('ksk 1 [...]'), keyOf('zsk 2 [..]')], first, ttls)).toBe(100)
    expect(ttlOfTransition([keyOf('ksk 1 [...]'), keyOf('zsk 2 [##]')], first, ttls)).toBe(10)
  })
})

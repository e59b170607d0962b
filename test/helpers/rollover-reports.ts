import type { KeyRecord, RecordState, RecordStatus } from '../../keys/rollover/key-state.ts'
import { RECORDS_OF_ROLE } from '../../keys/rollover/key-state.ts'
import type { ParentServer, ReportedKey, RolloverReport } from '../../server/keys/rollover-protocol.ts'

/** 2026-11-25 12:00:00 UTC. */
export const NOON = 1_795_608_000

const STATES: Readonly<Record<string, RecordState>> = {
  H: 'hidden',
  R: 'rumoured',
  O: 'omnipresent',
  U: 'unretentive',
}

/** A key whose records are in the states that one letter each says, in the order of its role; all since `NOON`. */
export function keyWith(
  role: ReportedKey['role'],
  keyTag: number,
  letters: string,
  more: Partial<ReportedKey> = {},
): ReportedKey {
  const records = Object.fromEntries(
    RECORDS_OF_ROLE[role].map((record, index) => [record, statusWith(record, STATES[letters[index]!]!)]),
  )
  return {
    ...{ id: `${role}-${keyTag}`, role, algorithm: 13, mnemonic: 'ECDSAP256SHA256', keyTag, created: NOON - 86_400 },
    ...{ duty: 'active', dutySince: NOON - 86_400, records, isPrivate: true },
    ...more,
  }
}

function statusWith(record: KeyRecord, state: RecordState): RecordStatus {
  const ttl = record === 'ds' ? 86_400 : 3_600
  return { state, since: NOON, served: NOON, ttl }
}

/** A zone with a key set that nothing happens to, but for what is said. */
export function reportWith(more: Partial<RolloverReport> = {}): RolloverReport {
  return {
    ...{ zone: 'example.com.', epoch: 7, goal: 'secure', isPaused: false },
    policy: {
      ...{ zskLifetime: 90 * 86_400, kskLifetime: undefined, standbyZsk: false, standbyKsk: false },
      ...{ isCombined: false, publishSafety: 3_600, retireSafety: 3_600, parentDsTtl: 86_400, isManual: false },
    },
    times: { maxTtl: 7 * 86_400, validity: 14 * 86_400, keyTtl: 3_600 },
    keys: [keyWith('ksk', 20331, 'OOO'), keyWith('zsk', 41021, 'OO')],
    ...{ transitions: [], waits: [], changes: [], upcoming: [], alarms: [] },
    parent: { mode: 'check', parent: 'com.', checkedAt: NOON - 120, nextCheckAt: NOON + 480, servers: [] },
    ...more,
  }
}

/** An address of a parent’s server that has the DS of these keys. */
export function serverWith(
  name: string,
  address: string,
  keyTags: readonly number[],
  more: Partial<ParentServer> = {},
): ParentServer {
  const ds = keyTags.map((tag) => `${tag} 13 2 ${'AB'.repeat(32)}`)
  return { name, address, outcome: 'answered', ttl: 86_400, ds, keyTags, foreign: 0, ...more }
}

/** A roll of the KSK whose new DS one of the parent’s two servers has. */
export function kskRoll(): RolloverReport {
  const old = keyWith('ksk', 20331, 'OOU', { duty: 'retired' })
  const young = keyWith('ksk', 7714, 'OOR', { replaces: old.id })
  return reportWith({
    keys: [old, young, keyWith('zsk', 41021, 'OO')],
    waits: [
      {
        key: young.id,
        record: 'ds',
        from: 'rumoured',
        to: 'omnipresent',
        reason: { kind: 'parent', expects: 'present' },
      },
      { key: old.id, record: 'ds', from: 'unretentive', to: 'hidden', reason: { kind: 'parent', expects: 'absent' } },
      {
        ...{ key: old.id, record: 'krrsig', from: 'omnipresent', to: 'unretentive' },
        reason: { kind: 'rule', rule: 'R2', others: [young.id] },
      },
      {
        ...{ key: old.id, record: 'dnskey', from: 'omnipresent', to: 'unretentive' },
        reason: { kind: 'rule', rule: 'R2', others: [young.id] },
      },
    ],
    parent: {
      ...{ mode: 'check', parent: 'com.', checkedAt: NOON - 120, nextCheckAt: NOON + 480 },
      servers: [serverWith('a.nic.test.', '192.0.2.1', [7714]), serverWith('b.nic.test.', '192.0.2.2', [20331])],
    },
  })
}

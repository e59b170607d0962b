import { describe, expect, it } from 'vitest'
import { keyTagOf } from '../../dns/key-tag.ts'
import { dnskeyRdata } from '../../keys/dnskey.ts'
import type { ForeignKey } from '../../keys/formats/assemble-keys.ts'
import type { StateFile } from '../../keys/formats/state-file.ts'
import { type ImportPlan, ImportRefusal, planImport, withImported } from '../../keys/import-plan.ts'
import type { KeyRole } from '../../keys/key-role.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import type { RecordState } from '../../keys/rollover/key-state.ts'
import { anyKey } from './formats/samples.ts'

const NOW = 1_800_000_000

async function foreignKey(role: KeyRole, facts: Partial<ForeignKey> = {}): Promise<ForeignKey> {
  const { algorithm = 13 } = facts
  const privateKey = await anyKey(algorithm)
  const dnskey = dnskeyRdata(role, algorithm, privateKey)
  const unsaid = { ttl: undefined, times: {}, state: undefined, knot: undefined, files: [] }
  return { role, algorithm, keyTag: keyTagOf(dnskey), dnskey, privateKey, ...unsaid, ...facts }
}

/** What BIND says of a ZSK in a roll. */
function zskState(
  goal: 'hidden' | 'omnipresent',
  dnskey: RecordState,
  zrrsig: RecordState,
  predecessor?: number,
): StateFile {
  const unsaid = { keyTag: undefined, lifetime: 0, generated: undefined, published: undefined, retired: undefined }
  return {
    ...{
      ...unsaid,
      algorithm: 13,
      isKsk: false,
      isZsk: true,
      removed: undefined,
      successor: undefined,
      predecessor,
      goal,
    },
    records: { dnskey: { state: dnskey, since: NOW - 9 }, zrrsig: { state: zrrsig, since: NOW - 9 } },
  }
}

function plan(
  keys: readonly ForeignKey[],
  existing?: StoredKeySet,
  isReplacing = false,
  claimed?: 'published',
): ImportPlan {
  let ids = 0
  return planImport({
    ...{ existing, keys, isReplacing, newId: () => `new${ids++}` },
    circumstances: { now: NOW, claimed, ttls: { zone: 86_400, key: 3_600, ds: 86_400 } },
  })
}

function stored({ incoming, retiring }: ImportPlan, before?: StoredKeySet): StoredKeySet {
  const sealed = incoming.map(
    ({ privateKey, ...key }): StoredKey => ({
      ...key,
      sealed: privateKey && new Uint8Array(1),
    }),
  )
  return withImported('example.com.', before, { incoming: sealed, retiring }, NOW)
}

function refusalOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof ImportRefusal) return error.message
    throw error
  }
  throw new Error('it was planned')
}

describe('an import', () => {
  it('makes a set of a KSK and a ZSK, and finds them there when it is done again', async () => {
    const keys = [await foreignKey('ksk'), await foreignKey('zsk')]
    const set = stored(plan(keys))
    expect(set).toMatchObject({ zone: 'example.com.', epoch: 1, goal: 'secure', isPaused: false })
    expect(set.keys.map(({ id, role, duty }) => [id, role, duty])).toEqual([
      ['new0', 'ksk', 'active'],
      ['new1', 'zsk', 'active'],
    ])
    const again = plan(keys, set)
    expect(again.outcomes.map(({ kind }) => kind)).toEqual(['present', 'present'])
    expect(again.incoming).toEqual([])
  })

  it('goes on with a roll that BIND has begun, by the names of its keys', async () => {
    const ksk = await foreignKey('ksk')
    const old = await foreignKey('zsk', { state: zskState('hidden', 'omnipresent', 'omnipresent') })
    const young = await foreignKey('zsk', { state: zskState('omnipresent', 'rumoured', 'hidden', old.keyTag) })
    const { incoming } = plan([ksk, young, old])
    const [, successor, predecessor] = incoming
    expect(predecessor).toMatchObject({ duty: 'retired', records: { zrrsig: { state: 'omnipresent' } } })
    expect(successor).toMatchObject({
      duty: 'active',
      replaces: predecessor!.id,
      records: { zrrsig: { state: 'hidden' } },
    })
  })

  it('has a published key follow the one in use, and none where it could be several', async () => {
    const set = stored(plan([await foreignKey('ksk'), await foreignKey('zsk')]))
    const next = plan([await foreignKey('zsk')], set, false, 'published')
    expect(next.incoming[0]).toMatchObject({
      duty: 'active',
      replaces: 'new1',
      records: { zrrsig: { state: 'hidden' } },
    })
    const two = plan([await foreignKey('zsk'), await foreignKey('zsk')], set, false, 'published')
    expect(two.incoming.map(({ replaces }) => replaces)).toEqual([undefined, undefined])
  })

  it('has what was there retire only where that is asked for', async () => {
    const set = stored(plan([await foreignKey('ksk'), await foreignKey('zsk')]))
    const keys = [await foreignKey('ksk'), await foreignKey('zsk')]
    expect(plan(keys, set).retiring).toEqual([])
    const replacing = plan(keys, { ...set, keys: set.keys.map((key) => ({ ...key, id: `old-${key.role}` })) }, true)
    expect(replacing.retiring).toEqual(['old-ksk', 'old-zsk'])
    expect(replacing.incoming.map(({ replaces }) => replaces)).toEqual(['old-ksk', 'old-zsk'])
    const after = stored(replacing, { ...set, keys: set.keys.map((key) => ({ ...key, id: `old-${key.role}` })) })
    expect(after.epoch).toBe(2)
    expect(after.keys.map(({ id, duty }) => [id, duty])).toEqual([
      ['old-ksk', 'retired'],
      ['old-zsk', 'retired'],
      ['new0', 'active'],
      ['new1', 'active'],
    ])
  })

  it('takes another signer’s keys as such, and a private key that comes later', async () => {
    const own = stored(plan([await foreignKey('ksk'), await foreignKey('zsk')]))
    const [zsk, ksk] = [await foreignKey('zsk'), await foreignKey('ksk')]
    const foreign = plan(
      [
        { ...zsk, privateKey: undefined },
        { ...ksk, privateKey: undefined },
      ],
      own,
    )
    expect(foreign.incoming.every(({ isForeign, replaces }) => isForeign === true && replaces === undefined)).toBe(true)
    const renamed = { ...foreign, incoming: foreign.incoming.map((key) => ({ ...key, id: `foreign-${key.role}` })) }
    const both = stored(renamed, own)
    const completed = plan([zsk], both)
    expect(completed.outcomes).toMatchObject([{ kind: 'completed', key: { id: 'foreign-zsk' } }])
    expect(completed.incoming[0]!.isForeign).toBeUndefined()
    expect(stored(completed, both).keys).toHaveLength(4)
  })

  it('is refused where the zone would be bogus', async () => {
    const [ksk, zsk, csk] = [await foreignKey('ksk'), await foreignKey('zsk'), await foreignKey('csk')]
    expect(refusalOf(() => plan([ksk]))).toContain('signs the zone’s data')
    expect(refusalOf(() => plan([zsk]))).toContain('signs the key set')
    expect(plan([csk]).incoming).toHaveLength(1)
    const set = stored(plan([csk]))
    expect(plan([await foreignKey('zsk')], set).incoming).toHaveLength(1)
    const other = await foreignKey('ksk', { algorithm: 15 })
    expect(refusalOf(() => plan([other, csk]))).toContain('algorithm 15 (ED25519)')
    expect(refusalOf(() => plan([{ ...zsk, privateKey: undefined }]))).toContain('another signer’s')
  })

  it('is refused where two keys have one tag, as they are or revoked', async () => {
    const [ksk, zsk] = [await foreignKey('ksk'), await foreignKey('zsk')]
    // Octets swapped at even distance leave the sum, and so the tag, as it was.
    const twin = ksk.dnskey.slice()
    ;[twin[4], twin[6]] = [ksk.dnskey[6]!, ksk.dnskey[4]!]
    const set = stored(plan([ksk, zsk]))
    const taken = { ...set, keys: set.keys.map((key) => (key.role === 'ksk' ? { ...key, dnskey: twin } : key)) }
    expect(refusalOf(() => plan([ksk], taken))).toContain('has the key tag of another')
  })

  it('is refused where a private key is not the one of its DNSKEY', async () => {
    const [ksk, zsk] = [await foreignKey('ksk'), await foreignKey('zsk')]
    const wrong = { ...zsk, privateKey: await anyKey(13) }
    expect(refusalOf(() => plan([ksk, wrong]))).toContain('signatures that do not hold under its DNSKEY')
  })
})

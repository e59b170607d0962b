import { describe, expect, it } from 'vitest'
import { writeBackup } from '../../../keys/backup/backup-document.ts'
import { readBackup } from '../../../keys/backup/backup-reading.ts'
import type { StoredKey, StoredKeySet } from '../../../keys/key-store.ts'
import { assumedRecords } from '../../../keys/rollover/assumed-records.ts'
import { drawKey } from '../../helpers/keys.ts'

const CREATED = 1_764_000_000

async function drawStored(role: 'ksk' | 'zsk') {
  const { privateKey, ...key } = await drawKey(13, role)
  const stored: Required<Omit<StoredKey, 'sealed'>> & { sealed: undefined } = {
    ...{ ...key, role, id: key.keyTag.toString(16), created: CREATED, duty: 'active', dutySince: CREATED },
    ...{ replaces: 'a0', isCompromised: false, isForeign: false, backedUp: CREATED + 1 },
    ...{ records: assumedRecords(role, CREATED), sealed: undefined },
  }
  return { stored, privateKey }
}

describe('a backup', () => {
  it('brings back all that a store knows of a zone', async () => {
    const [ksk, spare] = [await drawStored('ksk'), await drawStored('zsk')]
    const privateKeys = new Map([ksk, spare].map(({ stored: { id }, privateKey }) => [id, privateKey]))
    const set: Required<StoredKeySet> = {
      ...{ zone: 'example.com.', epoch: 7, goal: 'insecure', isPaused: true, standbys: ['zsk'] },
      failure: { at: CREATED, what: 'a step did not verify' },
      largestTtl: { ttl: 600, until: CREATED + 601, served: 60 },
      parentTtl: { ttl: 86_400, at: CREATED },
      parentSigned: { [ksk.stored.id]: { present: CREATED + 7, absent: CREATED } },
      ...{ keys: [ksk.stored], reserve: [spare.stored] },
    }
    const history = { entries: [], head: undefined }
    const bundles = { requests: ['a0'], bundles: [] }
    const zone = { set, history, bundles, privateKeyOf: ({ id }: StoredKey) => privateKeys.get(id) }
    const { made, zones, secret } = readBackup(writeBackup({ made: CREATED, zones: [zone], secret: undefined }))
    const restored = ({ stored: { sealed: _, ...stored } }: typeof ksk) =>
      expect.objectContaining({ ...stored, dnskey: new Uint8Array(stored.dnskey) })
    const { keys: _, reserve: __, ...rest } = set
    expect({ made, secret }).toEqual({ made: CREATED, secret: undefined })
    expect(zones).toEqual([{ set: rest, keys: [restored(ksk)], reserve: [restored(spare)], history, bundles }])
    expect(zones[0]!.keys[0]!.privateKey?.equals(ksk.privateKey)).toBe(true)
  })
})

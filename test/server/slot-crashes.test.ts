import { describe, expect, it } from 'vitest'
import type { KeyStore, StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { createSealing, type DataKey, openSealing, type SealingHeader } from '../../keys/sealing.ts'
import { addSlot, removeSlot, type WantedSlot } from '../../server/keys/slot-changes.ts'
import { openByPassphrase } from '../../server/keys/vault.ts'
import { type CrashingDisk, CUTS, type Cut, createCrashingDisk, PowerCut } from '../helpers/crashing-disk.ts'
import { LONG } from '../helpers/long.ts'

const OLD = new Uint8Array(32).fill(1)
const NEW = new Uint8Array(32).fill(2)
const PASSPHRASE = Buffer.from('correct horse battery staple')
const ZONES = ['example.com.', 'example.net.']
const SECRETS = ZONES.map(() => 'secret')

/** A store that the key file opens, and in it a key of each of two zones. */
async function sealedDisk(): Promise<CrashingDisk> {
  const disk = createCrashingDisk()
  const { header, sealing } = createSealing(OLD, { kind: 'key-file', created: 5 })
  const sets = ZONES.map((zone): StoredKeySet => {
    const states = { created: 1, duty: 'active', dutySince: 1, records: {} } as const
    const sealed = sealing.seal(Buffer.from('secret'), zone, 'k')
    const key: StoredKey = {
      ...states,
      id: 'k',
      role: 'zsk',
      algorithm: 13,
      keyTag: 1,
      dnskey: new Uint8Array(4),
      sealed,
    }
    return { zone, epoch: 1, goal: 'secure', isPaused: false, keys: [key] }
  })
  await disk.open().putSealing(header, sets)
  return disk
}

/** What the data key of a store opens of the keys in it. */
function secretsIn(store: Pick<KeyStore, 'get'>, dataKey: DataKey): (string | undefined)[] {
  return ZONES.map((zone) => dataKey.open(store.get(zone)!.keys[0]!.sealed!, zone, 'k')?.toString())
}

/** What opens the store: by the key file, or by what is to take its place. */
async function openAny(disk: CrashingDisk, wanted: WantedSlot): Promise<DataKey> {
  const header = disk.open().header()!
  const byOld = openSealing(header, OLD, 'key-file')
  if (byOld !== undefined) return byOld.sealing
  if (wanted.kind === 'passphrase') return (await openByPassphrase(PASSPHRASE, disk.open())).sealing
  return openSealing(header, NEW, wanted.kind)!.sealing
}

const hasSlot = ({ slots }: SealingHeader, kind: string) => slots.some((slot) => slot.kind === kind)

/** Adds the slot, removes the one of the key file, and begins anew after each end, as an operator does who looks first. */
async function changeSlots(disk: CrashingDisk, wanted: WantedSlot): Promise<number> {
  const secret = wanted.kind === 'passphrase' ? PASSPHRASE : NEW
  for (let ends = 0; ; ) {
    try {
      const dataKey = await openAny(disk, wanted)
      expect(secretsIn(disk.open(), dataKey)).toEqual(SECRETS)
      const store = disk.open()
      if (!hasSlot(store.header()!, wanted.kind)) await addSlot(store, dataKey, wanted, secret)
      const old = disk
        .open()
        .header()!
        .slots.find(({ kind }) => kind === 'key-file')
      // What opens the store from now on is tried before the other is given up.
      if (old !== undefined) await removeSlot(disk.open(), old.id, dataKey)
      await disk.open().settle()
      return ends
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error
      ends++
      const { slots } = disk.flushed().header()!
      expect(slots.length).toBeGreaterThan(0)
    }
  }
}

const WANTED: readonly WantedSlot[] = [
  { kind: 'credential' },
  // Argon2id takes its time.
  ...(LONG ? [{ kind: 'passphrase', strength: 'moderate' } as const] : []),
]

describe('a change of what opens the store', { timeout: 600_000 }, () => {
  it.each(WANTED)('to $kind leaves what did open it, or what does, whenever the process ends', async (wanted) => {
    let ends = 0
    for (const [first, second] of pairs()) {
      const disk = await sealedDisk()
      for (const { write, how } of [first, ...(second === undefined ? [] : [second])]) disk.cutAt(write, how)
      ends += await changeSlots(disk, wanted)
      const { slots } = disk.flushed().header()!
      expect(slots.map(({ kind }) => kind)).toEqual([wanted.kind])
      expect(secretsIn(disk.flushed(), await openAny(disk, wanted))).toEqual(SECRETS)
      expect(openSealing(disk.flushed().header()!, OLD, 'key-file')).toBeUndefined()
    }
    console.info(`${wanted.kind}: ${ends} ends`)
    expect(ends).toBeGreaterThan(20)
  })
})

interface End {
  readonly write: number
  readonly how: Cut
}

/** One end at each write, and two in a row. */
function pairs(): (readonly [End, End | undefined])[] {
  const ends = [1, 2, 3].flatMap((write) => CUTS.map((how): End => ({ write, how })))
  const later = ({ write }: End) => CUTS.map((how): End => ({ write: write + 1, how }))
  return ends.flatMap((end) => [[end, undefined] as const, ...later(end).map((next) => [end, next] as const)])
}

import type { FormerFileKey, SealingHeader } from '../../keys/sealing.ts'
import type { KeySlot, PassphraseSlot, SealingSlot } from '../../keys/sealing-slots.ts'

/** Record with its octets as text, in base64. */
export type AsText<Whole> = { readonly [Name in keyof Whole]: Whole[Name] extends Uint8Array ? string : Whole[Name] }

type SlotRecord = AsText<Omit<KeySlot, 'publicKey'>> | AsText<Omit<PassphraseSlot, 'publicKey'>>

/** The slot of a store that had but one may lack its number and time, and one from before there were key pairs its public key. */
type StoredSlot = Omit<SlotRecord, 'id' | 'created'> &
  Partial<Pick<SlotRecord, 'id' | 'created'>> & { readonly publicKey?: string }

/** The header of a store's sealing as it is kept. */
export interface HeaderRecord {
  readonly version: SealingHeader['version']
  readonly slots: readonly StoredSlot[]
  readonly formerFileKeys?: readonly AsText<FormerFileKey>[]
}

/** The header as text. */
export function headerToRecord({ version, slots, formerFileKeys }: SealingHeader): HeaderRecord {
  return {
    ...{ version, slots: slots.map(slotToRecord) },
    ...(formerFileKeys && {
      formerFileKeys: formerFileKeys.map(({ store, sealed }) => ({ store, sealed: toText(sealed) })),
    }),
  }
}

/** The header of a record. */
export function recordToHeader({ version, slots, formerFileKeys }: HeaderRecord): SealingHeader {
  return {
    version,
    slots: slots.map((slot, index) => recordToSlot({ id: index + 1, created: 0, ...slot })),
    ...(formerFileKeys && {
      formerFileKeys: formerFileKeys.map(({ store, sealed }) => ({ store, sealed: fromText(sealed) })),
    }),
  }
}

function slotToRecord(slot: SealingSlot): StoredSlot {
  const { publicKey, ...rest } = slot
  const octets = { sealed: toText(slot.sealed), ...(publicKey && { publicKey: toText(publicKey) }) }
  const record = slot.kind === 'passphrase' ? { ...rest, ...octets, salt: toText(slot.salt) } : { ...rest, ...octets }
  return record as StoredSlot
}

function recordToSlot(stored: StoredSlot): SealingSlot {
  const { publicKey, ...slot } = stored as SlotRecord & { readonly publicKey?: string }
  const octets = { sealed: fromText(slot.sealed), ...(publicKey !== undefined && { publicKey: fromText(publicKey) }) }
  return slot.kind === 'passphrase' ? { ...slot, ...octets, salt: fromText(slot.salt) } : { ...slot, ...octets }
}

/** Octets in base64. */
export function toText(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64')
}

/** Octets of base64. */
export function fromText(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}

import type { SealingHeader, SealingSlot } from '../../keys/sealing.ts'

/** Record with its octets as text, in base64. */
export type AsText<Whole> = { readonly [Name in keyof Whole]: Whole[Name] extends Uint8Array ? string : Whole[Name] }

type SlotRecord = AsText<SealingSlot>

/** The header of a store's sealing as it is kept. */
export interface HeaderRecord {
  readonly version: SealingHeader['version']
  /** The slot of a store that had but one may lack its number and time. */
  readonly slots: readonly (Omit<SlotRecord, 'id' | 'created'> & Partial<Pick<SlotRecord, 'id' | 'created'>>)[]
}

/** The header as text. */
export function headerToRecord({ version, slots }: SealingHeader): HeaderRecord {
  return { version, slots: slots.map(slotToRecord) }
}

/** The header of a record. */
export function recordToHeader({ version, slots }: HeaderRecord): SealingHeader {
  return {
    version,
    slots: slots.map((slot, index) => recordToSlot({ id: index + 1, created: 0, ...slot } as SlotRecord)),
  }
}

function slotToRecord(slot: SealingSlot): SlotRecord {
  const sealed = toText(slot.sealed)
  return slot.kind === 'passphrase' ? { ...slot, sealed, salt: toText(slot.salt) } : { ...slot, sealed }
}

function recordToSlot(slot: SlotRecord): SealingSlot {
  const sealed = fromText(slot.sealed)
  return slot.kind === 'passphrase' ? { ...slot, sealed, salt: fromText(slot.salt) } : { ...slot, sealed }
}

/** Octets in base64. */
export function toText(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64')
}

/** Octets of base64. */
export function fromText(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}

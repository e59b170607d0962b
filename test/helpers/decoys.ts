import type { DecoySettings, ImageDecoys } from '../../server/decoys.ts'
import { prefix } from './answering.ts'
import { wireName } from './zone.ts'

/** Decoys as tests write them: prefixes and names as text. */
export interface DecoyText extends Partial<Omit<DecoySettings, 'of' | 'addresses'>> {
  readonly of?: readonly string[]
  readonly addresses?: readonly string[]
  readonly active?: boolean
}

/** Decoys that are on, with keys that tests know. */
export function decoysOf({ of = [], addresses = [], active = true, ...settings }: DecoyText): ImageDecoys {
  return {
    settings: {
      of: of.map(wireName),
      addresses: addresses.map((text) => {
        const [address, length] = text.split('/') as [string, string]
        return prefix(address, Number(length))
      }),
      ...{ ttl: 300, isSelective: false, depth: 2, when: 'always' },
      ...settings,
    },
    keys: Uint8Array.from({ length: 48 }, (_, index) => index),
    active,
  }
}

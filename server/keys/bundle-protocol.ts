import type { SupplyLevel } from '../../keys/bundle/bundle-supply.ts'

/** How long the signatures of offline keys last, for what is served now. Unix seconds. */
export interface SupplyReport {
  /** Tags of the KSKs that are offline. */
  readonly offline: readonly number[]
  readonly level: SupplyLevel
  /** When the bundle began that lasts longest; undefined: a signature is missing now. */
  readonly from?: number
  /** Until then resolvers find signatures that hold. */
  readonly until?: number
}

/** Commands of the control channel about offline keys, by name. */
export interface BundleCommands {
  /** Makes the ZSKs that it needs, and remembers what it asked for. */
  'bundle-request': {
    arguments: { readonly zone: string; readonly weeks: number }
    result: {
      /** As the file has it. */
      readonly request: object
      /** Tags of the ZSKs that were made for it. */
      readonly made: readonly number[]
      /** What there is now. */
      readonly supply: SupplyReport
    }
  }
  'bundle-import': {
    /** As the file has it. */
    arguments: { readonly bundle: object }
    result: { readonly zone: string; readonly signatures: number; readonly supply: SupplyReport }
  }
  /**
   * Signs ahead with a KSK that is here, and removes its private key from the store. `proof` is a signature by the copy
   * of the key that is kept, of `takingOfflineProof`, in base64: so nobody removes the last one by mistake.
   */
  'bundle-take-offline': {
    arguments: {
      readonly zone: string
      readonly keyTag: number
      readonly weeks: number
      readonly proof: string
    }
    result: { readonly signatures: number; readonly supply: SupplyReport }
  }
}

/** What the copy of a key signs that is kept when the key is taken offline. */
export function takingOfflineProof(zone: string, keyTag: number): Uint8Array {
  return Buffer.from(`veil take offline\0${zone}\0${keyTag}`)
}

/** The most weeks that may be signed ahead. */
export const MOST_WEEKS = 104

import { createHmac } from 'node:crypto'
import type { DecoySettings, ImageDecoys } from './decoys.ts'
import type { ZoneResponse } from './guard/guard-state.ts'

/** Decoys as workers get them, on or off by the guard's `response`; undefined where the view of the zone has none. */
export function describeDecoys(
  settings: DecoySettings | undefined,
  { secret, zone, response }: { readonly secret: Uint8Array; readonly zone: string; readonly response: ZoneResponse },
): ImageDecoys | undefined {
  if (settings === undefined) return undefined
  return { settings, keys: decoyKeys(secret, zone), active: settings.when === 'always' || response.decoys }
}

/** The secret behind the decoys of a zone, the same in all its views: 48 octets. `zone` is its canonical text. */
export function decoyKeys(secret: Uint8Array, zone: string): Uint8Array {
  return new Uint8Array(createHmac('sha384', secret).update(`decoys ${zone}`).digest())
}

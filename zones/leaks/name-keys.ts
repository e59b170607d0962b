import { nameLength, nameToText } from '../../dns/name.ts'

/** A name as the key of a map: its octets, lower-cased, as Latin-1. */
export type NameKey = string

/** The key of the name at `start`. */
export function keyOf(octets: Uint8Array, start = 0): NameKey {
  const name = Buffer.from(octets.buffer, octets.byteOffset + start, nameLength(octets, start))
  return name.toString('latin1').replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** The key of a name that is lower-cased already, as owners in projections are: much cheaper. */
export function keyOfLower(octets: Buffer, start: number): NameKey {
  return octets.toString('latin1', start, start + nameLength(octets, start))
}

/** The octets as a Buffer; nothing is copied. */
export function asBuffer(octets: Uint8Array): Buffer {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length)
}

/** The key of the name above; the root has none. */
export function parentOf(key: NameKey): NameKey {
  return key.slice(key.charCodeAt(0) + 1)
}

/** The first label; '' for the root. */
export function firstLabel(key: NameKey): string {
  return key.slice(1, 1 + key.charCodeAt(0))
}

/** Absolute presentation format. */
export function keyToText(key: NameKey): string {
  return nameToText(Buffer.from(key, 'latin1'))
}

import { typeToText } from '../../dns/rr/registry.ts'

/** Whether the type bitmap in `octets` from `start` to `end` lists `type` (RFC 4034 §4.1.2). */
export function bitmapHas(octets: Uint8Array, start: number, end: number, type: number): boolean {
  for (let at = start; at + 1 < end; at += 2 + octets[at + 1]!) {
    if (octets[at] !== type >>> 8) continue
    const place = (type & 0xff) >> 3
    return place < octets[at + 1]! && (octets[at + 2 + place]! & (0x80 >> (type & 7))) !== 0
  }
  return false
}

/** Text of the types that a bitmap would have to list and does not. */
export function missingTypes(
  octets: Uint8Array,
  [start, end]: readonly [number, number],
  types: readonly number[],
): string {
  return types
    .filter((type) => !bitmapHas(octets, start, end, type))
    .map(typeToText)
    .join(' ')
}

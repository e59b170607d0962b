/** What an xid tells (github.com/rs/xid): where and when it was drawn. */
export interface Xid {
  /** Unix seconds. */
  readonly time: number
  /** 24 bits, the same for all xids of a machine; 16 bits of the process; 24 bits that count up. */
  readonly machine: number
  readonly process: number
  readonly counter: number
}

/** Reads the 20 lower-cased digits of base32hex at `start`, which are 12 octets; the last digit holds one bit. */
export function decodeXid(octets: Uint8Array, start: number): Xid {
  const bytes = new Uint8Array(12)
  let bits = 0
  let held = 0
  let at = 0
  for (let index = start; index < start + 20; index++) {
    const octet = octets[index]!
    held = ((held << 5) | (octet < 0x61 ? octet - 0x30 : octet - 0x57)) & 0xffff
    bits += 5
    if (bits < 8 || at === 12) continue
    bits -= 8
    bytes[at++] = held >>> bits
  }
  const number = (from: number, count: number) =>
    bytes.subarray(from, from + count).reduce((value, octet) => value * 256 + octet, 0)
  return { time: number(0, 4), machine: number(4, 3), process: number(7, 2), counter: number(9, 3) }
}

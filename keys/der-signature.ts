/*
 * ECDSA signatures from what OpenSSL gives to what RRSIG holds. Asking OpenSSL for the latter takes twice as long on
 * some versions of Node.js.
 */

/**
 * Writes the signature `SEQUENCE { r INTEGER, s INTEGER }` in DER as r and s, each of `fieldOctets`, to `into` from
 * `at` on (RFC 6605 §4). No signature here has more than 127 octets, so lengths take one octet. It is OpenSSL's:
 * trusted.
 */
export function writeRawSignature(der: Uint8Array, fieldOctets: number, into: Uint8Array, at: number): void {
  const lengthOfR = der[3]!
  const startOfR = 4
  const startOfS = startOfR + lengthOfR + 2
  writeInteger(der, startOfR, lengthOfR, into, at, fieldOctets)
  writeInteger(der, startOfS, der[startOfS - 1]!, into, at + fieldOctets, fieldOctets)
}

/** DER has no leading zero octets, save one in front of a set highest bit. */
function writeInteger(
  der: Uint8Array,
  start: number,
  length: number,
  into: Uint8Array,
  at: number,
  fieldOctets: number,
): void {
  const excess = length - fieldOctets
  let from = start + Math.max(excess, 0)
  let to = at
  for (let padding = -excess; padding > 0; padding--) into[to++] = 0
  const end = at + fieldOctets
  while (to < end) into[to++] = der[from++]!
}

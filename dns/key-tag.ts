/** The key tag of DNSKEY RDATA (RFC 4034 appendix B); not for algorithm 1, which has another. */
export function keyTagOf(dnskey: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < dnskey.length; at++) sum += at % 2 === 0 ? dnskey[at]! << 8 : dnskey[at]!
  return (sum + (sum >>> 16)) & 0xffff
}

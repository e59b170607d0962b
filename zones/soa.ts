/*
 * The RDATA of a SOA ends in five numbers of 32 bits: serial, refresh, retry, expire, minimum (RFC 1035 §3.3.13).
 */

/** Octets from the serial to the end of the RDATA. */
export const SERIAL_TO_END = 20
const MINIMUM_TO_END = 4

/** SERIAL of a SOA's RDATA. */
export function soaSerial(rdata: Uint8Array): number {
  return numberBeforeEnd(rdata, SERIAL_TO_END)
}

/** MINIMUM of a SOA's RDATA: how long its denials may be kept (RFC 2308 §4). */
export function soaMinimum(rdata: Uint8Array): number {
  return numberBeforeEnd(rdata, MINIMUM_TO_END)
}

function numberBeforeEnd(rdata: Uint8Array, octets: number): number {
  return new DataView(rdata.buffer, rdata.byteOffset + rdata.length - octets).getUint32(0)
}

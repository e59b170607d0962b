import { Rcode } from './constants.ts'

/** The mnemonic of an RCODE as RFC 6895 §2.3 writes it; `RCODE23` for others. */
export function rcodeToText(rcode: number): string {
  const name = Object.entries(Rcode).find(([, value]) => value === rcode)?.[0]
  return name === undefined ? `RCODE${rcode}` : name.toUpperCase()
}

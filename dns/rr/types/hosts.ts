/*
 * Where hosts and services are.
 */
import { rr } from '../declaration.ts'
import { ipv6 } from '../fields/addresses.ts'
import { u16 } from '../fields/integers.ts'
import { name } from '../fields/names.ts'
import { string, text } from '../fields/strings.ts'

export const AAAA = rr('AAAA', 28, 'RFC 3596', { address: ipv6 })
export const SRV = rr('SRV', 33, 'RFC 2782', {
  priority: u16,
  weight: u16,
  port: u16,
  // RFC 3597 §4: written by RFC 2052 with compression, so understood with it.
  target: name({ decompress: true, lowercase: true, additional: true }),
})
export const NAPTR = rr('NAPTR', 35, 'RFC 3403', {
  order: u16,
  preference: u16,
  flags: string,
  services: string,
  regexp: string,
  replacement: name({ decompress: true, lowercase: true }),
})
export const KX = rr('KX', 36, 'RFC 2230', {
  preference: u16,
  exchanger: name({ lowercase: true, additional: true }),
})
export const DNAME = rr('DNAME', 39, 'RFC 6672', { target: name({ lowercase: true }) })
export const URI = rr('URI', 256, 'RFC 7553', { priority: u16, weight: u16, target: text(1) })

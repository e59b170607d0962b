/*
 * RFC 1035: the only types whose names may be compressed (RFC 3597 §4).
 */
import { rr } from '../declaration.ts'
import { ipv4 } from '../fields/addresses.ts'
import { opaque } from '../fields/binary.ts'
import { seconds, u16, u32 } from '../fields/integers.ts'
import { name1035 } from '../fields/names.ts'
import { services } from '../fields/services.ts'
import { string, strings } from '../fields/strings.ts'

export const A = rr('A', 1, 'RFC 1035', { address: ipv4 })
export const NS = rr('NS', 2, 'RFC 1035', { server: name1035({ additional: true }) })
export const MD = rr('MD', 3, 'RFC 1035', { agent: name1035({ additional: true }) })
export const MF = rr('MF', 4, 'RFC 1035', { agent: name1035({ additional: true }) })
export const CNAME = rr('CNAME', 5, 'RFC 1035', { target: name1035() })
export const SOA = rr('SOA', 6, 'RFC 1035', {
  primary: name1035(),
  mailbox: name1035(),
  serial: u32,
  refresh: seconds,
  retry: seconds,
  expire: seconds,
  minimum: seconds,
})
export const MB = rr('MB', 7, 'RFC 1035', { host: name1035({ additional: true }) })
export const MG = rr('MG', 8, 'RFC 1035', { member: name1035() })
export const MR = rr('MR', 9, 'RFC 1035', { mailbox: name1035() })
export const NULL = rr('NULL', 10, 'RFC 1035', { content: opaque })
export const WKS = rr('WKS', 11, 'RFC 1035', { address: ipv4, services })
export const PTR = rr('PTR', 12, 'RFC 1035', { target: name1035() })
export const HINFO = rr('HINFO', 13, 'RFC 1035', { hardware: string, system: string })
export const MINFO = rr('MINFO', 14, 'RFC 1035', { responsible: name1035(), errors: name1035() })
export const MX = rr('MX', 15, 'RFC 1035', { preference: u16, exchange: name1035({ additional: true }) })
export const TXT = rr('TXT', 16, 'RFC 1035', { text: strings })

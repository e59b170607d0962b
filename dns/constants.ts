/** OPCODEs of RFC 1035 §4.1.1 and its successors. */
export const Opcode = { Query: 0, Status: 2, Notify: 4, Update: 5 } as const

/** RCODEs, the extended ones of RFC 6891 §6.1.3 included. */
export const Rcode = {
  NoError: 0,
  FormErr: 1,
  ServFail: 2,
  NxDomain: 3,
  NotImp: 4,
  Refused: 5,
  YxDomain: 6,
  NotAuth: 9,
  BadVers: 16,
  BadCookie: 23,
} as const

/** The RR types, QTYPEs and meta-types that code speaks of by name. What a type's RDATA holds is declared in rr/types/. */
export const Type = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  NSEC3PARAM: 51,
  CDS: 59,
  CDNSKEY: 60,
  ZONEMD: 63,
  DSYNC: 66,
  SPF: 99,
  NXNAME: 128,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  CAA: 257,
} as const

/** CLASSes of RFC 1035 §3.2.4. */
export const Class = { In: 1, Chaos: 3, Hesiod: 4, None: 254, Any: 255 } as const

/** The header's 12 octets: ID, flags, four counts (RFC 1035 §4.1.1). */
export const HEADER_LENGTH = 12

/** Bits of the header's second 16-bit word (RFC 1035 §4.1.1, RFC 4035 §3.2). */
export const Flag = {
  QR: 0x8000,
  OpcodeMask: 0x7800,
  AA: 0x0400,
  TC: 0x0200,
  RD: 0x0100,
  RA: 0x0080,
  AD: 0x0020,
  CD: 0x0010,
  RcodeMask: 0x000f,
} as const

/** Bits of the OPT record's flags (RFC 6891 §6.1.4; CO: RFC 9824 §3.5). */
export const EdnsFlag = { DO: 0x8000, CO: 0x4000 } as const

/** What stands before RDATA where the owner is a pointer: it, type, class, TTL, RDLENGTH (RFC 1035 §4.1.3). */
export const RR_FIXED_OCTETS = 12
/** RRSIG's RDATA in front of the signer's name (RFC 4034 §3.1). */
export const RRSIG_FIXED_OCTETS = 18

/** Octets of a name with its root label, and of a label without its length (RFC 1035 §3.1). */
export const MAX_NAME_LENGTH = 255
export const MAX_LABEL_LENGTH = 63
/** Labels that fit 255 octets, without root. */
export const MAX_LABELS = 127

/** Octets that we advertise and never exceed over UDP: they fit every path without fragments (RFC 9715). */
export const MAX_UDP_PAYLOAD = 1232
/** Octets that every requestor accepts (RFC 1035 §4.2.1). */
export const MIN_UDP_PAYLOAD = 512

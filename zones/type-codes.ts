/** The RR types that change how a zone is structured or what an answer carries beside the RRset asked for. */
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
  DS: 43,
  SPF: 99,
  CAA: 257,
} as const

import { EdnsFlag, MAX_UDP_PAYLOAD, Type } from '../../dns/constants.ts'
import type { AnswerContext } from './context.ts'
import { write16 } from './writer.ts'

const OPTION_NSID = 3
/** Root owner, type, payload size, extended RCODE, version, flags, RDLENGTH (RFC 6891 §6.1.2). */
const OPT_OCTETS = 11

/** Octets that the answer's OPT record will take; 0 where the query had none. */
export function ednsLength(context: AnswerContext): number {
  if (!context.query.edns) return 0
  const nsid = context.generation.identity.nsid
  return context.query.nsidWanted && nsid !== undefined ? OPT_OCTETS + 4 + nsid.length : OPT_OCTETS
}

/** Appends OPT, for which `ednsLength` octets were kept free. */
export function writeEdns(context: AnswerContext, rcode: number): void {
  const { query, writer } = context
  const { octets } = writer
  let at = writer.start + writer.position
  octets[at] = 0
  write16(octets, at + 1, Type.OPT)
  write16(octets, at + 3, MAX_UDP_PAYLOAD)
  octets[at + 5] = rcode >>> 4
  octets[at + 6] = 0
  write16(octets, at + 7, query.dnssecOk ? EdnsFlag.DO : 0)
  const length = ednsLength(context)
  write16(octets, at + 9, length - OPT_OCTETS)
  if (length > OPT_OCTETS) {
    const nsid = context.generation.identity.nsid!
    write16(octets, at + 11, OPTION_NSID)
    write16(octets, at + 13, nsid.length)
    at += 15
    for (let i = 0; i < nsid.length; i++) octets[at + i] = nsid[i]!
  }
  writer.position += length
  writer.additionals++
}

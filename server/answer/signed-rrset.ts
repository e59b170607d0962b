/*
 * RRsets with what makes them verifiable: their signatures, and proofs of what is not there. How both come about is the
 * signer's affair; what does not fit with all that belongs to it is not written at all (RFC 4035 §3.1.1).
 */
import type { Image } from '../../zones/image/image.ts'
import { RRset } from '../../zones/image/layout.ts'
import type { ZoneSigner } from '../generation.ts'
import type { AnswerContext } from './context.ts'
import { writePresignedProof, writePresignedSignatures } from './presigned.ts'
import { writeApexRRset, writeApexSignatures, writeMadeRecord, writeSignatures } from './signature-writer.ts'
import { Source } from './signed-lookup.ts'
import { writeBlock } from './writer.ts'

/**
 * Writes an RRset of the image, whose owner the message spells at `owner`, and its signatures where the answer has them.
 * Returns the position of its block and leaves the number of records in `writer.written`; 0: it does not fit.
 */
export function putRRset(
  context: AnswerContext,
  image: Image,
  signer: ZoneSigner | undefined,
  rrset: number,
  owner: number,
): number {
  const { writer, plan } = context
  const block = writeBlock(writer, image, rrset, owner)
  if (block === 0) {
    writer.truncated = true
    return 0
  }
  const row = image.rrsets + rrset * RRset.Words
  writer.written = image.words[row + RRset.Count]!
  if (!plan.signed || signer === undefined) return block
  const signatures =
    signer.kind === 'online'
      ? writeSignatures(writer, context.signing, owner, image.words[row + RRset.Ttl]!)
      : writePresignedSignatures(writer, image, rrset, owner)
  return addWritten(context, signatures, block) ? block : 0
}

/** Takes `records` just written, or -1, into account: where they did not fit, all from `position` on is taken back. */
function addWritten({ writer }: AnswerContext, records: number, position: number): boolean {
  if (records >= 0) {
    writer.written += records
    return true
  }
  writer.position = position
  writer.truncated = true
  return false
}

/**
 * Writes what the signer itself has for the name at hand: an RRset of the apex, an NSEC record, or signatures alone. Their
 * number is left in `writer.written`; false: they do not fit.
 */
export function putSignersAnswer(context: AnswerContext, owner: number): boolean {
  const { writer, plan, signing } = context
  const { signer } = plan
  const { position } = writer
  writer.written = 0
  if (signer?.kind !== 'online') {
    return addWritten(context, writePresignedSignatures(writer, plan.image!, plan.found.rrset, owner), position)
  }
  if (plan.source === Source.Apex) {
    const rrset = signer.apexRRsets[plan.apexRRset]!
    if (!addWritten(context, writeApexRRset(writer, rrset, owner), position)) return false
    if (!plan.signed) return true
    return addWritten(context, writeApexSignatures(writer, rrset, owner, context.unixSeconds), position)
  }
  if (plan.source === Source.Signatures) {
    const { ttl } = signing.signables[signing.next]!
    return addWritten(context, writeSignatures(writer, signing, owner, ttl), position)
  }
  return putDenialRecord(context)
}

/** Writes the record of a name that no image has; its records are counted in `writer.written`. False: it does not fit. */
export function putMade(context: AnswerContext, owner: number): boolean {
  const { writer, plan, signing } = context
  const { position } = writer
  const { record, ttl } = plan.made
  writer.written = 0
  if (!addWritten(context, writeMadeRecord(writer, record, ttl) === 0 ? -1 : 1, position)) return false
  if (!plan.signed || plan.signer === undefined) return true
  return addWritten(context, writeSignatures(writer, signing, owner, ttl), position)
}

/**
 * Writes the next proof, which is about the name at hand, that of alias number `step` or LAST_NAME, to the authority
 * section; false: it does not fit.
 */
export function putProof(context: AnswerContext, signer: ZoneSigner | undefined, step: number): boolean {
  const { writer, signing } = context
  if (signer === undefined) return true
  if (signer.kind === 'presigned') {
    const { position } = writer
    writer.written = 0
    const fits = addWritten(context, writePresignedProof(context, signer, step), position)
    writer.authorities += writer.written
    return fits
  }
  const { count } = signing.denials[signing.nextDenial++]!
  for (let record = 0; record < count; record++) {
    if (!putDenialRecord(context)) return false
    writer.authorities += writer.written
  }
  return true
}

/** Writes the next denial record and its signatures; their number is left in `writer.written`. */
function putDenialRecord(context: AnswerContext): boolean {
  const { writer, plan, signing } = context
  const { position } = writer
  const { record, ttl } = signing.signables[signing.next]!
  const owner = writeMadeRecord(writer, record!, ttl)
  writer.written = 0
  if (!addWritten(context, owner === 0 ? -1 : 1, position)) return false
  return !plan.signed || addWritten(context, writeSignatures(writer, signing, owner, ttl), position)
}

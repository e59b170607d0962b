/*
 * Answers from zones that bring their signatures: what the image has is written as it is.
 */
import { proveByNsec } from '../../zones/denial/chain-nsec.ts'
import { proveByNsec3 } from '../../zones/denial/chain-nsec3.ts'
import { noteSent } from '../../zones/denial/chain-proof.ts'
import { Proof } from '../../zones/denial/denial.ts'
import type { Image } from '../../zones/image/image.ts'
import { Chain, PresignedDenial, RRset } from '../../zones/image/layout.ts'
import { labelCountOf, labelOf, parentOf } from '../../zones/image/nodes.ts'
import { Outcome } from '../../zones/lookup.ts'
import type { PresignedSigner } from '../generation.ts'
import type { AnswerContext } from './context.ts'
import { lastName } from './plan.ts'
import { apexPosition, MAX_POINTER, type Writer, write16, writeBlock } from './writer.ts'

/** In place of the number of an alias: the name that the aliases lead to. */
export const LAST_NAME = -1

const DOES_NOT_FIT = -1

/**
 * Writes the RRSIGs over an RRset of the image, whose owner the message spells at `owner`. Returns how many, 0 for an RRset
 * that is not signed, or -1 where they do not fit all.
 */
export function writePresignedSignatures(writer: Writer, image: Image, rrset: number, owner: number): number {
  const { words } = image
  const signatures = words[image.signatures + rrset]!
  if (signatures < 0) return 0
  if (writeBlock(writer, image, signatures, owner) === 0) return DOES_NOT_FIT
  return words[image.rrsets + signatures * RRset.Words + RRset.Count]!
}

/**
 * Writes the records that prove what the answer says of the name at hand, the last or that of an alias which a wildcard
 * made, each with its signatures. Returns how many, or -1 where they do not fit all.
 */
export function writePresignedProof(context: AnswerContext, signer: PresignedSigner, step: number): number {
  const { writer, plan, query, chainProof } = context
  const { found } = plan
  const isLast = step === LAST_NAME
  const image = isLast ? plan.image! : plan.aliasImages[step]!
  chainProof.proof = isLast && plan.outcome !== Outcome.Answer ? plan.proof : Proof.Expanded
  chainProof.name = isLast ? lastName(plan, query) : plan.left[step]!
  chainProof.node = isLast ? found.node : plan.aliasWildcards[step]!
  chainProof.wildcard = isLast ? found.wildcard : true
  if (image.presigned === PresignedDenial.Nsec) proveByNsec(image, chainProof)
  else proveByNsec3(image, chainProof, signer.nsec3Hash)
  let records = 0
  for (let i = 0; i < chainProof.count; i++) {
    const row = chainProof.rows[i]!
    // An RRset is sent once (RFC 2181 §5).
    if (!noteSent(chainProof, image, row)) continue
    const written = writeChainRecord(writer, image, row, chainProof.base)
    if (written < 0) return DOES_NOT_FIT
    records += written
  }
  return records
}

/** Writes a record of the chain and its RRSIGs; `base` is a node at or above the name at hand. */
function writeChainRecord(writer: Writer, image: Image, row: number, base: number): number {
  const { words } = image
  const at = image.chain + row * Chain.Words
  const rrset = words[at + Chain.RRset]!
  const isNsec = image.presigned === PresignedDenial.Nsec
  const owner = isNsec
    ? writeNsec(writer, image, rrset, words[at + Chain.Owner]!, base)
    : writeNsec3(writer, image, rrset, words[at + Chain.Owner]!)
  if (owner === 0) return DOES_NOT_FIT
  const signatures = writePresignedSignatures(writer, image, rrset, owner)
  return signatures < 0 ? DOES_NOT_FIT : 1 + signatures
}

/** Writes the NSEC of `node` and returns where the message spells its owner, or 0 where it does not fit. */
function writeNsec(writer: Writer, image: Image, rrset: number, node: number, base: number): number {
  const { octets } = image
  let shared = base
  let above = node
  // A parent has a smaller number than its children.
  while (shared !== above) {
    if (shared > above) shared = parentOf(image, shared)
    else above = parentOf(image, above)
  }
  const suffix = writer.spelled[writer.labels - labelCountOf(image, shared)]!
  if (node === shared) return writeBlock(writer, image, rrset, suffix) === 0 ? 0 : suffix
  let length = 0
  for (let at = node; at !== shared; at = parentOf(image, at)) length += 1 + octets[labelOf(image, at)]!
  const position = writeBehindLabels(writer, image, rrset, length, suffix)
  let to = writer.start + position
  for (let at = node; position !== 0 && at !== shared; at = parentOf(image, at)) {
    const label = labelOf(image, at)
    for (let i = 0; i <= octets[label]!; i++) writer.octets[to++] = octets[label + i]!
  }
  return position
}

/** The same for an NSEC3, whose owner is the label at `label` and the apex. */
function writeNsec3(writer: Writer, image: Image, rrset: number, label: number): number {
  const { octets } = image
  const length = 1 + octets[label]!
  const position = writeBehindLabels(writer, image, rrset, length, apexPosition(writer, image))
  for (let i = 0; position !== 0 && i < length; i++) writer.octets[writer.start + position + i] = octets[label + i]!
  return position
}

/**
 * Writes the one record of an RRset, its owner a pointer to `suffix` behind room for `length` octets of labels. Returns where
 * the room begins, or 0 where it does not fit, or where no pointer reaches it.
 */
function writeBehindLabels(writer: Writer, image: Image, rrset: number, length: number, suffix: number): number {
  const { position } = writer
  const row = image.rrsets + rrset * RRset.Words
  const block = image.words[row + RRset.Block]!
  const octets = image.words[row + RRset.BlockLength]!
  if (position + length + octets > writer.limit || position > MAX_POINTER || suffix > MAX_POINTER) return 0
  const to = writer.start + position + length
  for (let i = 0; i < octets; i++) writer.octets[to + i] = image.octets[block + i]!
  write16(writer.octets, to, 0xc000 | suffix)
  writer.position = position + length + octets
  return position
}

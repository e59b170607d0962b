import { Class, HEADER_LENGTH, MAX_NAME_LENGTH, Rcode, RR_FIXED_OCTETS, Type } from '../../dns/constants.ts'
import type { Image } from '../../zones/image/image.ts'
import { Additional, AdditionalFlag, NodeFlag, RRset } from '../../zones/image/layout.ts'
import { hasFlag, labelCountOf } from '../../zones/image/nodes.ts'
import { findRRset, Outcome } from '../../zones/lookup.ts'
import type { ZoneSigner } from '../generation.ts'
import type { AnswerContext } from './context.ts'
import { earlierStep, IS_CNAME } from './plan.ts'
import { LAST_NAME, writePresignedSignatures } from './presigned.ts'
import { showsWildcards } from './signables.ts'
import { Source } from './signed-lookup.ts'
import { putMade, putProof, putRRset, putSignersAnswer } from './signed-rrset.ts'
import { apexPosition, MAX_POINTER, spellName, type Writer, write16, writeBlock } from './writer.ts'

/** Targets looked at for one answer; a referral or MX set beyond that is not served better by more addresses. */
const MAX_ADDITIONALS = 256

/** Names that begin here or before can be pointed at from any of their labels on. */
const MAX_NAME_START = MAX_POINTER - MAX_NAME_LENGTH

/** Writes the plan's answer, authority and additional sections; stops, and says so, where a needed RRset does not fit. */
export function writeSections(context: AnswerContext): void {
  const { writer, plan, query, chainProof } = context
  const { image, signer, found } = plan
  chainProof.sentCount = 0
  if (plan.aliases !== 0 && !writeAliases(context)) return
  const block = image === undefined ? NO_ADDITIONALS : writeLast(context, image)
  if (block === DOES_NOT_FIT) return
  if (query.dnssecOk && plan.aliases !== 0 && !writeAliasProofs(context)) return
  if (block !== NO_ADDITIONALS) writeAdditionals(writer, image!, plan.signed ? signer : undefined, found.rrset, block)
}

/** In place of a block's position. No block stands where the header does. */
const NO_ADDITIONALS = 0
const DOES_NOT_FIT = -1

/**
 * Writes what the last name has, or does not have, to answer and authority section. Returns the position of the block that
 * addresses may be added to, or one of the above.
 */
function writeLast(context: AnswerContext, image: Image): number {
  const { writer, plan } = context
  switch (plan.outcome) {
    case Outcome.Answer:
      return writeAnswer(context, image)
    case Outcome.Referral:
      return writeReferral(context, image)
    case Outcome.Nodata:
    case Outcome.Nxdomain:
      if (putRRset(context, image, plan.signer, image.negativeSoa, apexPosition(writer, image)) === 0)
        return DOES_NOT_FIT
      writer.authorities += writer.written
      return !plan.signed || putProof(context, plan.signer, LAST_NAME) ? NO_ADDITIONALS : DOES_NOT_FIT
    default:
      return NO_ADDITIONALS
  }
}

function writeAnswer(context: AnswerContext, image: Image): number {
  const { writer, plan, query } = context
  const { found, signer } = plan
  const owner = writer.spelled[0]!
  let block = NO_ADDITIONALS
  if (plan.source === Source.Image) {
    block = putRRset(context, image, signer, found.rrset, owner)
    if (block === 0) return DOES_NOT_FIT
  } else if (plan.source === Source.Made ? !putMade(context, owner) : !putSignersAnswer(context, owner)) {
    return DOES_NOT_FIT
  }
  writer.answers += writer.written
  if (!plan.signed || signer === undefined) return block
  // Addresses would have to be signed too, and a validator asks for them itself.
  const isExpanded = found.wildcard && query.dnssecOk && showsWildcards(signer)
  return !isExpanded || putProof(context, signer, LAST_NAME) ? NO_ADDITIONALS : DOES_NOT_FIT
}

function writeReferral(context: AnswerContext, image: Image): number {
  const { writer, plan } = context
  const { found, signer } = plan
  const owner = writer.spelled[writer.labels - labelCountOf(image, found.node)]!
  const block = need(writer, writeBlock(writer, image, found.rrset, owner))
  if (block === 0) return DOES_NOT_FIT
  writer.authorities += rrCount(image, found.rrset)
  if (!plan.signed || signer === undefined) return block
  const ds = findRRset(image, found.node, Type.DS)
  if (ds < 0) return putProof(context, signer, LAST_NAME) ? block : DOES_NOT_FIT
  if (putRRset(context, image, signer, ds, owner) === 0) return DOES_NOT_FIT
  writer.authorities += writer.written
  return block
}

/** Proofs that wildcards on the way were rightly taken; false: they do not fit. */
function writeAliasProofs(context: AnswerContext): boolean {
  const { writer, plan } = context
  for (let step = 0; step < plan.aliases; step++) {
    const signer = plan.aliasSigners[step]
    if (signer === undefined || plan.aliasWildcards[step]! < 0 || !showsWildcards(signer)) continue
    spellName(writer, plan.aliasNames[step]!)
    if (!putProof(context, signer, step)) return false
  }
  return true
}

/** Marks the answer truncated where a block that had to be there was not written; returns the block's position. */
function need(writer: Writer, block: number): number {
  if (block === 0) writer.truncated = true
  return block
}

function rrCount(image: Image, rrset: number): number {
  return image.words[image.rrsets + rrset * RRset.Words + RRset.Count]!
}

/** Writes each alias followed; the name at hand ends as the last target. False: it did not fit. */
function writeAliases(context: AnswerContext): boolean {
  const { writer, plan } = context
  for (let step = 0; step < plan.aliases; step++) {
    const ownerLabels = plan.aliasOwnerLabels[step]!
    const owner = ownerLabels === IS_CNAME ? 0 : writer.labels - ownerLabels
    const earlier = earlierStep(plan, step)
    const target = earlier < 0 ? writeAlias(context, step, writer.spelled[owner]!) : plan.aliasTargets[earlier]!
    if (target === 0) return false
    plan.aliasNames[step] = writer.spelled[0]!
    plan.aliasTargets[step] = target
    if (ownerLabels === IS_CNAME) spellName(writer, target)
    // RFC 6672 §2.2: where the target is too long, the DNAME alone says why.
    else if (plan.rcode === Rcode.YxDomain && step === plan.aliases - 1) return true
    else if (!synthesizeCname(writer, owner, target, ttlOf(plan.aliasImages[step]!, plan.aliasRRsets[step]!)))
      return false
  }
  return true
}

/** Writes the alias's RRset and returns the position of its target, 0 where it does not fit or no pointer reaches it. */
function writeAlias(context: AnswerContext, step: number, owner: number): number {
  const { writer, plan } = context
  const block = putRRset(context, plan.aliasImages[step]!, plan.aliasSigners[step], plan.aliasRRsets[step]!, owner)
  if (block === 0) return 0
  writer.answers += writer.written
  const target = block + RR_FIXED_OCTETS
  writer.truncated = target > MAX_NAME_START
  return writer.truncated ? 0 : target
}

function ttlOf(image: Image, rrset: number): number {
  return image.words[image.rrsets + rrset * RRset.Words + RRset.Ttl]!
}

/**
 * The CNAME that a DNAME implies (RFC 6672 §3.1), with its TTL: the labels before the DNAME's owner as this message
 * spells them, then a pointer to the DNAME's target.
 */
function synthesizeCname(writer: Writer, ownerLabel: number, target: number, ttlSeconds: number): boolean {
  const { octets, start, spelled } = writer
  let prefix = 0
  for (let label = 0; label < ownerLabel; label++) prefix += octets[start + spelled[label]!]! + 1
  const length = RR_FIXED_OCTETS + prefix + 2
  if (writer.position + length > writer.limit) {
    writer.truncated = true
    return false
  }
  const at = start + writer.position
  write16(octets, at, 0xc000 | spelled[0]!)
  write16(octets, at + 2, Type.CNAME)
  write16(octets, at + 4, Class.In)
  write16(octets, at + 6, ttlSeconds >>> 16)
  write16(octets, at + 8, ttlSeconds & 0xffff)
  write16(octets, at + 10, prefix + 2)
  let to = at + RR_FIXED_OCTETS
  for (let label = 0; label < ownerLabel; label++) {
    const from = start + spelled[label]!
    const labelLength = octets[from]!
    for (let i = 0; i <= labelLength; i++) octets[to++] = octets[from + i]!
  }
  write16(octets, to, 0xc000 | target)
  const name = writer.position + RR_FIXED_OCTETS
  writer.position += length
  writer.answers++
  writer.truncated = name > MAX_NAME_START
  if (!writer.truncated) spellName(writer, name)
  return !writer.truncated
}

/**
 * Addresses of the names in an RRset's RDATA (RFC 1034 §4.3.2 step 6). Glue that a referral cannot do without comes
 * first and truncates the answer where it does not fit (RFC 9471 §3); the rest is left out silently. With a `signer` what
 * is the zone's own goes with its signatures (RFC 4035 §3.1.1); where they would have to be made, not at all.
 */
function writeAdditionals(
  writer: Writer,
  image: Image,
  signer: ZoneSigner | undefined,
  rrset: number,
  block: number,
): void {
  const { words } = image
  const row = image.rrsets + rrset * RRset.Words
  const count = Math.min(words[row + RRset.AdditionalCount]!, MAX_ADDITIONALS)
  if (count === 0) return
  const first = image.additionals + words[row + RRset.FirstAdditional]! * Additional.Words
  for (let flags = AdditionalFlag.InDomainGlue; flags >= 0; flags--) {
    for (let i = 0; i < count; i++) {
      const at = first + i * Additional.Words
      if (words[at + Additional.Flags] !== flags) continue
      const owner = block + words[at + Additional.Position]!
      if (owner > MAX_POINTER || isRepeated(image, first, i)) continue
      const node = words[at + Additional.Node]!
      if (signer?.kind === 'online' && isOwn(image, node)) continue
      const complete =
        writeAddresses(writer, image, signer, node, Type.A, owner) &&
        writeAddresses(writer, image, signer, node, Type.AAAA, owner)
      if (!complete && flags === AdditionalFlag.InDomainGlue) writer.truncated = true
    }
  }
}

/** False where the node has addresses of this type that do not fit. Without room for signatures they go alone. */
function writeAddresses(
  writer: Writer,
  image: Image,
  signer: ZoneSigner | undefined,
  node: number,
  type: number,
  owner: number,
): boolean {
  const rrset = findRRset(image, node, type)
  if (rrset < 0) return true
  if (writeBlock(writer, image, rrset, owner) === 0) return false
  writer.additionals += rrCount(image, rrset)
  if (signer?.kind === 'presigned') {
    writer.additionals += Math.max(0, writePresignedSignatures(writer, image, rrset, owner))
  }
  return true
}

/** Whether the node is neither at nor below a cut: its addresses are no glue. */
function isOwn(image: Image, node: number): boolean {
  return !hasFlag(image, node, NodeFlag.Cut | NodeFlag.Occluded)
}

/** Whether an earlier row of the same RRset named the same node; behind a wildcard, nodes do not tell names apart. */
function isRepeated(image: Image, first: number, index: number): boolean {
  const { words } = image
  const node = words[first + index * Additional.Words + Additional.Node]!
  if (hasFlag(image, node, NodeFlag.Wildcard)) return false
  for (let i = 0; i < index; i++) if (words[first + i * Additional.Words + Additional.Node] === node) return true
  return false
}

/** Where records may begin: behind header and question. */
export function beginSections(writer: Writer, questionEnd: number, limit: number): void {
  writer.position = Math.max(HEADER_LENGTH, questionEnd)
  writer.limit = limit
  writer.answers = 0
  writer.authorities = 0
  writer.additionals = 0
  writer.truncated = false
}

/** Takes back all that was written behind the question, but not that something did not fit. */
export function emptySections(writer: Writer, questionEnd: number): void {
  beginSections(writer, questionEnd, writer.limit)
  writer.truncated = true
}

/*
 * Names that no image has, made by rule where a zone has nothing itself. They are answered as names are that a wildcard
 * makes: flat, with signatures made on demand.
 */
import { Type } from '../../dns/constants.ts'
import type { LabelledName } from '../../dns/labelled-name.ts'
import { createDenial, type DenialRecord } from '../../zones/denial/denial.ts'
import { NO_NODE } from '../../zones/denial/type-bitmap.ts'
import type { Image } from '../../zones/image/image.ts'
import { Node } from '../../zones/image/layout.ts'
import { answerAt, type Found, Outcome } from '../../zones/lookup.ts'
import { isMade, MadeNode, typesOfMade } from '../../zones/made-node.ts'
import type { ImageLocation, OpenZone } from '../generation.ts'
import { type Decoys, decoyNode, isDecoyLabel, mayHaveDecoys, openDecoys, writeDecoyAddress } from './decoys.ts'
import { type Generated, generatedNode, openGenerated, writeGenerated } from './generated.ts'

/** The rules by which one view of a zone makes names. */
export interface MadeNames {
  readonly decoys: Decoys | undefined
  readonly generated: readonly Generated[]
}

/** Opens the rules of `image`; undefined: there are none. */
export function openMadeNames(location: ImageLocation, image: Image, labelSeed: number): MadeNames | undefined {
  const decoys = location.decoys && openDecoys(location.decoys, image, labelSeed)
  const generated = (location.generated ?? []).map(openGenerated)
  return decoys === undefined && generated.length === 0 ? undefined : { decoys, generated }
}

/** The record that a made name answers with; the caller owns and reuses it. */
export interface MadeRecord {
  /** 0: there is none. */
  type: number
  /** Seconds. */
  ttl: number
  /** The same as it is signed and written. */
  readonly record: DenialRecord
  /** By what the address of a decoy is still to be written; undefined: the RDATA are complete. See `completeMade`. */
  pending: Decoys | undefined
}

/** Room for the record of any made name. */
export function createMadeRecord(): MadeRecord {
  return { type: 0, ttl: 0, record: createDenial().records[0]!, pending: undefined }
}

/** What `lookUpMade` changes: a part of the plan. */
export interface MadeLookup {
  outcome: Outcome
  readonly found: Found
  readonly made: MadeRecord
}

/**
 * Goes on where a lookup in the zone's image ended: with a name that is made, or with a made name as the closest encloser.
 * What the image has, its wildcards included, is left as it is; but an empty non-terminal is answered as decoys are, for
 * it would stand out among them.
 */
export function lookUpMade(plan: MadeLookup, zone: OpenZone, name: LabelledName, type: number): void {
  const { image } = zone
  const { decoys, generated } = zone.made!
  const isMissing = plan.outcome === Outcome.Nxdomain || plan.found.wildcard
  if (generated.length > 0 && isMissing) findGenerated(plan, generated, name, type)
  if (decoys === undefined) return
  if (plan.outcome === Outcome.Nxdomain) findDecoy(plan, zone, name, type)
  else if (isEmptyNonTerminal(plan, image) && isDecoyPlace(zone, name, 0)) answerDecoy(plan, zone, name, type)
}

/** From the closest encloser that the image has down to the name: as far as ranges have names, or names below. */
function findGenerated(plan: MadeLookup, generated: readonly Generated[], name: LabelledName, type: number): void {
  const { found, made } = plan
  let label = found.label
  let types: number = NO_NODE
  let range = generated[0]!
  while (label > 0) {
    let node: number = NO_NODE
    for (let index = 0; index < generated.length && (node === NO_NODE || node === MadeNode.Empty); index++) {
      const here = generatedNode(generated[index]!, name, label - 1)
      if (here === NO_NODE || (here === MadeNode.Empty && node === here)) continue
      node = here
      range = generated[index]!
    }
    if (node === NO_NODE) break
    types = node
    label--
  }
  if (label === found.label) return
  if (label > 0) {
    plan.outcome = Outcome.Nxdomain
    found.rrset = -1
    found.wildcard = false
    encloseMore(found, label, types)
    return
  }
  answerMade(plan, types, type)
  found.wildcard = true
  if (made.type === 0) return
  made.ttl = range.ttl
  made.record.rdataLength = writeGenerated(range, types, made.record.rdata)
}

/** From the closest encloser that the image has down to the name: all labels are decoys, or those are absent that follow. */
function findDecoy(plan: MadeLookup, zone: OpenZone, name: LabelledName, type: number): void {
  const { found } = plan
  const { apexLabels } = zone.image
  const decoys = zone.made!.decoys!
  if (!mayHaveDecoys(name, found.label, apexLabels)) return
  let label = found.label
  while (label > 0 && isDecoyLabel(decoys, name, label - 1, apexLabels)) label--
  if (label === 0) answerDecoy(plan, zone, name, type)
  else if (label < found.label) encloseMore(found, label, decoyNode(decoys, name, label))
  else if ((found.types === MadeNode.Empty || isEmpty(zone.image, found.node)) && isDecoyPlace(zone, name, label)) {
    found.types = decoyNode(decoys, name, label)
  }
}

/** The closest encloser is a made name, whose types are those of `types`. */
function encloseMore(found: Found, label: number, types: number): void {
  found.node = NO_NODE
  found.label = label
  found.types = types
}

/** Whether the suffix of `name` from `label` on, an empty non-terminal, is answered as a decoy. */
function isDecoyPlace({ image, made }: OpenZone, name: LabelledName, label: number): boolean {
  const { apexLabels } = image
  return mayHaveDecoys(name, label, apexLabels) && isDecoyLabel(made!.decoys!, name, label, apexLabels)
}

function isEmptyNonTerminal({ outcome, found }: MadeLookup, image: Image): boolean {
  if (outcome !== Outcome.Nodata) return false
  return found.node === MadeNode.Empty || (!found.wildcard && isEmpty(image, found.node))
}

function isEmpty(image: Image, node: number): boolean {
  return node > 0 && image.words[image.nodes + node * Node.Words + Node.RRsetCount] === 0
}

function answerDecoy(plan: MadeLookup, { image, made: rules }: OpenZone, name: LabelledName, type: number): void {
  const { found, made } = plan
  const decoys = rules!.decoys!
  const node = decoyNode(decoys, name, 0)
  found.wildcard = true
  found.decoy = true
  if (!isMade(node)) {
    plan.outcome = answerAt(image, node, type, found)
    return
  }
  answerMade(plan, node, type)
  if (made.type === 0) return
  made.ttl = decoys.ttl
  made.pending = decoys
}

/** Writes what a lookup left to write until it is known that the name is answered: under a flood it mostly is not. */
export function completeMade(made: MadeRecord, name: LabelledName): void {
  const { pending, record, type } = made
  if (pending === undefined) return
  record.rdataLength = writeDecoyAddress(pending, name, type === Type.AAAA, record.rdata)
  made.pending = undefined
}

/** The name has the types of `node`; TTL and RDATA of the one that answers are left to the caller. */
function answerMade(plan: MadeLookup, node: number, type: number): void {
  const { found, made } = plan
  const types = typesOfMade(node)
  const answer = type === Type.ANY ? (types[0] ?? 0) : types.includes(type) ? type : 0
  found.node = node
  found.rrset = -1
  made.type = answer
  made.pending = undefined
  made.record.type = answer
  plan.outcome = answer === 0 ? Outcome.Nodata : Outcome.Answer
}

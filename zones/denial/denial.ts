/*
 * Proofs that something is not there, made on demand. Each mode turns a question that has no answer into one to three
 * NSEC or NSEC3 records; none of them covers or under-claims anything that this view would answer.
 */
import { MAX_NAME_LENGTH } from '../../dns/constants.ts'
import type { LabelledName } from '../../dns/labelled-name.ts'

/** How a zone that is signed here denies. */
export const DenialMode = {
  /** RFC 9824: the name asked for has one NSEC of its own, and NXNAME says that it does not exist. */
  Compact: 0,
  /** RFC 4470: NSEC records that cover hardly more than the name asked for. */
  WhiteLies: 1,
  /** RFC 7129 appendix B: the same with NSEC3, parameters 1 0 0 -. */
  Nsec3WhiteLies: 2,
  /** White lies, but whole cells between fixed points where nothing is. */
  Cells: 3,
} as const
export type DenialMode = (typeof DenialMode)[keyof typeof DenialMode]

/** How names made by a wildcard are signed. */
export const WildcardStyle = {
  /** As names of their own: RRSIG's Labels field counts the labels of QNAME. */
  Flat: 0,
  /** Flat, and a question for a literal asterisk is answered as any absent name is. */
  Hidden: 1,
  /** As RFC 4035 §3.1.3.3: Labels tells the wildcard, and a proof goes along that no closer name exists. */
  Conventional: 2,
} as const
export type WildcardStyle = (typeof WildcardStyle)[keyof typeof WildcardStyle]

/** What is to be proved. */
export const Proof = {
  /** Neither the name nor a wildcard for it is there; `node` is the closest encloser. */
  Absent: 0,
  /** The name is there, or a wildcard answers for it, without the type; `node` has the types. */
  Nodata: 1,
  /** The delegation at `node`, at or above the name, has no DS (RFC 4035 §3.1.4.1). */
  Insecure: 2,
  /** A wildcard answered, in conventional style; `node` is the wildcard's (RFC 4035 §3.1.3.3). */
  Expanded: 3,
} as const
export type Proof = (typeof Proof)[keyof typeof Proof]

/**
 * One NSEC or NSEC3 record. What it says is determined by the zone, `kind` and the denied name's suffix from `label` on:
 * together they identify its signature. The owner is `prefix` followed by the denied name's suffix from `suffix` on.
 */
export interface DenialRecord {
  /** Type.NSEC or Type.NSEC3. */
  type: number
  /** Small and not negative; tells apart the records that one subject has. */
  kind: number
  /** Index into the denied name's labels; `count` is the root. */
  label: number
  /** Labels in front of the suffix, lower-cased, without a root label. */
  readonly prefix: Uint8Array
  prefixLength: number
  /** Labels in `prefix`. */
  prefixLabels: number
  suffix: number
  /** RDATA in canonical form: names uncompressed and lower-cased. */
  readonly rdata: Uint8Array
  rdataLength: number
}

/** What a proof is about; the caller owns it and fills it for each proof, which may change it. */
export interface DenialSubject {
  /** The name asked for, at or below the image's apex. */
  name: LabelledName
  /** What the proof says of it: see `Proof`. NO_NODE, or a `MadeNode`: the image does not have it. */
  node: number
  /** Index of the label of `name` at which the name of `node` starts. */
  label: number
  /** Whose types that name has: `node`, unless a rule gives it others. */
  types: number
}

/** The records of one proof, in the order in which they are written; the caller owns and reuses it. */
export interface Denial {
  count: number
  readonly records: readonly DenialRecord[]
}

/** Records that the longest proof takes, and one whose room lends itself to whoever makes the others. */
export const MAX_DENIAL_RECORDS = 4
/** The longest next name, and a type bitmap with all 256 windows of 34 octets (RFC 4034 §4.1). */
const MAX_DENIAL_RDATA = MAX_NAME_LENGTH + 256 * 34

/** Room for any proof. */
export function createDenial(): Denial {
  return {
    count: 0,
    records: Array.from({ length: MAX_DENIAL_RECORDS }, () => ({
      type: 0,
      kind: 0,
      label: 0,
      prefix: new Uint8Array(MAX_NAME_LENGTH),
      prefixLength: 0,
      prefixLabels: 0,
      suffix: 0,
      rdata: new Uint8Array(MAX_DENIAL_RDATA),
      rdataLength: 0,
    })),
  }
}

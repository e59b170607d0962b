/*
 * The table of signatures of one view, shared by all workers.
 */
import type { LabelledName } from '../dns/labelled-name.ts'

/** What a signature is of: one RRset under one set of keys, for one quantum. Caller-owned. */
export interface SignatureSubject {
  /** `ImageSigning.stamp`. */
  stamp: number
  /** The RRset's type; for denial records 0x10000 and their `kind`. */
  item: number
  /** Number of the quantum: `quantumAt`. */
  quantum: number
  /** The owner, or what stands for it in a denial record: the suffix of `name` from label `label` on. */
  name: LabelledName
  label: number
}

import type { Declarations } from './declarations.ts'

/** hostcheck.yaml as a whole: what is declared, what is accepted, what somebody vouches for. */
export interface OperatorFile {
  /** Where it is; undefined where there is none. */
  readonly path: string | undefined
  readonly declared: Declarations
  readonly waivers: readonly Waiver[]
  readonly attestations: readonly Attestation[]
}

/** Where an entry stands, for messages. */
export interface EntryPlace {
  readonly file: string
  /** Counted from 1. */
  readonly line: number
}

/** A finding that is accepted for a time. */
export interface Waiver {
  readonly control: string
  /** A pattern of subjects. */
  readonly subject: string
  readonly reason: string
  readonly owner: string
  /** Its last day, as its beginning in Unix seconds. */
  readonly expires: number
  readonly at: EntryPlace
}

/** What a person says of a control that no file can prove. */
export interface Attestation {
  readonly control: string
  readonly subject: string
  readonly statement: string
  readonly by: string
  /** Days, as their beginnings in Unix seconds. */
  readonly on: number
  readonly expires: number
  readonly at: EntryPlace
}

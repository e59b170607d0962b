import type { Evidence, Place } from '../judging/judgement.ts'

/** A key that signs mail of a domain (RFC 6376). */
export interface DkimSigner {
  /** `d=`, lower case, without a dot at the end. */
  readonly domain: string
  readonly selector: string
  readonly keyFile: string
  readonly at: Place | undefined
}

/** A program that signs. */
export interface DkimDaemon {
  readonly name: string
  readonly isEnabled: boolean
  /** Where Postfix has to connect, as smtp-path.ts says it. */
  readonly listener: string | undefined
  /** The keys for mail from a domain. */
  readonly signersFor: (domain: string) => readonly DkimSigner[]
  readonly evidence: readonly Evidence[]
}

import { createLabelledName, type LabelledName } from '../../dns/labelled-name.ts'
import { createOctetWriter, type OctetWriter } from '../../dns/octet-writer.ts'
import type { SignatureSubject } from '../../keys/signature-table.ts'
import { createDenial, type Denial, type DenialRecord, type DenialSubject } from '../../zones/denial/denial.ts'
import type { Image } from '../../zones/image/image.ts'
import type { OnlineSigner } from '../generation.ts'

/** One RRset whose signatures the answer holds. Records are used again for each answer. */
export interface Signable {
  signer: OnlineSigner
  image: Image
  /** RRset of the image, or -1 for a denial record. */
  rrset: number
  record: DenialRecord | undefined
  type: number
  /** The TTL that is signed, seconds (RFC 4034 §3.1.4). */
  ttl: number
  /** Its name's suffix from its label on is the owner, or for a denial record what the record identifies itself by. */
  readonly subject: SignatureSubject
  /** The owner is `*` and that suffix. */
  isWildcard: boolean
  /** RRSIG's Labels (RFC 4034 §3.1.3). */
  labels: number
  /** The owner is no name of the zone: it would not be signed if nobody asked. */
  isMadeOnDemand: boolean
  /** Places the owner's quanta: see `quantumAt`. */
  phase: number
  /** Where the raw signatures, one of each key, stand in `Signing.signatures`. */
  at: number
  isMissing: boolean
}

/** The signatures of one answer; the caller owns and reuses it. */
export interface Signing {
  readonly signables: Signable[]
  count: number
  /** The next one to be written. */
  next: number
  /** Raw signatures, one RRset's after the other's. */
  signatures: Uint8Array
  /** What is being signed. */
  readonly input: OctetWriter
  /** Proofs that the answer holds: that of the last name, then those of wildcards on the way. */
  readonly denials: Denial[]
  denialCount: number
  /** The next one to be written. */
  nextDenial: number
  /** While the list is made: whose RRsets follow, and the name that was looked up there. */
  image: Image | undefined
  signer: OnlineSigner | undefined
  name: LabelledName
  /** What a proof is about, while it is made. */
  readonly subject: DenialSubject
  /** Whether whoever asked wants proofs, too, and not just the signatures asked for. */
  proves: boolean
}

/** Room for the signatures of any answer; it grows with the answers given. */
export function createSigning(): Signing {
  return {
    signables: [],
    count: 0,
    next: 0,
    signatures: new Uint8Array(4096),
    input: createOctetWriter(4096),
    denials: [createDenial()],
    denialCount: 0,
    nextDenial: 0,
    image: undefined,
    signer: undefined,
    name: createLabelledName(0),
    subject: { name: createLabelledName(0), node: 0, label: 0, types: 0 },
    proves: false,
  }
}

/** Lets go of all zones that the last answer was taken from. */
export function forgetSignables(signing: Signing): void {
  signing.signables.length = 0
  signing.count = 0
  signing.image = undefined
  signing.signer = undefined
}

/** The next proof of the answer. */
export function nextDenial(signing: Signing): Denial {
  const index = signing.denialCount++
  if (index === signing.denials.length) signing.denials.push(createDenial())
  return signing.denials[index]!
}

/** The next signable, of the zone and the name at hand. */
export function nextSignable(signing: Signing): Signable {
  const index = signing.count++
  if (index === signing.signables.length) signing.signables.push(createSignable(signing))
  const signable = signing.signables[index]!
  signable.image = signing.image!
  signable.signer = signing.signer!
  signable.subject.name = signing.name
  return signable
}

function createSignable({ image, signer, name }: Signing): Signable {
  return {
    signer: signer!,
    image: image!,
    rrset: -1,
    record: undefined,
    type: 0,
    ttl: 0,
    subject: { stamp: 0, item: 0, quantum: 0, name, label: 0 },
    isWildcard: false,
    labels: 0,
    isMadeOnDemand: false,
    phase: 0,
    at: 0,
    isMissing: false,
  }
}

import type { CookieJar } from '../guard/cookies.ts'
import type { NameSet } from '../guard/name-set.ts'
import type { Reaction } from '../guard/reaction.ts'
import type { KeySetDescriptor, SignedApexRRset } from '../keys/key-set.ts'
import type { SignaturePolicy } from '../keys/signature-policy.ts'
import type { SigningKey } from '../keys/signing-key.ts'
import type { DenialMode, WildcardStyle } from '../zones/denial/denial.ts'
import type { DenialZone, Nsec3Hash } from '../zones/denial/deny.ts'
import type { Image } from '../zones/image/image.ts'
import type { MadeNames } from './answer/made-names.ts'
import type { MaskName } from './answer/masks.ts'
import type { ImageDecoys } from './decoys.ts'
import type { GeneratedRange } from './generated-names.ts'

/**
 * One generation of everything that answers depend on, as the main thread describes it to the workers. It is plain
 * data for structured cloning; images are named by arena. It takes effect when the epoch is published.
 */
export interface GenerationDescriptor {
  readonly epoch: number
  /** Secret seed of `hashLabel`, of every image and for the life of the server. */
  readonly labelSeed: number
  readonly views: readonly ViewDescriptor[]
  /** Which client gets which view, by listener: see server/view-selection.ts. */
  readonly selection: ViewSelection
  /** The key sets of the zones that are signed here. */
  readonly keySets: readonly KeySetDescriptor[]
  readonly identity: {
    readonly mask?: MaskName
    readonly version?: string
    readonly hostname?: string
    readonly nsid?: Uint8Array
  }
  /** Who is banned: a trie at word 0 with values of `Sanction`; absent: nobody is. */
  readonly bans?: Int32Array
  /** The store is locked: there are no zones, and everybody gets SERVFAIL. */
  readonly isLocked?: true
}

/** The arenas that a generation reads, each once. */
export function arenasOf({ views }: Pick<GenerationDescriptor, 'views'>): Set<number> {
  return new Set(views.flatMap(({ images }) => images.map(({ arena }) => arena)))
}

/** A view of a generation: its images, each with its zone's apex in it. */
export interface ViewDescriptor {
  readonly name: string
  readonly images: readonly ImageLocation[]
  /** Secret of 16 octets of the view's DNS cookies; absent: it has none. */
  readonly cookieSecret?: Uint8Array
  /**
   * Who is starved in this view: a trie at word 0 with values of `Sanction`; absent: nobody is. What somebody did in another
   * view, or in whose name, must not show here.
   */
  readonly starved?: Int32Array
}

/** Where the workers find an image. */
export interface ImageLocation {
  /** Arena that holds the image, from its first octet on. */
  readonly arena: number
  /** Octets of the image. */
  readonly length: number
  /** How its answers are signed; absent: they are not, or the zone brings its signatures. */
  readonly signing?: ImageSigning
  /** What becomes of questions for absent names; absent: nothing beyond what budgets say. */
  readonly reaction?: Reaction
  /** The reaction makes no budget smaller of who has proved its address; absent: it does. */
  readonly sparesProved?: boolean
  /** Honey names, on the wire; absent: there are none. */
  readonly honey?: readonly Uint8Array[]
  /** How absent names are answered as if they were not; absent: they never are. */
  readonly decoys?: ImageDecoys
  /** Ranges of addresses that names are made for: in a reverse zone all of its view, elsewhere the zone's own. */
  readonly generated?: readonly GeneratedRange[]
}

/** How the answers from one image are signed. */
export interface ImageSigning {
  /** Index into `keySets`. */
  readonly keySet: number
  /**
   * Stands for this image's content with this key set: never given to another pair, so that a signature made under it
   * holds as long as it is in use.
   */
  readonly stamp: number
  readonly denial: DenialMode
  readonly wildcards: WildcardStyle
  /** Unsigned 32-bit number that places the points of cells; the same in all views of a zone, and good for nothing else. */
  readonly cellSeed: number
  /** Secret: places the quanta of each owner in time. */
  readonly phaseSeed: number
}

/** Longest-prefix tables, compiled by `compileViewSelection`. */
export interface ViewSelection {
  /** Words of all tries; see server/view-selection.ts for the layout. */
  readonly words: Int32Array
  /** By listener: word offset of the trie of views bound to it, or -1, then of the trie of the others, or -1. */
  readonly roots: Int32Array
}

/** A generation opened for answering. */
export interface Generation {
  readonly epoch: number
  readonly labelSeed: number
  readonly views: readonly OpenView[]
  /** By arena. */
  readonly images: ReadonlyMap<number, Image>
  /** With the keys of `signers`, ready to sign. */
  readonly keySets: readonly (KeySetDescriptor & { readonly keys: readonly SigningKey[] })[]
  readonly selection: ViewSelection
  readonly identity: GenerationDescriptor['identity']
  readonly bans: Int32Array | undefined
  readonly isLocked?: true | undefined
}

/** A view opened for answering; `apexes` tells which of the zones answers for a name. */
export interface OpenView {
  readonly name: string
  readonly zones: readonly OpenZone[]
  readonly apexes: ApexIndex
  readonly cookies: CookieJar | undefined
  readonly starved: Int32Array | undefined
}

/** What one view has of a zone, and what signs it. */
export interface OpenZone {
  readonly image: Image
  readonly signer: ZoneSigner | undefined
  readonly reaction: Reaction
  readonly sparesProved: boolean
  readonly honey: NameSet | undefined
  /** Wildcards or rules answer for names that anybody can think up, and nothing may tell those from others. */
  readonly answersAnyName: boolean
  /** How names that the image does not have are made; undefined: they are not. */
  readonly made: MadeNames | undefined
}

/** What makes the answers of one image verifiable. */
export type ZoneSigner = OnlineSigner | PresignedSigner

/** Answers are signed as they are given. */
export interface OnlineSigner {
  readonly kind: 'online'
  readonly stamp: number
  readonly policy: SignaturePolicy
  /** `ImageSigning.phaseSeed`. */
  readonly phaseSeed: number
  /** Each RRset gets a signature of each; none: whoever asks for DNSSEC gets SERVFAIL. */
  readonly keys: readonly SigningKey[]
  /** Octets of one signature of each key. */
  readonly signatureOctets: number
  /** Microseconds that one signature of each key takes. */
  readonly signingCost: number
  readonly denial: DenialZone
  readonly apexRRsets: readonly SignedApexRRset[]
}

/** The image holds the signatures and the chain that the zone came with. */
export interface PresignedSigner {
  readonly kind: 'presigned'
  readonly nsec3Hash: Nsec3Hash
}

/**
 * The apexes of one view as a tree of labels in flat arrays, searched from the root down. Node 0 is the root of the
 * DNS.
 */
export interface ApexIndex {
  /** Slots of hash and node, open addressing. */
  readonly slots: Int32Array
  readonly mask: number
  /** By node: parent, octet offset of the label, index into `zones` or -1. */
  readonly parents: Int32Array
  readonly labels: Int32Array
  readonly zones: Int32Array
  readonly octets: Uint8Array
}

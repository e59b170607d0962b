import { Header, IMAGE_MAGIC, IMAGE_VERSION } from './layout.ts'

/** An image opened for reading: views of its memory, and the header's numbers. */
export interface Image {
  readonly words: Int32Array
  readonly octets: Uint8Array
  readonly nodes: number
  readonly rrsets: number
  readonly fixups: number
  readonly additionals: number
  readonly index: number
  readonly indexMask: number
  readonly hashSeed: number
  readonly apex: number
  readonly apexLength: number
  readonly apexLabels: number
  readonly negativeSoa: number
  /** `PresignedDenial`; the words below as the header has them. */
  readonly presigned: number
  readonly signatures: number
  readonly chain: number
  readonly chainLength: number
  readonly hashedNodes: number
  readonly iterations: number
  readonly salt: number
  readonly saltLength: number
}

/** Opens the image at the start of `memory`. Throws where it is not an image of this version: that is a bug. */
export function openImage(memory: ArrayBufferLike, length: number): Image {
  const words = new Int32Array(memory, 0, length >>> 2)
  if (words[Header.Magic] !== IMAGE_MAGIC || words[Header.Version] !== IMAGE_VERSION) throw new Error('not an image')
  return {
    words,
    octets: new Uint8Array(memory, 0, length),
    nodes: words[Header.Nodes]!,
    rrsets: words[Header.RRsets]!,
    fixups: words[Header.Fixups]!,
    additionals: words[Header.Additionals]!,
    index: words[Header.Index]!,
    indexMask: words[Header.IndexSlots]! - 1,
    hashSeed: words[Header.HashSeed]!,
    apex: words[Header.Apex]!,
    apexLength: words[Header.ApexLength]!,
    apexLabels: words[Header.ApexLabels]!,
    negativeSoa: words[Header.NegativeSoa]!,
    presigned: words[Header.Presigned]!,
    signatures: words[Header.Signatures]!,
    chain: words[Header.Chain]!,
    chainLength: words[Header.ChainLength]!,
    hashedNodes: words[Header.HashedNodes]!,
    iterations: words[Header.Iterations]!,
    salt: words[Header.Salt]!,
    saltLength: words[Header.SaltLength]!,
  }
}

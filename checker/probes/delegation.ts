import { probe } from './probe.ts'

/** What the parent and the zone itself say, at every address of their servers. */
export interface DelegationResult {
  /** NS at the parent. */
  readonly parent: readonly string[]
  /** NS at the zone. */
  readonly child: readonly string[]
  /** Name servers that an address of did not answer with authority, or that have none. */
  readonly lame: readonly string[]
  /** Addresses of name servers. */
  readonly addresses: Readonly<Record<string, readonly string[]>>
  /** DS at the parent: key tag, algorithm, digest type, digest in lower-case hexadecimal. */
  readonly ds: readonly string[]
  /** DS that only some of the parent's addresses have. */
  readonly partly?: readonly string[]
  /** Keys of the zone, as DS of SHA-256, and where it was asked by hostcheck itself of SHA-384, would name them. */
  readonly keys: readonly string[]
  /** Addresses of name servers that this host knows no way to. */
  readonly unasked?: readonly string[]
  /** Status of the registration (RFC 8056), where somebody has looked. */
  readonly locks?: readonly string[]
  /** Unix seconds. */
  readonly expires?: number
}

export const delegation = probe<DelegationResult>(
  'delegation',
  'NS, DS, DNSKEY and address questions to every address of the servers of the zone and of its parent',
)

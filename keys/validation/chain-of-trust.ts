import type { Type } from '../../dns/constants.ts'

/** A key of a zone that is trusted, or a digest of one. */
export interface TrustAnchor {
  /** The zone's apex; wire, lower-cased. */
  readonly owner: Uint8Array
  readonly type: typeof Type.DS | typeof Type.DNSKEY
  readonly rdata: Uint8Array
}

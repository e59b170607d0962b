import { probe } from './probe.ts'

/** The address of a site's own server was asked for the site, past its proxy. The target is the address. */
export interface OriginResult {
  /** The name that was asked for. */
  readonly name: string
  /** Status of the answer; undefined: the connection was refused, or nothing came. */
  readonly status?: number
  /** Names of the certificate that it showed. */
  readonly certificateNames: readonly string[]
}

export const origin = probe<OriginResult>('origin', 'one TLS handshake and one GET to the address of the server itself')

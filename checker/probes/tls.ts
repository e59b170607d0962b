import { probe } from './probe.ts'

/** A certificate as a server sent it. */
export interface SeenCertificate {
  /** DNS names, lower case. */
  readonly names: readonly string[]
  /** In one line: `CN=www.example.com`. */
  readonly subject: string
  readonly issuer: string
  /** Unix seconds. */
  readonly notBefore: number
  readonly expires: number
  /** Receipts of certificate transparency that it carries: its names are public, for ever. */
  readonly receipts: number
  readonly isLogged: boolean
  /** Digests in lower-case hexadecimal: of all of it, and of its public key. */
  readonly sha256: string
  readonly keySha256: string
}

/** What a service offers that speaks TLS. The target is a name, or a bare address, and a port: `www.example.com:443`. */
export interface TlsResult {
  readonly protocol: string
  /** The address that was connected to. */
  readonly address: string
  /** Versions with which a handshake came about: `TLSv1.2`. */
  readonly versions: readonly string[]
  /** As it was sent, that of the server first. */
  readonly chain: readonly SeenCertificate[]
  /** Why who checks would not go on, in OpenSSL's words: `CERT_HAS_EXPIRED`; undefined: nothing speaks against it. */
  readonly distrusted?: string
}

export const tls = probe<TlsResult>(
  'tls',
  'four handshakes with each port that may speak TLS, each with another version, by name and by bare address',
)

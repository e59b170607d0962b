import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect, type SecureVersion, type TLSSocket } from 'node:tls'

/** How a handshake is tried. Whose certificate it is, and who signed it, is told and never required. */
export interface HandshakeWish {
  /** What SNI says; nothing for an address. */
  readonly host: string
  /** Only this version. */
  readonly version?: SecureVersion
  readonly patienceMs?: number
}

/**
 * What came of it. `refused`: the peer speaks TLS, and would not go on, or sent what no handshake goes on with; `other`: it
 * speaks something else; `closed`: it hung up; `silent`: it took too long.
 */
export type Handshake =
  | { readonly outcome: 'secured'; readonly stream: TLSSocket }
  | { readonly outcome: 'refused' | 'other' | 'closed' | 'silent' }

const PATIENCE_MS = 10_000
/** In OpenSSL's words: what came is no record of TLS. */
const NO_RECORD = /wrong version number|packet length too long|bad record type|record too small/i

/** Shakes hands over a connection that stands. Never rejects; a peer that drips octets is not waited for any longer. */
export function shakeHands(socket: Duplex, wish: HandshakeWish): Promise<Handshake> {
  const { host, version, patienceMs = PATIENCE_MS } = wish
  return new Promise((resolve) => {
    const stream = connect({
      socket,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      ...(isIP(host) === 0 && { servername: host }),
      // Old versions take the old ciphers, which OpenSSL leaves out otherwise.
      ...(version && { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' }),
    })
    const end = (handshake: Handshake): void => {
      clearTimeout(timer)
      if (handshake.outcome !== 'secured') stream.destroy()
      resolve(handshake)
    }
    const timer = setTimeout(() => end({ outcome: 'silent' }), patienceMs)
    stream.once('secureConnect', () => end({ outcome: 'secured', stream }))
    stream.on('error', (error) => end({ outcome: outcomeOf(error) }))
    stream.once('close', () => end({ outcome: 'closed' }))
  })
}

function outcomeOf({ message, code = '' }: NodeJS.ErrnoException): 'refused' | 'other' | 'closed' {
  if (!/^(?:ERR_SSL_|EPROTO$)/.test(code)) return 'closed'
  return NO_RECORD.test(message) ? 'other' : 'refused'
}

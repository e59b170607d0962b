import { X509Certificate } from 'node:crypto'
import { checkServerIdentity, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import { certificateFacts, countReceipts } from '../../facts/x509.ts'
import type { SeenCertificate } from '../../probes/tls.ts'

const MOST_CERTIFICATES = 10
const LONGEST_TEXT = 500

/** The certificates that a peer sent, its own first; what cannot be read ends the chain. */
export function seenChain(stream: TLSSocket): readonly SeenCertificate[] {
  const chain: SeenCertificate[] = []
  const seen = new Set<string>()
  let peer: DetailedPeerCertificate | undefined = readPeer(stream)
  while (peer?.raw !== undefined && chain.length < MOST_CERTIFICATES) {
    const certificate = parse(peer.raw)
    const sha256 = certificate && certificateFacts(certificate).sha256
    // A root is its own issuer.
    if (certificate === undefined || seen.has(sha256!)) break
    seen.add(sha256!)
    chain.push(describe(certificate))
    peer = peer.issuerCertificate
  }
  return chain
}

/** Why who checks the certificate for this name or address would not go on. */
export function distrustOf(stream: TLSSocket, host: string): string | undefined {
  if (!stream.authorized) return oneLine(String(stream.authorizationError ?? 'unknown'))
  const peer = readPeer(stream)
  const flaw = peer === undefined ? undefined : checkServerIdentity(host, peer)
  return flaw === undefined ? undefined : 'HOSTNAME_MISMATCH'
}

function describe(certificate: X509Certificate): SeenCertificate {
  return {
    ...certificateFacts(certificate),
    receipts: countReceipts(certificate),
    subject: oneLine(certificate.subject ?? ''),
    issuer: oneLine(certificate.issuer ?? ''),
    notBefore: secondsOf(certificate.validFrom),
    expires: secondsOf(certificate.validTo),
  }
}

function readPeer(stream: TLSSocket): DetailedPeerCertificate | undefined {
  try {
    return stream.getPeerCertificate(true)
  } catch {
    return undefined
  }
}

function parse(raw: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(raw)
  } catch {
    return undefined
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, ', ').slice(0, LONGEST_TEXT)
}

function secondsOf(text: string): number {
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? 0 : Math.max(0, Math.floor(milliseconds / 1000))
}

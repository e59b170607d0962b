import { createHash, X509Certificate } from 'node:crypto'
import type { Evidence } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { glob } from './paths.ts'
import { readIfThere } from './read-lines.ts'

/** A certificate that lies on the host. */
export interface HostCertificate {
  readonly names: readonly string[]
  /** It carries receipts of certificate transparency: everybody can read its names, for ever (RFC 6962 §3.3). */
  readonly isLogged: boolean
  readonly evidence: Evidence
  readonly sha256: string
  /** SHA-256 of its public key (SubjectPublicKeyInfo), as TLSA 3 1 1 names it (RFC 6698 §2.1). */
  readonly keySha256: string
}

const FOLDERS = [
  '/etc/letsencrypt/live/*/cert.pem',
  '/etc/letsencrypt/live/*/fullchain.pem',
  '/etc/letsencrypt/archive/*/cert*.pem',
  '/etc/ssl/*.pem',
  '/etc/ssl/*.crt',
  '/etc/ssl/local/*',
  '/etc/nginx/ssl/*',
  '/etc/apache2/ssl/*',
  '/etc/dovecot/private/*.pem',
  '/etc/postfix/*.pem',
  '/etc/pki/tls/certs/*.crt',
]
/** Object identifier 1.3.6.1.4.1.11129.2.4.2 in DER. */
const RECEIPTS = Buffer.from('060a2b06010401d679020402', 'hex')
const MOST_CERTIFICATES = 500

/** Certificates of this host; old ones of certbot count, for what was logged stays logged. */
export const certificates = fact('certificates', ({ root }): readonly HostCertificate[] => {
  const found = new Map<string, HostCertificate>()
  for (const path of FOLDERS.flatMap((pattern) => glob(root, pattern)).slice(0, MOST_CERTIFICATES)) {
    const file = readIfThere(root, path)
    const pem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(file?.text ?? '')?.[0]
    const certificate = pem === undefined ? undefined : parse(pem)
    if (certificate === undefined) continue
    const names = [...(certificate.subjectAltName ?? '').matchAll(/DNS:([^,\s]+)/g)].map((match) =>
      match[1]!.toLowerCase(),
    )
    const isLogged = certificate.raw.includes(RECEIPTS)
    const sha256 = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
    const excerpt = `${names.join(', ')}${isLogged ? '; logged (CT)' : ''}`.slice(0, 200)
    const keySha256 = keyDigest(certificate)
    if (!found.has(sha256))
      found.set(sha256, {
        names,
        isLogged,
        sha256,
        keySha256,
        evidence: { source: 'file', path, excerpt, sha256: file!.sha256 },
      })
  }
  return [...found.values()]
})

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

function keyDigest(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(spki).digest('hex')
}

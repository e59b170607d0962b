import { X509Certificate } from 'node:crypto'
import type { Evidence } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { glob } from './paths.ts'
import { readIfThere } from './read-lines.ts'
import { type CertificateFacts, certificateFacts } from './x509.ts'

/** A certificate that lies on the host, or that it shows. */
export interface HostCertificate extends CertificateFacts {
  readonly evidence: Evidence
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
const MOST_CERTIFICATES = 500

/** Certificates of this host; old ones of certbot count, for what was logged stays logged. */
export const certificates = fact('certificates', ({ root }): readonly HostCertificate[] => {
  const found = new Map<string, HostCertificate>()
  for (const path of FOLDERS.flatMap((pattern) => glob(root, pattern)).slice(0, MOST_CERTIFICATES)) {
    const file = readIfThere(root, path)
    const pem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(file?.text ?? '')?.[0]
    const certificate = pem === undefined ? undefined : parse(pem)
    if (certificate === undefined) continue
    const facts = certificateFacts(certificate)
    if (found.has(facts.sha256)) continue
    const excerpt = excerptOf(facts)
    found.set(facts.sha256, { ...facts, evidence: { source: 'file', path, excerpt, sha256: file!.sha256 } })
  }
  return [...found.values()]
})

/** A certificate in a line of evidence. */
export function excerptOf({ names, isLogged }: CertificateFacts): string {
  return `${names.join(', ')}${isLogged ? '; logged (CT)' : ''}`.slice(0, 200)
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

/** Whether a name of a certificate stands for this one: a star stands for one label (RFC 6125 §6.4.3). */
export function isFor(certified: string, name: string): boolean {
  return certified === name || (certified.startsWith('*.') && certified.slice(1) === name.slice(name.indexOf('.')))
}

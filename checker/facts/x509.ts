import { createHash, type X509Certificate } from 'node:crypto'

/** What a certificate says that is looked at here, wherever it comes from. */
export interface CertificateFacts {
  /** DNS names, lower case. */
  readonly names: readonly string[]
  /** It carries receipts of certificate transparency: everybody can read its names, for ever (RFC 6962 §3.3). */
  readonly isLogged: boolean
  readonly sha256: string
  /** SHA-256 of its public key (SubjectPublicKeyInfo), as TLSA 3 1 1 names it (RFC 6698 §2.1); empty where it has none that can be read. */
  readonly keySha256: string
}

/** Object identifier 1.3.6.1.4.1.11129.2.4.2 in DER. */
const RECEIPTS = Buffer.from('060a2b06010401d679020402', 'hex')
const MOST_NAMES = 1_000
const LONGEST_NAME = 255

/** Reads them off; a certificate that is malformed in places says less, and never throws. */
export function certificateFacts(certificate: X509Certificate): CertificateFacts {
  return {
    names: namesOf(certificate),
    isLogged: certificate.raw.includes(RECEIPTS),
    sha256: createHash('sha256').update(certificate.raw).digest('hex'),
    keySha256: keyDigest(certificate),
  }
}

/** How many receipts a certificate carries: a list in two OCTET STRINGs, each with its length in two octets (RFC 6962 §3.3). */
export function countReceipts({ raw }: X509Certificate): number {
  const start = raw.indexOf(RECEIPTS)
  if (start < 0) return 0
  let list: Buffer = raw.subarray(start + RECEIPTS.length)
  if (list[0] === 0x01) list = list.subarray(3)
  for (let depth = 0; depth < 2; depth++) list = contentOf(list)
  let [at, count] = [2, 0]
  const end = list.length < 2 ? 0 : Math.min(list.length, 2 + list.readUInt16BE(0))
  for (; at + 2 <= end; count++) at += 2 + list.readUInt16BE(at)
  return at === end ? count : 0
}

/** What is in an OCTET STRING at the beginning of these octets; nothing where there is none. */
function contentOf(der: Buffer): Buffer {
  if (der[0] !== 0x04 || der.length < 2) return Buffer.alloc(0)
  const lengthOctets = der[1]! < 0x80 ? 0 : der[1]! & 0x7f
  if (lengthOctets > 2 || der.length < 2 + lengthOctets) return Buffer.alloc(0)
  const length = lengthOctets === 0 ? der[1]! : der.readUIntBE(2, lengthOctets)
  return der.subarray(2 + lengthOctets, 2 + lengthOctets + length)
}

/** Node writes what could be taken for something else, such as a comma, in quotes: no such text is a name. */
function namesOf(certificate: X509Certificate): readonly string[] {
  const listed = (certificate.subjectAltName ?? '').replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
  const names = [...listed.matchAll(/(?:^|, )DNS:([^,\s"]+)/g)].map((match) => match[1]!.toLowerCase())
  return [...new Set(names)].filter((name) => name.length <= LONGEST_NAME).slice(0, MOST_NAMES)
}

function keyDigest(certificate: X509Certificate): string {
  try {
    const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
    return createHash('sha256').update(spki).digest('hex')
  } catch {
    return ''
  }
}

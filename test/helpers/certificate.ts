import { generateKeyPairSync, sign } from 'node:crypto'

/** A certificate and its key, in PEM, for a server of a test. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
  /** Its public key, DER. */
  readonly spki: Buffer
}

export interface CertificateWish {
  readonly names: readonly string[]
  /** Receipts of certificate transparency, which nobody gave. */
  readonly receipts?: number
  /** Octets in place of the list of receipts. */
  readonly receiptList?: Buffer
  readonly days?: number
}

const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectAltName: '551d11',
  receipts: '2b06010401d679020402',
}

/** Makes one that signs itself (RFC 5280 §4.1): P-256, valid from a day ago. */
export function makeCertificate({ names, receipts = 0, receiptList, days = 30 }: CertificateWish): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const algorithm = sequence(oid(OID.ecdsaWithSha256))
  const issuer = sequence(der(0x31, sequence(oid(OID.commonName), der(0x0c, Buffer.from(names[0] ?? 'nobody')))))
  const lists = [
    ...(names.length > 0
      ? [extension(OID.subjectAltName, sequence(...names.map((name) => der(0x82, Buffer.from(name)))))]
      : []),
    ...(receipts > 0 || receiptList ? [extension(OID.receipts, der(0x04, receiptList ?? listOf(receipts)))] : []),
  ]
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    algorithm,
    issuer,
    sequence(time(-1), time(days)),
    issuer,
    spki,
    der(0xa3, sequence(...lists)),
  )
  const signature = der(0x03, Buffer.concat([Buffer.of(0), sign('sha256', body, privateKey)]))
  const cert = sequence(body, algorithm, signature)
    .toString('base64')
    .replaceAll(/.{64}(?!$)/g, '$&\n')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${cert}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    spki,
  }
}

function listOf(receipts: number): Buffer {
  const each = Buffer.concat([Buffer.of(0, 47), Buffer.alloc(47, 7)])
  const all = Buffer.alloc(receipts * each.length, each)
  return Buffer.concat([Buffer.of(all.length >> 8, all.length & 0xff), all])
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x04, value))
}

/** GeneralizedTime, so many days from now. */
function time(days: number): Buffer {
  const text = new Date(Date.now() + days * 86_400_000).toISOString()
  return der(0x18, Buffer.from(`${text.replaceAll(/\D/g, '').slice(0, 14)}Z`))
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const octets = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...octets), content])
}

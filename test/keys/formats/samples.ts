import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { keyTagOf } from '../../../dns/key-tag.ts'
import { dnskeyRdata } from '../../../keys/dnskey.ts'
import { printKeyFile } from '../../../keys/formats/dnskey-file.ts'
import type { KeyFile } from '../../../keys/formats/key-file.ts'
import { printPem } from '../../../keys/formats/pem-file.ts'
import { printPrivateKeyFile, readPrivateKeyFile } from '../../../keys/formats/private-key-file.ts'
import type { KeyRole } from '../../../keys/key-role.ts'
import { generateKey } from '../../../keys/make-key.ts'

/** A file in memory. */
export function keyFile(text: string, file = 'file'): KeyFile {
  return { file, octets: Buffer.from(text, 'latin1') }
}

/** Private keys of RFCs with what is published of them. */
export const RFC_KEYS = [
  {
    source: 'RFC 6605 §6.1',
    algorithm: 13,
    private:
      'Private-key-format: v1.2\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=\n',
    dnskey:
      'example.net. 3600 IN DNSKEY 257 3 13 (\n GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edb\n krSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA== )\n',
    ds: 'example.net. 3600 IN DS 55648 13 2 (\n b4c8c1fe2e7477127b27115656ad6256f424625bf5c1\n e2770ce6d6e37df61d17 )\n',
    apex: 'example.net.',
    keyTag: 55648,
  },
  {
    source: 'RFC 6605 §6.2',
    algorithm: 14,
    private:
      'Private-key-format: v1.2\nAlgorithm: 14 (ECDSAP384SHA384)\nPrivateKey: WURgWHCcYIYUPWgeLmiPY2DJJk02vgrmTfitxgqcL4vwW7BOrbawVmVe0d9V94SR\n',
    dnskey:
      'example.net. 3600 IN DNSKEY 257 3 14 (\n xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1\n w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8\n /uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40 )\n',
    ds: 'example.net. 3600 IN DS 10771 14 4 (\n 72d7b62976ce06438e9c0bf319013cf801f09ecc84b8\n d7e9495f27e305c6a9b0563a9b5f4d288405c3008a94\n 6df983d6 )\n',
    apex: 'example.net.',
    keyTag: 10771,
  },
  {
    source: 'RFC 8080 §6.1',
    algorithm: 15,
    private:
      'Private-key-format: v1.2\nAlgorithm: 15 (ED25519)\nPrivateKey: ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=\n',
    dnskey: 'example.com. 3600 IN DNSKEY 257 3 15 (\n l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4= )\n',
    ds: 'example.com. 3600 IN DS 3613 15 2 (\n 3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b )\n',
    apex: 'example.com.',
    keyTag: 3613,
  },
] as const

/** A private key of any algorithm; RSA keys are small, for the sake of time. */
export async function anyKey(algorithm: number): Promise<KeyObject> {
  if (algorithm === 8 || algorithm === 10) return generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  return generateKey(algorithm)
}

/** The private key in a text. */
export function privateKeyOf(text: string): KeyObject {
  return readPrivateKeyFile(keyFile(text)).privateKey
}

/** The files of one key as BIND writes them. */
export async function bindFiles(role: KeyRole, { algorithm = 13, state = '', times = {}, apex = 'example.com.' } = {}) {
  const privateKey = await anyKey(algorithm)
  const dnskey = dnskeyRdata(role, algorithm, privateKey)
  const keyTag = keyTagOf(dnskey)
  const tag = `; This is the state of key ${keyTag}, for ${apex}\nAlgorithm: ${algorithm}\n`
  return {
    keyTag,
    privateKey,
    dnskey,
    public: printKeyFile(apex, { dnskey, keyTag, times }, 300),
    private: printPrivateKeyFile({ algorithm, privateKey, times }, '1.3').toString(),
    pem: printPem(privateKey).toString(),
    state: `${tag}${state}`,
  }
}

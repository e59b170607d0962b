import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { keyTagOf } from '../../dns/key-tag.ts'
import { nameFromText } from '../../dns/name.ts'
import {
  DELETE_CDNSKEY,
  DELETE_CDS,
  DnskeyFlag,
  DsDigest,
  dnskeyRdata,
  dsRdata,
  recordText,
  revokedKeyTagOf,
} from '../../keys/dnskey.ts'
import { isSignatureValid } from '../../keys/second-opinion.ts'
import { ALL_ALGORITHMS, drawKey } from '../helpers/keys.ts'

interface Example {
  readonly source: string
  readonly owner: string
  readonly flags: number
  readonly algorithm: number
  readonly publicKey: string
  readonly keyTag: number
  readonly ds?: readonly [DsDigest, string]
}

const EXAMPLES: readonly Example[] = [
  {
    ...{ source: 'RFC 4034 §5.4, RFC 4509 §2.3', owner: 'dskey.example.com.', flags: 256, algorithm: 5, keyTag: 60485 },
    publicKey:
      'AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==',
    ds: [DsDigest.Sha256, 'D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A'],
  },
  {
    ...{ source: 'RFC 6605 §6.1', owner: 'example.net.', flags: 257, algorithm: 13, keyTag: 55648 },
    publicKey: 'GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==',
    ds: [DsDigest.Sha256, 'B4C8C1FE2E7477127B27115656AD6256F424625BF5C1E2770CE6D6E37DF61D17'],
  },
  {
    ...{ source: 'RFC 6605 §6.2', owner: 'example.net.', flags: 257, algorithm: 14, keyTag: 10771 },
    publicKey:
      'xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40',
    ds: [
      DsDigest.Sha384,
      '72D7B62976CE06438E9C0BF319013CF801F09ECC84B8D7E9495F27E305C6A9B0563A9B5F4D288405C3008A946DF983D6',
    ],
  },
  {
    ...{ source: 'RFC 8080 §6.1', owner: 'example.com.', flags: 257, algorithm: 15, keyTag: 3613 },
    publicKey: 'l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=',
    ds: [DsDigest.Sha256, '3AA5AB37EFCE57F737FC1627013FEE07BDF241BD10F3B1964AB55C78E79A304B'],
  },
  {
    ...{ source: 'the root, 2017', owner: '.', flags: 257, algorithm: 8, keyTag: 20326 },
    publicKey:
      'AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU=',
    ds: [DsDigest.Sha256, 'E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D'],
  },
]

function dsText(owner: Uint8Array, dnskey: Uint8Array, digestType: DsDigest): string {
  return recordText(owner, Type.DS, dsRdata(owner, dnskey, digestType))
}

describe.each(EXAMPLES)('the example of $source', ({ owner, flags, algorithm, publicKey, keyTag, ds }) => {
  const dnskey = Uint8Array.of(flags >> 8, flags & 255, 3, algorithm, ...Buffer.from(publicKey, 'base64'))

  it(`has key tag ${keyTag}`, () => {
    expect(keyTagOf(dnskey)).toBe(keyTag)
  })

  it.runIf(ds !== undefined)('has its DS', () => {
    const [digestType, digest] = ds!
    expect(dsText(nameFromText(owner), dnskey, digestType)).toBe(
      `${owner} IN DS ${keyTag} ${algorithm} ${digestType} ${digest}`,
    )
  })
})

describe('a DNSKEY', () => {
  it('tells its role, protocol and algorithm', async () => {
    const { privateKey } = await drawKey(15)
    expect([...dnskeyRdata('ksk', 15, privateKey).subarray(0, 4)]).toEqual([1, 1, 3, 15])
    expect([...dnskeyRdata('zsk', 15, privateKey).subarray(0, 4)]).toEqual([1, 0, 3, 15])
    expect(recordText(nameFromText('a.'), Type.DNSKEY, dnskeyRdata('ksk', 15, privateKey))).toMatch(
      /^a\. IN DNSKEY 257 3 15 [A-Za-z0-9+/]{43}=$/,
    )
  })

  it('has another tag once it is revoked', async () => {
    const { dnskey } = await drawKey(13, 'ksk')
    const revoked = dnskey.slice()
    revoked[1]! |= DnskeyFlag.Revoke
    expect(revokedKeyTagOf(dnskey)).toBe(keyTagOf(revoked))
    expect(revokedKeyTagOf(dnskey)).not.toBe(keyTagOf(dnskey))
    expect(dnskey[1]).toBe(1)
  })

  it('is not believed where its octets make no key', () => {
    expect(isSignatureValid(Uint8Array.of(1, 1, 3, 5, 1, 3, 9), new Uint8Array(3), new Uint8Array(64))).toBe(false)
  })
})

it('asks for the removal of DS as RFC 8078 §4 has it', () => {
  expect(recordText(nameFromText('a.'), Type.CDS, DELETE_CDS)).toBe('a. IN CDS 0 0 0 00')
  expect(recordText(nameFromText('a.'), Type.CDNSKEY, DELETE_CDNSKEY)).toBe('a. IN CDNSKEY 0 3 0 AA==')
})

describe('what BIND says of our keys', () => {
  const isMissing = spawnSync('dnssec-dsfromkey', ['-V']).error !== undefined

  it.skipIf(isMissing && process.env.CI !== 'true')(
    `is the same DS${isMissing ? ': install bind9-utils or bind9-dnsutils' : ''}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'veil-ds-'))
      try {
        const owner = nameFromText(String.raw`we\046ird.example.`)
        for (const algorithm of ALL_ALGORITHMS) {
          const { dnskey } = await drawKey(algorithm, 'ksk')
          const path = join(folder, 'key')
          writeFileSync(path, `$TTL 60\n${recordText(owner, Type.DNSKEY, dnskey)}\n`)
          for (const digestType of [DsDigest.Sha256, DsDigest.Sha384]) {
            const name = digestType === DsDigest.Sha256 ? 'SHA-256' : 'SHA-384'
            const command = ['-a', name, '-f', path, 'we\\.ird.example.']
            const { stdout, stderr } = spawnSync('dnssec-dsfromkey', command, { encoding: 'utf8' })
            expect(stdout.trim(), stderr + readFileSync(path, 'utf8')).toBe(dsText(owner, dnskey, digestType))
          }
        }
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  )
})

it('makes DS for CDS of the same octets', async () => {
  const { dnskey } = await drawKey(13, 'ksk')
  const owner = nameFromText('a.example.')
  const rdata = dsRdata(owner, dnskey, DsDigest.Sha384)
  expect([...rdata.subarray(0, 4)]).toEqual([keyTagOf(dnskey) >> 8, keyTagOf(dnskey) & 255, 13, 4])
  expect(rdata).toHaveLength(4 + 48)
})

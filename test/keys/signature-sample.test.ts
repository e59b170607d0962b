import { describe, expect, it } from 'vitest'
import { offerSample, openSampleCell, SAMPLE_OCTETS, signerOf, takeSample } from '../../keys/signature-sample.ts'
import { rrsigPrefix } from '../../keys/signing-input.ts'
import { wireName } from '../helpers/zone.ts'

const KEY = { keyTag: 4711, algorithm: 13, signatureOctets: 64 }
const SIGNATURES = Uint8Array.from({ length: 200 }, (_, index) => index)

describe('the cell for a sample of signatures', () => {
  it('holds one until it is taken, whole', () => {
    const cell = openSampleCell(new SharedArrayBuffer(SAMPLE_OCTETS))
    const data = Uint8Array.from({ length: 300 }, (_, index) => index & 255)
    expect(takeSample(cell)).toBeUndefined()
    offerSample(cell, KEY, data, 250, SIGNATURES, 10)
    offerSample(cell, { ...KEY, keyTag: 1 }, data, 20, SIGNATURES, 0)
    expect(takeSample(cell)).toEqual({
      ...{ keyTag: 4711, algorithm: 13 },
      ...{ data: data.slice(0, 250), signature: SIGNATURES.slice(10, 74) },
    })
    expect(takeSample(cell)).toBeUndefined()
    offerSample(cell, { ...KEY, keyTag: 1 }, data, 20, SIGNATURES, 0)
    expect(takeSample(cell)?.keyTag).toBe(1)
  })

  it('leaves out what it has no room for', () => {
    const cell = openSampleCell(new SharedArrayBuffer(SAMPLE_OCTETS))
    offerSample(cell, KEY, new Uint8Array(SAMPLE_OCTETS), SAMPLE_OCTETS - 64 - 19, SIGNATURES, 0)
    expect(takeSample(cell)).toBeUndefined()
    offerSample(cell, KEY, new Uint8Array(SAMPLE_OCTETS), SAMPLE_OCTETS - 64 - 20, SIGNATURES, 0)
    expect(takeSample(cell)).toBeDefined()
  })

  it('tells whose signature it is', () => {
    const signer = wireName('example.com.')
    const rrset = { owner: wireName('www.example.com.'), type: 1, ttl: 300, rdatas: [Uint8Array.of(192, 0, 2, 1)] }
    const data = rrsigPrefix(rrset, { algorithm: 13, keyTag: 4711, inception: 1, expiration: 2, signer })
    expect(signerOf({ ...KEY, data, signature: new Uint8Array() })).toEqual(signer)
  })
})

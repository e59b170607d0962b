import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Class, Type } from '../../../dns/constants.ts'
import { keyTagOf } from '../../../dns/key-tag.ts'
import type { MessageRecord } from '../../../dns/message.ts'
import { canonicalName, nameFromText } from '../../../dns/name.ts'
import { openSigningKey } from '../../../keys/open-signing-key.ts'
import { isSignatureValid } from '../../../keys/second-opinion.ts'
import { signRRset } from '../../../keys/signing-input.ts'
import { trustKeySet } from '../../../keys/validation/key-set.ts'
import { findRRset } from '../../../keys/validation/received-rrset.ts'
import { verifyRRset } from '../../../keys/validation/verify-rrset.ts'
import { drawKey } from '../../helpers/keys.ts'

vi.mock(import('../../../keys/second-opinion.ts'), async (importOriginal) => {
  const original = await importOriginal()
  return { ...original, isSignatureValid: vi.fn(original.isSignatureValid) }
})

const NOW = 1_795_600_000
const APEX = canonicalName(nameFromText('com.'))
const VALIDITY = { inception: NOW - 60, expiration: NOW + 60, signer: APEX }

beforeEach(() => {
  vi.mocked(isSignatureValid).mockClear()
})

/** Other octets with the same key tag: two neighbouring words move in opposite directions. */
function collidingKeys(dnskey: Uint8Array, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const other = dnskey.slice()
    const [up, down] = [6 + 4 * (index >> 2), 8 + 4 * (index >> 2)]
    const step = 1 + (index & 3)
    const word = (at: number) => (other[at]! << 8) | other[at + 1]!
    const set = (at: number, value: number) => other.set([(value >> 8) & 255, value & 255], at)
    if (word(up) + step > 0xffff || word(down) < step) return dnskey
    set(up, word(up) + step)
    set(down, word(down) - step)
    return other
  }).filter((other) => other !== dnskey && keyTagOf(other) === keyTagOf(dnskey))
}

describe('a hostile zone', () => {
  it('has few of its signatures verified, however many keys of one tag and however many signatures it has', async () => {
    const key = await drawKey(13, 'ksk')
    const keys = collidingKeys(key.dnskey, 28)
    expect(keys.length).toBeGreaterThan(16)
    const ds: MessageRecord = { name: APEX, type: Type.TXT, class: Class.In, ttl: 60, rdata: Uint8Array.of(1, 0x78) }
    const rrsig = signRRset(findRRset([ds], APEX, Type.TXT)!, openSigningKey(key), VALIDITY)
    const rrsigs = Array.from({ length: 100 }, (_, index): MessageRecord => {
      const rdata = rrsig.slice()
      rdata[rdata.length - 1]! ^= 1 + index
      return { ...ds, type: Type.RRSIG, rdata }
    })
    const rrset = findRRset([ds, ...rrsigs], APEX, Type.TXT)!
    expect(rrset.rrsigs).toHaveLength(100)
    expect(verifyRRset(rrset, { apex: APEX, dnskeys: keys }, NOW)).toMatchObject({ kind: 'invalid' })
    expect(vi.mocked(isSignatureValid).mock.calls.length).toBeLessThanOrEqual(8)
  })

  it('has no key set verified that is larger than any honest one', async () => {
    const key = await drawKey(13, 'ksk')
    const records = Array.from({ length: 33 }, (_, index): MessageRecord => {
      const rdata = key.dnskey.slice()
      rdata[10] = index
      return { name: APEX, type: Type.DNSKEY, class: Class.In, ttl: 60, rdata }
    })
    const anchors = records.map(({ rdata }) => ({ owner: APEX, type: Type.DNSKEY, rdata }))
    expect(trustKeySet(findRRset(records, APEX, Type.DNSKEY)!, anchors, NOW)).toEqual({
      kind: 'bogus',
      reason: 'has more than 32 keys',
    })
    expect(isSignatureValid).not.toHaveBeenCalled()
  })

  it('is not believed with a revoked key, nor with one that signs no zones', async () => {
    const key = await drawKey(13, 'ksk')
    for (const flags of [0x0181, 0x0001]) {
      const rdata = Uint8Array.of(flags >> 8, flags & 255, ...key.dnskey.subarray(2))
      const record: MessageRecord = { name: APEX, type: Type.DNSKEY, class: Class.In, ttl: 60, rdata }
      const signer = openSigningKey({ ...key, dnskey: rdata, keyTag: keyTagOf(rdata) })
      const signature = signRRset(findRRset([record], APEX, Type.DNSKEY)!, signer, VALIDITY)
      const rrset = findRRset([record, { ...record, type: Type.RRSIG, rdata: signature }], APEX, Type.DNSKEY)!
      const trust = trustKeySet(rrset, [{ owner: APEX, type: Type.DNSKEY, rdata }], NOW)
      expect(trust).toMatchObject({ kind: 'bogus', reason: 'has no key that the DS or the trust anchor speaks of' })
    }
  })

  it.each([8, 10, 13, 14, 15])('is believed with an honest signature of algorithm %i', async (algorithm) => {
    const key = await drawKey(algorithm, 'ksk')
    const record: MessageRecord = { name: APEX, type: Type.DNSKEY, class: Class.In, ttl: 60, rdata: key.dnskey }
    const signature = signRRset(findRRset([record], APEX, Type.DNSKEY)!, openSigningKey(key), VALIDITY)
    const rrset = findRRset([record, { ...record, type: Type.RRSIG, rdata: signature }], APEX, Type.DNSKEY)!
    const anchor = { owner: APEX, type: Type.DNSKEY, rdata: key.dnskey }
    expect(trustKeySet(rrset, [anchor], NOW).kind).toBe('trusted')
    expect(trustKeySet(rrset, [anchor], NOW + 61)).toMatchObject({ reason: 'has a signature that has expired' })
    expect(trustKeySet(rrset, [anchor], NOW - 61)).toMatchObject({ reason: 'has a signature that does not hold yet' })
  })
})

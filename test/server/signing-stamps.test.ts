import { expect, test } from 'vitest'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import { DEFAULT_DNSSEC } from '../../server/configuration/dnssec.ts'
import { createSigningStamps } from '../../server/signing-stamps.ts'
import { DenialMode } from '../../zones/denial/denial.ts'

const { policy } = DEFAULT_DNSSEC
const SET: KeySetDescriptor = { zone: 'a.', epoch: 1, policy, signers: [], apexRRsets: [] }
const SEEN = { digest: 'aa', serial: 1 }

test('equal content under equal keys has one stamp, all else another', () => {
  const { stampOf } = createSigningStamps()
  const first = stampOf(SEEN, SET, DEFAULT_DNSSEC)
  expect(stampOf({ ...SEEN }, { ...SET, signers: [] }, { ...DEFAULT_DNSSEC })).toBe(first)
  const others = [
    stampOf({ ...SEEN, digest: 'ab' }, SET, DEFAULT_DNSSEC),
    stampOf({ ...SEEN, serial: 2 }, SET, DEFAULT_DNSSEC),
    stampOf(SEEN, { ...SET, zone: 'b.' }, DEFAULT_DNSSEC),
    stampOf(SEEN, { ...SET, epoch: 2 }, DEFAULT_DNSSEC),
    stampOf(SEEN, { ...SET, policy: { ...policy, validity: 1 } }, DEFAULT_DNSSEC),
    stampOf(SEEN, SET, { ...DEFAULT_DNSSEC, denial: DenialMode.Cells }),
    stampOf(SEEN, { ...SET, apexRRsets: [{ ...APEX, type: 59 }] }, DEFAULT_DNSSEC),
  ]
  expect(new Set([first, ...others]).size).toBe(8)
})

const APEX = { ttl: 1, count: 1, block: new Uint8Array(), signatures: [] }

test('a stamp holds as long as it is asked for, and is never given away again', () => {
  const { stampOf, forgetUnused } = createSigningStamps()
  const stamps = [1, 2].map((serial) => stampOf({ ...SEEN, serial }, SET, DEFAULT_DNSSEC))
  forgetUnused()
  expect(stampOf({ ...SEEN, serial: 2 }, SET, DEFAULT_DNSSEC)).toBe(stamps[1])
  forgetUnused()
  const back = stampOf({ ...SEEN, serial: 1 }, SET, DEFAULT_DNSSEC)
  expect(stamps).not.toContain(back)
})

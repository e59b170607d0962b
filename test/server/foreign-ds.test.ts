import { describe, expect, it } from 'vitest'
import type { StoredKey } from '../../keys/key-store.ts'
import type { RecordState } from '../../keys/rollover/key-state.ts'
import { foreignDsAlarm, lateDsAlarm, wrongDigestAlarm } from '../../server/keys/foreign-ds.ts'
import type { ParentServer } from '../../server/keys/rollover-protocol.ts'

function server(found: Partial<ParentServer>): ParentServer {
  return { name: 'a.test.', address: '192.0.2.1', outcome: 'answered', ds: [], keyTags: [], foreign: 0, ...found }
}

const OURS = server({ ds: ['7 13 2 AA', '9 13 2 BB'], keyTags: [7], foreign: 1 })
const OTHERS = server({ ds: ['9 13 2 BB', '9 13 4 CC'], foreign: 2 })

describe('a parent whose DS is of no key that is here', () => {
  it('is an alarm that names the DS and the commands, where a single server has none of ours', () => {
    const alarm = foreignDsAlarm('example.com.', { servers: [OURS, OTHERS] })
    expect(alarm).toContain('key tag 9)')
    for (const command of ['key restore', 'key import', 'key ds example.com.', 'key check-parent example.com.']) {
      expect(alarm).toContain(`dnsctl ${command}`)
    }
  })

  it.each([
    ['has one of ours beside it', [OURS]],
    ['has none', [server({})]],
    ['was not heard', [{ ...OTHERS, outcome: 'bogus' } as const, server({ outcome: 'silent' })]],
    ['was not asked', []],
  ])('is none where it %s', (_, servers) => {
    expect(foreignDsAlarm('example.com.', { servers })).toBeUndefined()
  })
})

describe('a parent that has a DS with the tag of a key of ours and a digest that is not its', () => {
  const wrong = '7 13 4 CC'
  const both = server({ ds: ['7 13 2 AA', wrong], keyTags: [7], foreign: 1, misfits: [wrong] })

  it('is an alarm that says what to remove, once, though another DS of the key is right', () => {
    const alarm = wrongDigestAlarm('example.com.', { servers: [OURS, both, both] })
    expect(alarm).toMatch(
      /\(`7 13 4 CC`\).* remove exactly that; `dnsctl key check-parent example\.com\.` looks again$/,
    )
  })

  it('is none where nobody who can be believed has it', () => {
    const servers = [OURS, OTHERS, { ...both, outcome: 'bogus' } as const]
    expect(wrongDigestAlarm('example.com.', { servers })).toBeUndefined()
  })
})

describe('a parent that has a DS of a zone that has become insecure', () => {
  const key = (state: RecordState) =>
    ({ role: 'ksk', records: { dnskey: { state, since: 0, ttl: 0 } } }) as unknown as StoredKey
  const gone = { zone: 'example.com.', goal: 'insecure', keys: [key('hidden'), key('unretentive')] } as const

  it('is an alarm, whosever it is', () => {
    for (const found of [OURS, OTHERS]) {
      const alarm = lateDsAlarm(gone, { servers: [server({}), found] })
      expect(alarm).toMatch(/key tag \d+.*`dnsctl key check-parent example\.com\.` looks again$/)
    }
  })

  it('is none before the keys are gone, nor where it is signed, nor where nobody has one', () => {
    expect(lateDsAlarm({ ...gone, keys: [key('omnipresent')] }, { servers: [OURS] })).toBeUndefined()
    expect(lateDsAlarm({ ...gone, goal: 'secure' }, { servers: [OURS] })).toBeUndefined()
    expect(lateDsAlarm(gone, { servers: [server({}), { ...OURS, outcome: 'bogus' }] })).toBeUndefined()
  })
})

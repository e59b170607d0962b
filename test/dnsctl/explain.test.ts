import { describe, expect, it } from 'vitest'
import { foresee } from '../../dnsctl/keys/foresee.ts'
import { waitTexts } from '../../dnsctl/keys/wait-text.ts'
import type { WaitReason } from '../../keys/rollover/step.ts'
import { keyWith, kskRoll, NOON, reportWith } from '../helpers/rollover-reports.ts'
import { deskWith } from './rollover-server.ts'

const NARROW = { columns: 80, environment: { NO_COLOR: '1' } }
const ZSK_ROLL = reportWith({
  keys: [
    keyWith('ksk', 20331, 'OOO'),
    keyWith('zsk', 41021, 'OO'),
    keyWith('zsk', 50812, 'RH', { replaces: 'zsk-41021' }),
  ],
})

describe('dnsctl key explain', () => {
  it('names rule, parent address and timer, what comes when, and the next command', async () => {
    const desk = await deskWith({ rollovers: () => [kskRoll()] }, NOON + 600)
    const { stdout } = await desk.run(['key', 'explain', 'example.com'], NARROW)
    expect(stdout).toBe(`example.com: ksk 20331 → 7714; waits for the parent
KEY        ALG  DUTY      DNSKEY      SIGNS KEYS  SIGNS ZONE  DS
ksk 20331  13   retiring  everywhere  everywhere              leaving
ksk 7714   13   in use    everywhere  everywhere              spreading
zsk 41021  13   in use    everywhere              everywhere

Waits for
  the DS of ksk 7714: spreading → everywhere
    The DS of ksk 7714 has to be at every address of the servers of com.
    At 2026-11-25 11:58:00: b.nic.test. (192.0.2.2) has it not.
  the DS of ksk 20331: leaving → nowhere
    The DS of ksk 20331 has to be gone from every address of the servers of com.
    At 2026-11-25 11:58:00: b.nic.test. (192.0.2.2) has it still.
  the key set’s signatures by ksk 20331: everywhere → leaving
  the DNSKEY of ksk 20331: everywhere → leaving
    Rule R2: whoever holds a DS finds the key it names, and the key set signed
    by it. That would no longer hold: ksk 7714 first.

Comes then, at the earliest, if the parent follows at once
  2026-11-26 15:00:00  no validator has the DS of ksk 20331 any more
                       every validator has the DS of ksk 7714
                       ksk 20331 is taken out of the key set, and signs it no
                       more
  2026-11-26 16:00:00  no cache has ksk 20331 any more
                       ksk 20331 is deleted
  All is done in 1 d 3 h.

Next  \`dnsctl key ds example.com\` shows what the registrar is to have
      \`dnsctl key check-parent example.com\` looks at once
`)
  })

  it('tells of all zones where something goes on, and of no other', async () => {
    const idle = reportWith({ zone: 'idle.example.' })
    const desk = await deskWith({ rollovers: () => [idle, ZSK_ROLL] }, NOON)
    const { stdout } = await desk.run(['key', 'explain'])
    expect(stdout).toContain('example.com: zsk 41021 → 50812')
    expect(stdout).not.toContain('idle.example')
    const quiet = await deskWith({ rollovers: () => [idle] }, NOON)
    expect((await quiet.run(['key', 'explain'])).stdout).toMatch(/^No roll is going on\./)
  })
})

describe('foresee', () => {
  it('runs a ZSK roll to its end by time alone: key set, signatures, key set', () => {
    const { moments, isDone, assumes } = foresee(ZSK_ROLL, NOON)
    const day = 86_400
    expect({ isDone, assumes }).toEqual({ isDone: true, assumes: undefined })
    // TTL and safety of the key set; the largest TTL and safety; TTL of the key set.
    expect(moments.map(({ at }) => at - NOON)).toEqual([7_200, 7_200 + 7 * day + 3_600, 7_200 + 7 * day + 7_200])
    expect(moments.at(-1)!.changes).toEqual([{ kind: 'remove', key: 'zsk-41021' }])
  })

  it('makes keys that the policy asks for, and ends where it would begin the next roll', () => {
    const { moments, isDone } = foresee(
      reportWith({ keys: [keyWith('ksk', 20331, 'OOO'), keyWith('zsk', 41021, 'OO', { dutySince: 0 })] }),
      NOON,
    )
    expect(isDone).toBe(true)
    expect(moments[0]).toMatchObject({ at: NOON, changes: [{ kind: 'make', role: 'zsk', replaces: 'zsk-41021' }] })
    expect(moments.at(-1)!.changes).toEqual([{ kind: 'remove', key: 'zsk-41021' }])
  })

  it('says what it takes for granted', () => {
    const held = reportWith({
      ...{ keys: ZSK_ROLL.keys, isPaused: true },
      waits: [{ key: 'zsk-50812', record: 'dnskey', from: 'rumoured', to: 'omnipresent', reason: { kind: 'paused' } }],
    })
    expect(foresee(held, NOON)).toMatchObject({ isDone: true, assumes: 'it is resumed now' })
    expect(foresee(kskRoll(), NOON).assumes).toBe('the parent follows at once')
  })
})

describe('what steps wait for', () => {
  const textOf = (reason: WaitReason, more: Parameters<typeof reportWith>[0] = {}) => {
    const wait = { key: 'zsk-41021', record: 'zrrsig', from: 'rumoured', to: 'omnipresent', reason } as const
    return waitTexts(reportWith({ waits: [wait], ...more }), NOON)[0]!.reasons.join(' ')
  }
  const time = { kind: 'time', until: NOON + 3_600, since: NOON - 60, ttl: 3_600, safety: 0 } as const

  it.each<[string, WaitReason, RegExp]>([
    [
      'a timer',
      time,
      /^Until 2026-11-25 13:00:00 \(in 1 h\) caches may still have records with signatures of before .*, with a TTL of 1 h\.$/,
    ],
    [
      'order',
      { kind: 'order', record: 'dnskey', needs: 'omnipresent' },
      /^The DNSKEY of the same key has to be everywhere first\.$/,
    ],
    ['workers', { kind: 'served' }, /^Not all workers have acknowledged/],
    ['a pause', { kind: 'paused' }, /`dnsctl key resume example\.com`/],
    ['a clock', { kind: 'clock' }, /`dnsctl key clock`/],
    ['a manual policy', { kind: 'manual' }, /`dnsctl key step example\.com`/],
    ['offline keys', { kind: 'bundle' }, /`dnsctl key bundle request example\.com`/],
    ['a backup', { kind: 'backup' }, /`dnsctl key backup example\.com --to FILE`/],
    ['its predecessor', { kind: 'predecessor', key: 'ksk-20331' }, /takes over from ksk 20331/],
    ['what is still secure', { kind: 'still-secure', others: ['ksk-20331'] }, /that of ksk 20331 goes first/],
  ])('is said of %s', (_, reason, text) => {
    expect(textOf(reason)).toMatch(text)
  })

  it('is said of the parent, whatever is known of it', () => {
    const reason = { kind: 'parent', expects: 'present' } as const
    const { parent } = reportWith()
    expect(textOf(reason, { parent: { ...parent, mode: 'off' } })).toContain('--submitted 41021`')
    expect(textOf(reason, { parent: { ...parent, problem: 'com. has no servers' } })).toContain('com. has no servers')
    const { checkedAt: _, ...unseen } = parent
    expect(textOf(reason, { parent: unseen })).toContain('Nobody has looked yet')
  })

  it('is said of an address that lags, since when, and how to go on without it', () => {
    const { parent } = kskRoll()
    const servers = [parent.servers[0]!, { ...parent.servers[1]!, outcome: 'silent' as const, since: NOON - 7_200 }]
    const text = textOf({ kind: 'parent', expects: 'present' }, { parent: { ...parent, servers } })
    expect(text).toContain('b.nic.test. (192.0.2.2) did not answer, since 2026-11-25 10:00:00 (2 h ago)')
    expect(text).toContain(
      '`dnsctl key ds example.com --submitted 41021` ends the wait. If that is wrong, the zone is bogus',
    )
  })

  it('makes names of servers safe to print', () => {
    const parent = { ...kskRoll().parent, servers: [{ ...kskRoll().parent.servers[1]!, name: 'b\u001b[31m.' }] }
    expect(textOf({ kind: 'parent', expects: 'present' }, { parent })).toContain('b\\x1b[31m. (192.0.2.2)')
  })

  it('names what comes first in a move to another algorithm, and no key that has no part in it', () => {
    const keys = [
      keyWith('ksk', 20331, 'OOR', { duty: 'retired' }),
      keyWith('zsk', 41021, 'OO', { duty: 'retired' }),
      keyWith('ksk', 7714, 'HHH', { algorithm: 15 }),
      keyWith('zsk', 50812, 'HR', { algorithm: 15 }),
    ]
    const others = keys.map(({ id }) => id)
    const firstOf = (key: string, record: 'dnskey' | 'zrrsig' | 'ds', to: 'rumoured' | 'unretentive') => {
      const rule = record === 'ds' ? 'R1' : 'R3'
      const from = to === 'rumoured' ? 'hidden' : 'omnipresent'
      const reason = { kind: 'rule', rule, others: others.filter((id) => id !== key) } as const
      return waitTexts(reportWith({ keys, waits: [{ key, record, from, to, reason }] }), NOON)[0]!.reasons.join(' ')
    }
    const signed = /That would no longer hold: the zone’s signatures by zsk 50812 have to be everywhere first\.$/
    expect(firstOf('zsk-50812', 'dnskey', 'rumoured')).toMatch(signed)
    expect(firstOf('ksk-7714', 'dnskey', 'rumoured')).toMatch(signed)
    expect(firstOf('zsk-41021', 'zrrsig', 'unretentive')).toMatch(/: the DS of ksk 20331 has to be nowhere first\.$/)
    expect(firstOf('ksk-20331', 'ds', 'unretentive')).toMatch(/That would no longer hold: ksk 7714 first\.$/)
  })

  it('says from when a look at the parent counts that found all as it has to be', () => {
    const roll = kskRoll()
    const servers = roll.parent.servers.map((server) => ({ ...server, keyTags: [7714] }))
    const keys = [keyWith('ksk', 7714, 'OOR', { id: 'zsk-41021' })]
    const text = (served: number) => {
      const ds = { ...keys[0]!.records.ds!, served }
      const own = [{ ...keys[0]!, records: { ...keys[0]!.records, ds } }]
      return textOf({ kind: 'parent', expects: 'present' }, { keys: own, parent: { ...roll.parent, servers } })
    }
    expect(text(NOON - 3_600)).toContain('all of them showed that. That counts from 2026-11-25 13:00:00 on (in 1 h)')
    expect(text(NOON - 86_400)).toMatch(/all of them showed that\.$/)
  })
})

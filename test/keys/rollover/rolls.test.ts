import { describe, expect, it } from 'vitest'
import { noteSighting } from '../../../keys/rollover/apply.ts'
import { keyOf, rollOut, TIMES, zoneOf } from './roll-table.ts'

const SPLIT = [keyOf('ksk 1 [###]'), keyOf('zsk 2 [##]')]
const COMBINED = [keyOf('csk 1 [####]')]
const STANDBYS = [keyOf('ksk 3 [###]', { duty: 'standby' }), keyOf('zsk 4 [#.]', { duty: 'standby' })]
const WITH_STANDBYS = { policy: { standbyZsk: true, standbyKsk: true } }

describe('signing for the first time', () => {
  it('has signatures everywhere before the parent is asked for a DS', () => {
    expect(rollOut(zoneOf([]))).toEqual([
      '0: ksk -1 [++.]  zsk -2 [++]',
      // Caches may hold for the negative TTL that there is no DNSKEY.
      '101: ksk -1 [##.]  zsk -2 [#+]',
      '105: ksk -1 [##+]  zsk -2 [##]',
      '170: ksk -1 [###]  zsk -2 [##]',
    ])
  })

  it('begins with both algorithms where there are two, and asks for both DS at once', () => {
    expect(rollOut(zoneOf([], { algorithms: [13, 15] }))).toEqual([
      '0: ksk -1 [++.]  zsk -2 [++]  ksk -3 [++.] (15)  zsk -4 [++] (15)',
      '101: ksk -1 [##.]  zsk -2 [#+]  ksk -3 [##.] (15)  zsk -4 [#+] (15)',
      '105: ksk -1 [##+]  zsk -2 [##]  ksk -3 [##+] (15)  zsk -4 [##] (15)',
      '170: ksk -1 [###]  zsk -2 [##]  ksk -3 [###] (15)  zsk -4 [##] (15)',
    ])
  })
})

describe('a DS that was given to the parent before it was asked for', () => {
  it('has its key stay until the parent has dropped it, though the key is replaced at once', () => {
    const early = zoneOf([keyOf('ksk 1 [++.]', { served: 0 }), keyOf('zsk 2 [++]', { served: 0 })])
    const said = { key: '1', says: 'present', at: 0, ttl: TIMES.dsTtl, by: 'operator' } as const
    const known = { ...early, keys: noteSighting(early.keys, said, early) }
    expect(rollOut(known, [{ at: 1, kind: 'roll', selection: { role: 'ksk' } }])).toEqual([
      '0: ksk 1 [+++]  zsk 2 [++]',
      '1: ksk 1 [+++]  zsk 2 [++]  ksk -1 [++.]',
      '11: ksk 1 [##+]  zsk 2 [#+]  ksk -1 [++.]',
      '12: ksk 1 [##-]  zsk 2 [#+]  ksk -1 [##+]',
      '77: ksk 1 [--.]  zsk 2 [#+]  ksk -1 [###]',
      '87: zsk 2 [#+]  ksk -1 [###]',
      '105: zsk 2 [##]  ksk -1 [###]',
    ])
  })
})

describe('a ZSK is replaced', () => {
  it('is published before it signs, and its predecessor stays until its signatures are gone (RFC 6781 §4.1.1.1)', () => {
    expect(rollOut(zoneOf(SPLIT), [{ at: 0, kind: 'roll', selection: { role: 'zsk' } }])).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]  zsk -1 [+.]',
      '11: ksk 1 [###]  zsk 2 [#-]  zsk -1 [#+]',
      '116: ksk 1 [###]  zsk 2 [-.]  zsk -1 [##]',
      '126: ksk 1 [###]  zsk -1 [##]',
    ])
  })

  it('happens by age, so early that the new key signs when the old one is too old', () => {
    const young = SPLIT.map((key) => ({ ...key, dutySince: 0 }))
    expect(rollOut(zoneOf(young, { policy: { zskLifetime: 300 } }), [], { until: 610 })).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]',
      '289: ksk 1 [###]  zsk 2 [##]  zsk -1 [+.]',
      '300: ksk 1 [###]  zsk 2 [#-]  zsk -1 [#+]',
      '405: ksk 1 [###]  zsk 2 [-.]  zsk -1 [##]',
      '415: ksk 1 [###]  zsk -1 [##]',
      '589: ksk 1 [###]  zsk -1 [##]  zsk -2 [+.]',
      '600: ksk 1 [###]  zsk -1 [#-]  zsk -2 [#+]',
    ])
  })
})

describe('a KSK is replaced', () => {
  it('signs the key set beside its predecessor, the DS change hands, and the predecessor leaves (RFC 6781 §4.1.2)', () => {
    expect(rollOut(zoneOf(SPLIT), [{ at: 0, kind: 'roll', selection: { role: 'ksk' } }])).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]  ksk -1 [++.]',
      '11: ksk 1 [##-]  zsk 2 [##]  ksk -1 [##+]',
      '76: ksk 1 [--.]  zsk 2 [##]  ksk -1 [###]',
      '86: zsk 2 [##]  ksk -1 [###]',
    ])
  })

  it('waits for a parent that does nothing, for as long as it does', () => {
    const rolled = rollOut(zoneOf(SPLIT), [{ at: 0, kind: 'roll', selection: { role: 'ksk' } }], {
      parentDelay: Number.POSITIVE_INFINITY,
    })
    expect(rolled.at(-1)).toBe('11: ksk 1 [##-]  zsk 2 [##]  ksk -1 [##+]')
  })
})

describe('a combined key', () => {
  it('is replaced in both its parts, each in its time, and leaves after the later one', () => {
    const zone = zoneOf(COMBINED, { policy: { isCombined: true } })
    expect(rollOut(zone, [{ at: 0, kind: 'roll', selection: {} }])).toEqual([
      '0: csk 1 [####]  csk -1 [++..]',
      '11: csk 1 [##--]  csk -1 [##++]',
      '76: csk 1 [##-.]  csk -1 [##+#]',
      '116: csk 1 [--..]  csk -1 [####]',
      '126: csk -1 [####]',
    ])
  })

  it('takes over from two', () => {
    expect(rollOut(zoneOf(SPLIT), [{ at: 0, kind: 'policy', policy: { isCombined: true } }])).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]  csk -1 [++..]',
      '11: ksk 1 [##-]  zsk 2 [#-]  csk -1 [##++]',
      '76: ksk 1 [--.]  zsk 2 [#-]  csk -1 [##+#]',
      '86: zsk 2 [#-]  csk -1 [##+#]',
      '116: zsk 2 [-.]  csk -1 [####]',
      '126: csk -1 [####]',
    ])
  })

  it('is taken over from by two', () => {
    const zone = zoneOf(COMBINED, { policy: { isCombined: true } })
    expect(rollOut(zone, [{ at: 0, kind: 'policy', policy: { isCombined: false } }])).toEqual([
      '0: csk 1 [####]  ksk -1 [++.]  zsk -2 [+.]',
      '11: csk 1 [##--]  ksk -1 [##+]  zsk -2 [#+]',
      '76: csk 1 [##-.]  ksk -1 [###]  zsk -2 [#+]',
      '116: csk 1 [--..]  ksk -1 [###]  zsk -2 [##]',
      '126: ksk -1 [###]  zsk -2 [##]',
    ])
  })
})

describe('an algorithm is replaced', () => {
  it('has signatures first, then keys, then the DS; and the old one leaves the other way round (RFC 6781 §4.1.4)', () => {
    expect(rollOut(zoneOf(SPLIT), [{ at: 0, kind: 'algorithms', algorithms: [15] }])).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]  ksk -1 [...] (15)  zsk -2 [.+] (15)',
      '105: ksk 1 [###]  zsk 2 [##]  ksk -1 [++.] (15)  zsk -2 [+#] (15)',
      '116: ksk 1 [##-]  zsk 2 [##]  ksk -1 [##+] (15)  zsk -2 [##] (15)',
      '181: ksk 1 [--.]  zsk 2 [-#]  ksk -1 [###] (15)  zsk -2 [##] (15)',
      '191: zsk 2 [.-]  ksk -1 [###] (15)  zsk -2 [##] (15)',
      '296: ksk -1 [###] (15)  zsk -2 [##] (15)',
    ])
  })

  it('does so with combined keys', () => {
    const zone = zoneOf(COMBINED, { policy: { isCombined: true } })
    expect(rollOut(zone, [{ at: 0, kind: 'algorithms', algorithms: [15] }])).toEqual([
      '0: csk 1 [####]  csk -1 [..+.] (15)',
      '105: csk 1 [####]  csk -1 [++#.] (15)',
      '116: csk 1 [###-]  csk -1 [###+] (15)',
      '181: csk 1 [--#.]  csk -1 [####] (15)',
      '191: csk 1 [..-.]  csk -1 [####] (15)',
      '296: csk -1 [####] (15)',
    ])
  })

  it('goes back when the configuration does', () => {
    const there = { at: 0, kind: 'algorithms', algorithms: [15] } as const
    expect(rollOut(zoneOf(SPLIT), [there, { at: 110, kind: 'algorithms', algorithms: [13] }])).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]  ksk -1 [...] (15)  zsk -2 [.+] (15)',
      '105: ksk 1 [###]  zsk 2 [##]  ksk -1 [++.] (15)  zsk -2 [+#] (15)',
      // Neither key of the algorithm can leave without the other until caches have both.
      '110: ksk 1 [###]  zsk 2 [##]  ksk -1 [++.] (15)  zsk -2 [+#] (15)',
      '116: ksk 1 [###]  zsk 2 [##]  ksk -1 [--.] (15)  zsk -2 [-#] (15)',
      '126: ksk 1 [###]  zsk 2 [##]  zsk -2 [.-] (15)',
      '231: ksk 1 [###]  zsk 2 [##]',
    ])
  })
})

describe('an algorithm comes back while it leaves', () => {
  it('is forgotten by caches first, for neither of its keys can come back without the other', () => {
    const there = { at: 0, kind: 'algorithms', algorithms: [15] } as const
    const rolled = rollOut(zoneOf(SPLIT), [there, { at: 185, kind: 'algorithms', algorithms: [13] }])
    expect(rolled.slice(3)).toEqual([
      '181: ksk 1 [--.]  zsk 2 [-#]  ksk -1 [###] (15)  zsk -2 [##] (15)',
      '185: ksk 1 [--.]  zsk 2 [-#]  ksk -1 [###] (15)  zsk -2 [##] (15)',
      '191: ksk 1 [++.]  zsk 2 [+#]  ksk -1 [###] (15)  zsk -2 [##] (15)',
      '202: ksk 1 [##+]  zsk 2 [##]  ksk -1 [##-] (15)  zsk -2 [##] (15)',
      '267: ksk 1 [###]  zsk 2 [##]  ksk -1 [--.] (15)  zsk -2 [-#] (15)',
      '277: ksk 1 [###]  zsk 2 [##]  zsk -2 [.-] (15)',
      '382: ksk 1 [###]  zsk 2 [##]',
    ])
  })
})

describe('going insecure', () => {
  it('has the DS gone everywhere before anything else goes, and comes back as a zone that was never signed', () => {
    const there = { at: 0, kind: 'goal', goal: 'insecure' } as const
    expect(rollOut(zoneOf(SPLIT), [there, { at: 500, kind: 'goal', goal: 'secure' }])).toEqual([
      '0: ksk 1 [##-]  zsk 2 [##]',
      '65: ksk 1 [--.]  zsk 2 [--]',
      '75: ksk 1 [...]  zsk 2 [.-]',
      '170: ksk 1 [...]  zsk 2 [..]',
      '500: ksk 1 [++.]  zsk 2 [++]',
      '601: ksk 1 [##.]  zsk 2 [#+]',
      '605: ksk 1 [##+]  zsk 2 [##]',
      '670: ksk 1 [###]  zsk 2 [##]',
    ])
  })

  it('turns back where the DS is on its way out', () => {
    const there = { at: 0, kind: 'goal', goal: 'insecure' } as const
    expect(rollOut(zoneOf(SPLIT), [there, { at: 30, kind: 'goal', goal: 'secure' }])).toEqual([
      '0: ksk 1 [##-]  zsk 2 [##]',
      '30: ksk 1 [##+]  zsk 2 [##]',
      '95: ksk 1 [###]  zsk 2 [##]',
    ])
  })

  it('leaves a roll of the ZSK as it is until no DS is left, and both of its keys sign nothing more then', () => {
    const roll = { at: 0, kind: 'roll', selection: { role: 'zsk' } } as const
    expect(rollOut(zoneOf(SPLIT), [roll, { at: 20, kind: 'goal', goal: 'insecure' }])).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]  zsk -1 [+.]',
      '11: ksk 1 [###]  zsk 2 [#-]  zsk -1 [#+]',
      '20: ksk 1 [##-]  zsk 2 [#-]  zsk -1 [#+]',
      '85: ksk 1 [--.]  zsk 2 [--]  zsk -1 [--]',
      '95: ksk 1 [...]  zsk 2 [.-]  zsk -1 [.-]',
      '116: ksk 1 [...]  zsk -1 [.-]',
      '190: ksk 1 [...]  zsk -1 [..]',
    ])
  })
})

describe('standby keys', () => {
  it('are published, that of the KSK with its DS', () => {
    expect(rollOut(zoneOf(SPLIT, WITH_STANDBYS))).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]  ksk -1 [++.]  zsk -2 [+.]',
      '11: ksk 1 [###]  zsk 2 [##]  ksk -1 [##+]  zsk -2 [#.]',
      '76: ksk 1 [###]  zsk 2 [##]  ksk -1 [###]  zsk -2 [#.]',
    ])
  })

  it('take over at once when asked to, and get standby keys of their own', () => {
    const zone = zoneOf([...SPLIT, ...STANDBYS], WITH_STANDBYS)
    expect(rollOut(zone, [{ at: 0, kind: 'roll', selection: {} }])).toEqual([
      '0: ksk 1 [##-]  zsk 2 [#-]  ksk 3 [###]  zsk 4 [#+]  ksk -1 [++.]  zsk -2 [+.]',
      '11: ksk 1 [##-]  zsk 2 [#-]  ksk 3 [###]  zsk 4 [#+]  ksk -1 [##+]  zsk -2 [#.]',
      '65: ksk 1 [--.]  zsk 2 [#-]  ksk 3 [###]  zsk 4 [#+]  ksk -1 [##+]  zsk -2 [#.]',
      '75: zsk 2 [#-]  ksk 3 [###]  zsk 4 [#+]  ksk -1 [##+]  zsk -2 [#.]',
      '76: zsk 2 [#-]  ksk 3 [###]  zsk 4 [#+]  ksk -1 [###]  zsk -2 [#.]',
      '105: zsk 2 [-.]  ksk 3 [###]  zsk 4 [##]  ksk -1 [###]  zsk -2 [#.]',
      '115: ksk 3 [###]  zsk 4 [##]  ksk -1 [###]  zsk -2 [#.]',
    ])
  })

  it('leave when the policy wants none any more', () => {
    expect(rollOut(zoneOf([...SPLIT, ...STANDBYS]))).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]  ksk 3 [##-]  zsk 4 [-.]',
      '10: ksk 1 [###]  zsk 2 [##]  ksk 3 [##-]',
      '65: ksk 1 [###]  zsk 2 [##]  ksk 3 [--.]',
      '75: ksk 1 [###]  zsk 2 [##]',
    ])
  })
})

describe('a roll is cancelled', () => {
  const cancelAt = (at: number) => ({ at, kind: 'cancel', selection: {} }) as const

  it('before the new key was in use: it leaves', () => {
    expect(rollOut(zoneOf(SPLIT), [{ at: 0, kind: 'roll', selection: { role: 'zsk' } }, cancelAt(5)])).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]  zsk -1 [+.]',
      '5: ksk 1 [###]  zsk 2 [##]  zsk -1 [-.]',
      '15: ksk 1 [###]  zsk 2 [##]',
    ])
  })

  it('while caches have signatures of both keys: the old one signs again, and both stay until the new one’s are gone', () => {
    expect(rollOut(zoneOf(SPLIT), [{ at: 0, kind: 'roll', selection: { role: 'zsk' } }, cancelAt(50)])).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]  zsk -1 [+.]',
      '11: ksk 1 [###]  zsk 2 [#-]  zsk -1 [#+]',
      '50: ksk 1 [###]  zsk 2 [#+]  zsk -1 [#-]',
      '155: ksk 1 [###]  zsk 2 [##]  zsk -1 [-.]',
      '165: ksk 1 [###]  zsk 2 [##]',
    ])
  })

  it('while the parent changes the DS: it is asked for the old one again', () => {
    expect(rollOut(zoneOf(SPLIT), [{ at: 0, kind: 'roll', selection: { role: 'ksk' } }, cancelAt(25)])).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]  ksk -1 [++.]',
      '11: ksk 1 [##-]  zsk 2 [##]  ksk -1 [##+]',
      '25: ksk 1 [##+]  zsk 2 [##]  ksk -1 [##-]',
      '90: ksk 1 [###]  zsk 2 [##]  ksk -1 [--.]',
      '100: ksk 1 [###]  zsk 2 [##]',
    ])
  })

  it('while the old key leaves: it is published again first', () => {
    expect(rollOut(zoneOf(SPLIT), [{ at: 0, kind: 'roll', selection: { role: 'ksk' } }, cancelAt(80)])).toEqual([
      '0: ksk 1 [###]  zsk 2 [##]  ksk -1 [++.]',
      '11: ksk 1 [##-]  zsk 2 [##]  ksk -1 [##+]',
      '76: ksk 1 [--.]  zsk 2 [##]  ksk -1 [###]',
      '80: ksk 1 [++.]  zsk 2 [##]  ksk -1 [###]',
      '91: ksk 1 [##+]  zsk 2 [##]  ksk -1 [##-]',
      '156: ksk 1 [###]  zsk 2 [##]  ksk -1 [--.]',
      '166: ksk 1 [###]  zsk 2 [##]',
    ])
  })
})

describe('the policy changes in the middle of a roll', () => {
  it('shortens no wait that has begun', () => {
    const zone = zoneOf(SPLIT)
    const [before] = rollOut(zone, [{ at: 0, kind: 'roll', selection: { role: 'ksk' } }]).slice(-2)
    const shorter = { at: 12, kind: 'policy', policy: { parentDsTtl: 1 } } as const
    const rolled = rollOut(zone, [{ at: 0, kind: 'roll', selection: { role: 'ksk' } }, shorter])
    expect(before).toBe('76: ksk 1 [--.]  zsk 2 [##]  ksk -1 [###]')
    expect(rolled).toContain(before)
  })

  it('lengthens those that go on', () => {
    const longer = { at: 12, kind: 'policy', policy: { parentDsTtl: 100 } } as const
    const rolled = rollOut(zoneOf(SPLIT), [{ at: 0, kind: 'roll', selection: { role: 'ksk' } }, longer])
    expect(rolled).toContain('136: ksk 1 [--.]  zsk 2 [##]  ksk -1 [###]')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Ban, type BanAuthor, createBanList, outermost, sanctionsOf } from '../../guard/bans.ts'
import { appendPrefixTrie, findPrefixValue, prefixContains } from '../../guard/prefix-trie.ts'
import { describeProtection, type ProtectedPrefix, protectionOf } from '../../guard/protection.ts'
import { PUBLIC_RESOLVERS } from '../../guard/public-resolvers.ts'
import { Sanction } from '../../guard/reaction.ts'
import { formatPrefix, parseAddress, parsePrefix, readPrefix } from '../../server/address.ts'

function ban(prefix: string, end: number | 'never' = 1000, by: BanAuthor = 'honey'): Ban {
  const expires = end === 'never' ? undefined : end
  return { prefix: parsePrefix(prefix)!, reason: 'why', since: 10, expires, by, incident: undefined, proved: true }
}

const shown = (bans: readonly Ban[]) => bans.map(({ prefix }) => formatPrefix(prefix))

describe('the list of bans', () => {
  it('holds one ban to a prefix, the widest first', () => {
    const list = createBanList(10)
    for (const text of ['192.0.2.7', '2001:db8::/32', '192.0.2.0/24']) {
      expect(list.add(ban(text))).toEqual({ outcome: 'added' })
    }
    expect(shown(list.all())).toEqual(['2001:db8::/32', '192.0.2.0/24', '192.0.2.7/32'])
    expect(list.get(parsePrefix('192.0.2.0/24')!)?.reason).toBe('why')
    expect(list.remove(parsePrefix('192.0.2.0/24')!)).toEqual(ban('192.0.2.0/24'))
    expect(list.remove(parsePrefix('192.0.2.0/24')!)).toBeUndefined()
    expect(list.size).toBe(2)
  })

  it('lets an automatic ban grow longer, never shorter, and never replace a person’s', () => {
    const list = createBanList(10, [ban('192.0.2.1', 1000)])
    expect(list.add(ban('192.0.2.1', 900))).toEqual({ outcome: 'held', by: ban('192.0.2.1', 1000) })
    expect(list.add(ban('192.0.2.1', 1100))).toEqual({ outcome: 'replaced', old: ban('192.0.2.1', 1000) })
    expect(list.add(ban('192.0.2.1', 50, 'operator')).outcome).toBe('replaced')
    expect(list.add(ban('192.0.2.1', 'never', 'incident')).outcome).toBe('held')
    expect(list.all()).toEqual([ban('192.0.2.1', 50, 'operator')])
  })

  it('makes room by the automatic ban that ends first, never by the operator’s', () => {
    const list = createBanList(3, [ban('192.0.2.1', 5, 'operator'), ban('192.0.2.2', 70), ban('192.0.2.3', 60)])
    expect(list.add(ban('192.0.2.4', 80))).toEqual({ outcome: 'displaced', old: ban('192.0.2.3', 60) })
    expect(list.add(ban('192.0.2.5', 1, 'operator'))).toEqual({ outcome: 'displaced', old: ban('192.0.2.2', 70) })
    expect(list.add(ban('192.0.2.6', 1, 'operator')).outcome).toBe('displaced')
    expect(list.add(ban('192.0.2.7', 900))).toEqual({ outcome: 'full' })
    expect(shown(list.all())).toEqual(['192.0.2.1/32', '192.0.2.5/32', '192.0.2.6/32'])
  })

  it('ends what is over, at its very second', () => {
    const list = createBanList(10, [
      ban('192.0.2.1', 100),
      ban('192.0.2.2', 101),
      ban('192.0.2.3', 'never', 'operator'),
    ])
    expect(shown(list.expire(99))).toEqual([])
    expect(shown(list.expire(100))).toEqual(['192.0.2.1/32'])
    expect(shown(list.expire(1e9))).toEqual(['192.0.2.2/32'])
    expect(list.size).toBe(1)
  })

  it('never grows beyond its capacity, whatever is added', () => {
    const additions = fc.array(
      fc.record({ host: fc.nat(40), expires: fc.nat(1000), by: fc.constantFrom('operator', 'honey', 'incident') }),
      { maxLength: 120 },
    )
    fc.assert(
      fc.property(additions, (all) => {
        const list = createBanList(8)
        const own = new Set<number>()
        for (const { host, expires, by } of all) {
          const { outcome } = list.add(ban(`192.0.2.${host}`, expires, by as BanAuthor))
          if (by === 'operator' && outcome !== 'full') own.add(host)
          expect(list.size).toBeLessThanOrEqual(8)
        }
        for (const host of own) expect(list.get(parsePrefix(`192.0.2.${host}`)!)?.by).toBe('operator')
      }),
    )
  })
})

it('becomes a trie of sanctions that knows both families apart', () => {
  const words: number[] = []
  const trie = appendPrefixTrie(words, sanctionsOf([ban('192.0.2.0/24'), ban('2001:db8:7::/48'), ban('::/1')]))
  const find = (text: string) => findPrefixValue(Int32Array.from(words), trie, parseAddress(text)!, 0)
  expect(['192.0.2.9', '2001:db8:7::1', '4000::1'].map(find)).toEqual(Array(3).fill(Sanction.Banned))
  expect(['192.0.3.9', '9000::1', '10.0.0.1'].map(find)).toEqual([-1, -1, -1])
})

it('leaves out what a wider ban covers, where prefixes may not overlap', () => {
  const bans = ['::/0', '2001:db8::1', '10.0.0.0/8', '10.1.0.0/16', '10.1.2.3', '192.0.2.1'].map((text) => ban(text))
  expect(shown(outermost(bans))).toEqual(['::/0', '10.0.0.0/8', '192.0.2.1/32'])
})

describe('protection', () => {
  const list: ProtectedPrefix[] = [
    { kind: 'resolver', prefix: parsePrefix('8.8.8.0/24')!, name: 'Google' },
    { kind: 'never-ban', prefix: parsePrefix('8.8.8.8')! },
    { kind: 'exempt', prefix: parsePrefix('2001:db8::/32')! },
  ]

  it('holds for a prefix within, and for one that reaches over', () => {
    expect(protectionOf(parsePrefix('8.8.8.9')!, list)?.name).toBe('Google')
    expect(protectionOf(parsePrefix('8.0.0.0/8')!, list)?.kind).toBe('never-ban')
    expect(protectionOf(parsePrefix('2001:db8:1::/48')!, list)?.kind).toBe('exempt')
    expect(protectionOf(parsePrefix('9.9.9.9')!, list)).toBeUndefined()
  })

  it('names first what is the operator’s own, and says what it is', () => {
    const first = protectionOf(parsePrefix('8.8.8.8')!, list)!
    expect(describeProtection(first)).toBe('on the list guard.never-ban')
    expect(describeProtection(list[0]!)).toBe('a public resolver, of Google')
  })
})

describe('the table of public resolvers', () => {
  const rows = Object.entries(PUBLIC_RESOLVERS).flatMap(([name, texts]) => texts.map((text) => [name, text] as const))

  it('is made of whole prefixes, none wider than what one company may have', () => {
    for (const [, text] of rows) {
      const reading = readPrefix(text)
      expect(reading).toMatchObject({ outcome: 'read' })
      expect({ text, remark: 'remark' in reading }).toEqual({ text, remark: false })
      const { length } = parsePrefix(text)!
      expect({ text, wide: length < (text.includes('.') ? 96 + 13 : 29) }).toEqual({ text, wide: false })
    }
  })

  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '9.9.9.9',
    '208.67.222.222',
    '2001:4860:4860::8888',
    '2606:4700:4700::1111',
    '2620:fe::fe',
  ])('has %s', (text) => {
    const prefix = parsePrefix(text)!
    expect(rows.filter(([, each]) => prefixContains(parsePrefix(each)!, prefix))).toHaveLength(1)
  })
})

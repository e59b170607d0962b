import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AddressPrefix } from '../../guard/prefix-trie.ts'
import { parseAddress, parsePrefix } from '../../server/address.ts'
import type { ViewConfiguration } from '../../server/configuration/types.ts'
import { compileViewSelection, selectView } from '../../server/view-selection.ts'

const view = (name: string, clients?: string[], listen?: number[]): ViewConfiguration => ({
  name,
  clients: clients?.map((text) => parsePrefix(text)!),
  listen,
})

function select(
  views: readonly ViewConfiguration[],
  listeners: number,
  listener: number,
  from: string,
): string | undefined {
  const selection = compileViewSelection(views, listeners)
  return views[selectView(selection, listener, parseAddress(from)!, 0)]?.name
}

describe('view selection', () => {
  const views = [view('internal', ['10.0.0.0/8', 'fd00::/8']), view('lab', ['10.9.0.0/16']), view('public')]

  it('takes the longest client prefix, and the view without clients for everybody else', () => {
    expect(select(views, 1, 0, '10.1.2.3')).toBe('internal')
    expect(select(views, 1, 0, '10.9.2.3')).toBe('lab')
    expect(select(views, 1, 0, 'fd12::1')).toBe('internal')
    expect(select(views, 1, 0, '11.0.0.1')).toBe('public')
    expect(select(views, 1, 0, '2001:db8::1')).toBe('public')
  })

  it('sees through v4-mapped addresses', () => {
    expect(select(views, 1, 0, '::ffff:10.1.2.3')).toBe('internal')
    expect(select([view('a', ['::ffff:10.0.0.0/104'])], 1, 0, '10.200.0.1')).toBe('a')
  })

  it('gives no view to a client that none is for', () => {
    expect(select([view('internal', ['10.0.0.0/8'])], 1, 0, '192.0.2.1')).toBeUndefined()
    expect(select([], 1, 0, '192.0.2.1')).toBeUndefined()
  })

  it('prefers, among equal prefixes, the first in order of configuration', () => {
    expect(select([view('a', ['10.0.0.0/8']), view('b', ['10.0.0.0/8'])], 1, 0, '10.0.0.1')).toBe('a')
    expect(select([view('a'), view('b')], 1, 0, '10.0.0.1')).toBe('a')
  })

  it('asks the views bound to the listener first, even for a shorter prefix', () => {
    const bound = [view('internal', ['10.0.0.0/8']), view('door', undefined, [1]), view('guests', ['10.0.0.0/7'], [2])]
    expect(select(bound, 3, 0, '10.0.0.1')).toBe('internal')
    expect(select(bound, 3, 1, '10.0.0.1')).toBe('door')
    expect(select(bound, 3, 1, '192.0.2.1')).toBe('door')
    expect(select(bound, 3, 2, '10.0.0.1')).toBe('guests')
    expect(select(bound, 3, 2, '12.0.0.1')).toBeUndefined()
    expect(select(bound, 3, 0, '192.0.2.1')).toBeUndefined()
  })

  it('never lets an IPv6 prefix cover IPv4 clients', () => {
    expect(select([view('six', ['::/0'])], 1, 0, '192.0.2.1')).toBeUndefined()
    expect(select([view('six', ['::/0'])], 1, 0, '::1')).toBe('six')
    expect(select([view('four', ['0.0.0.0/0'])], 1, 0, '::1')).toBeUndefined()
    expect(select([view('four', ['0.0.0.0/0'])], 1, 0, '192.0.2.1')).toBe('four')
  })

  it('agrees with a naive search for every client', () => {
    fc.assert(
      fc.property(
        fc.array(anyView, { maxLength: 8 }),
        fc.array(anyAddress, { minLength: 1, maxLength: 20 }),
        (views, clients) => {
          const selection = compileViewSelection(views, LISTENERS)
          for (const client of clients) {
            const padded = Uint8Array.from([1, 2, 3, ...client])
            for (let listener = 0; listener < LISTENERS; listener++) {
              expect(selectView(selection, listener, padded, 3)).toBe(naiveView(views, listener, client))
            }
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

const LISTENERS = 2

/** Addresses that share beginnings of any length, so that prefixes nest and paths branch everywhere. */
const anyAddress = fc
  .tuple(fc.boolean(), fc.integer({ min: 0, max: 128 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map(([ipv4, same, random]) => {
    const base = parseAddress(ipv4 ? '10.128.3.77' : 'fd00:80::ffff:0:3:4d')!
    return base.map((octet, at) => {
      const kept = 0xff00 >> Math.min(8, Math.max(0, same - 8 * at))
      return ipv4 && at < 12 ? octet : (octet & kept) | (random[at]! & ~kept & 0xff)
    })
  })

const anyPrefix = fc.tuple(anyAddress, fc.integer({ min: 0, max: 128 })).map(([address, length]): AddressPrefix => {
  const within = isIPv4(address) ? 96 + (length % 33) : length
  return {
    address: address.map((octet, at) => octet & (0xff00 >> Math.min(8, Math.max(0, within - 8 * at)))),
    length: within,
  }
})

const anyView = fc.record({
  name: fc.constant('any'),
  clients: fc.option(fc.array(anyPrefix, { maxLength: 6 }), { nil: undefined, freq: 4 }),
  listen: fc.option(fc.subarray([0, 1]), { nil: undefined }),
})

function naiveView(views: readonly ViewConfiguration[], listener: number, client: Uint8Array): number {
  for (const isAsked of [
    (v: ViewConfiguration) => v.listen?.includes(listener) === true,
    (v: ViewConfiguration) => v.listen === undefined,
  ]) {
    let best = -1
    let longest = -2
    views.forEach((view, index) => {
      if (!isAsked(view)) return
      const matching = (view.clients ?? []).filter((prefix) => covers(prefix, client)).map((prefix) => prefix.length)
      const length = view.clients === undefined ? -1 : Math.max(-2, ...matching)
      if (length > longest) [best, longest] = [index, length]
    })
    if (best >= 0) return best
  }
  return -1
}

function covers(prefix: AddressPrefix, client: Uint8Array): boolean {
  if ((isIPv4(prefix.address) && prefix.length >= 96) !== isIPv4(client)) return false
  return bits(client).slice(0, prefix.length) === bits(prefix.address).slice(0, prefix.length)
}

function bits(address: Uint8Array): string {
  return Array.from(address, (octet) => octet.toString(2).padStart(8, '0')).join('')
}

function isIPv4(address: Uint8Array): boolean {
  return bits(address).startsWith('0'.repeat(80) + '1'.repeat(16))
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAddress, parsePrefix } from '../../server/address.ts'
import type { ViewConfiguration } from '../../server/configuration/types.ts'
import { findRepeatedClients, findUnreachableViews } from '../../server/configuration/unreachable-views.ts'
import { compileViewSelection, selectView } from '../../server/view-selection.ts'

const LISTENERS = 2

/** Prefixes over so few addresses that every client can be asked: 16 of IPv4, 16 of IPv6, and one elsewhere of each. */
const prefix = fc
  .record({ ipv4: fc.boolean(), host: fc.nat(15), bits: fc.nat(4), wide: fc.boolean() })
  .map(({ ipv4, host, bits, wide }) => {
    if (wide) return parsePrefix(ipv4 ? '0.0.0.0/0' : '::/0')!
    return parsePrefix(ipv4 ? `192.0.2.${host}/${28 + bits}` : `2001:db8::${host.toString(16)}/${124 + bits}`)!
  })

const CLIENTS = [
  ...Array.from({ length: 16 }, (_, host) => `192.0.2.${host}`),
  ...Array.from({ length: 16 }, (_, host) => `2001:db8::${host.toString(16)}`),
  '198.51.100.1',
  '2001:db8:1::1',
].map((address) => parseAddress(address)!)

const views = fc
  .array(
    fc.record({
      clients: fc.option(fc.array(prefix, { maxLength: 6 }), { nil: undefined }),
      listen: fc.option(fc.uniqueArray(fc.nat(LISTENERS - 1), { minLength: 1 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((entries) => entries.map((entry, index): ViewConfiguration => ({ name: `view${index}`, ...entry })))

test('a view is unreachable exactly when the server selects it for no client', () => {
  fc.assert(
    fc.property(views, (all) => {
      const selection = compileViewSelection(all, LISTENERS)
      const selected = new Set<number>()
      for (let listener = 0; listener < LISTENERS; listener++) {
        for (const client of CLIENTS) selected.add(selectView(selection, listener, client, 0))
      }
      const expected = all.flatMap((_, index) => (selected.has(index) ? [] : [index]))
      expect(findUnreachableViews(all, LISTENERS)).toEqual(expected)
    }),
    { numRuns: 2000 },
  )
})

test('a prefix repeated at the same listeners is found, one for other listeners is not', () => {
  const clients = [parsePrefix('10.0.0.0/8')!]
  const all: ViewConfiguration[] = [
    { name: 'a', clients, listen: [0, 1] },
    { name: 'b', clients, listen: [1] },
    { name: 'c', clients: [...clients, ...clients], listen: [1, 0] },
  ]
  expect(findRepeatedClients(all)).toEqual([
    { view: 2, client: 0, first: 0 },
    { view: 2, client: 1, first: 0 },
  ])
})

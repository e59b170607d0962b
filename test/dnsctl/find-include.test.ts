import { expect, it } from 'vitest'
import { findInclude } from '../../dnsctl/find-include.ts'

it.each<[string, { line: number; column: number } | undefined]>([
  ['$INCLUDE other.zone\n', { line: 1, column: 1 }],
  ['$TTL 60\n  $include other.zone', { line: 2, column: 3 }],
  ['a TXT ( "x"\n "y" )\n$Include\tx', { line: 3, column: 1 }],
  ['; $INCLUDE x\n$INCLUDE x', { line: 2, column: 1 }],
  ['a TXT "\n$INCLUDE x"\n', undefined],
  ['a TXT "\\"\n$INCLUDE x"\n', undefined],
  ['$INCLUDES x\n$ORIGIN $INCLUDE\n', undefined],
  ['', undefined],
])('%j', (text, position) => {
  expect(findInclude(Buffer.from(text))).toEqual(position)
})

import { describe, expect, test } from 'vitest'
import { FixupBase, MAX_BLOCK_DELTA } from '../../zones/image/layout.ts'
import { dumpZone, rrsetAt } from '../helpers/dumped-zone.ts'
import { dumpImage } from '../helpers/image-dump.ts'
import { zoneImage } from '../helpers/zone.ts'

describe('names in RDATA', () => {
  test('point at the owner, the apex, or an earlier name of the block, whichever saves most', () => {
    const nodes = dumpZone(`
@ NS ns.other.net.
@ NS ns2.Other.net.
@ NS @
host CNAME www.host
a.b MX 1 mail.a.b
a.b MX 2 mail.b
a.b MX 3 mail.mail.a.b
`)
    const { Owner, Apex, Block } = FixupBase
    // In canonical order: ns.other.net, ns1 of the zone, ns2.Other.net, the apex itself.
    const ns = rrsetAt(nodes, 'example.com.', 'NS')
    expect(ns.fixups).toMatchObject([{ base: Owner }, { base: Block, delta: 12 + 3 }, { base: Owner }])
    expect(ns.blockLength).toBe(4 * 12 + 14 + (4 + 2) + (4 + 2) + 2)
    expect(rrsetAt(nodes, 'host.example.com.', 'CNAME').fixups.map(({ base }) => base)).toEqual([Owner])
    const mx = rrsetAt(nodes, 'a.b.example.com.', 'MX')
    // `mail.b` shares no more than the apex; the third ends like the first, whose name is longer than the owner's.
    expect(mx.fixups.map(({ base }) => base)).toEqual([Owner, Apex, Block])
    expect(mx.blockLength).toBe(3 * 14 + (5 + 2) + (7 + 2) + (5 + 2))
    expect(mx.rdatas).toEqual(['1 mail.a.b.example.com.', '2 mail.b.example.com.', '3 mail.mail.a.b.example.com.'])
  })

  test('never point at a wildcard owner, whose name in the answer is another', () => {
    const nodes = dumpZone('*.w CNAME x.*.w\n*.v MX 1 *.v\n')
    expect(rrsetAt(nodes, '*.w.example.com.', 'CNAME').fixups).toMatchObject([{ base: FixupBase.Apex }])
    expect(rrsetAt(nodes, '*.v.example.com.', 'MX').fixups).toMatchObject([{ base: FixupBase.Apex }])
  })

  test('stay uncompressed in types younger than RFC 1035 (RFC 3597 §4)', () => {
    const nodes = dumpZone('s SRV 0 0 1 t.s\nd DNAME t.d\nh HTTPS 1 t.h\n')
    for (const [name, type] of [
      ['s', 'SRV'],
      ['d', 'DNAME'],
      ['h', 'HTTPS'],
    ] as const) {
      expect(rrsetAt(nodes, `${name}.example.com.`, type).fixups).toEqual([])
    }
  })

  test('are never pointed at beyond the reach of a delta', () => {
    const lines = Array.from({ length: 1200 }, (_, i) => `@ NS s${i}.far${i % 700}.other.net.\n`).join('')
    const ns = rrsetAt(dumpZone(lines), 'example.com.', 'NS')
    expect(ns.rdatas).toHaveLength(1201)
    expect(ns.fixups.every(({ delta }) => delta < MAX_BLOCK_DELTA)).toBe(true)
  })

  test('are not remembered where no delta reaches, though others of the block are', () => {
    const far = Array.from({ length: 800 }, (_, i) => `a MX ${i} mail.example.net.\n`).join('')
    const mx = rrsetAt(dumpZone(`${far}a MX 1000 x.example.org.\na MX 1001 y.example.org.\n`), 'a.example.com.', 'MX')
    expect(mx.rdatas.slice(-2)).toEqual(['1000 x.example.org.', '1001 y.example.org.'])
    expect(mx.fixups).toHaveLength(799)
    expect(mx.blockLength).toBeGreaterThan(MAX_BLOCK_DELTA)
  })

  test('at the root of the DNS gain nothing from a pointer to the apex', () => {
    const image = zoneImage('.', '. 60 SOA . . 1 1 1 1 30\n. 60 NS a.root.\na.root. 60 A 192.0.2.1\nnull. 60 MX 0 .\n')
    const nodes = new Map(dumpImage(image).map((node) => [node.name, node]))
    expect([...nodes.keys()]).toEqual(['.', 'null.', 'root.', 'a.root.'])
    expect(rrsetAt(nodes, '.', 'SOA').fixups).toEqual([])
    expect(rrsetAt(nodes, '.', 'NS')).toMatchObject({ fixups: [], additionals: [{ node: 'a.root.' }] })
    expect(rrsetAt(nodes, 'null.', 'MX').additionals).toEqual([])
  })
})

describe('additional data', () => {
  test('of a target spelled with a pointer are found at its position', () => {
    const nodes = dumpZone('@ MX 1 @\n@ MX 2 mail\n@ A 192.0.2.1\nmail A 192.0.2.2\n')
    expect(rrsetAt(nodes, 'example.com.', 'MX').additionals).toEqual([
      { name: 'example.com.', node: 'example.com.', inDomain: false },
      { name: 'mail.example.com.', node: 'mail.example.com.', inDomain: false },
    ])
  })

  test('of a referral are glue at or below the cut first, then what lies elsewhere', () => {
    const nodes = dumpZone(`
a NS z.a
a NS a
a NS b
a NS ns.c
a A 192.0.2.1
z.a A 192.0.2.2
b A 192.0.2.3
c NS ns.c
ns.c A 192.0.2.4
`)
    const found = rrsetAt(nodes, 'a.example.com.', 'NS').additionals.map(({ node, inDomain }) => `${node} ${inDomain}`)
    expect(found).toEqual([
      'a.example.com. true',
      'z.a.example.com. true',
      'b.example.com. false',
      'ns.c.example.com. false',
    ])
  })

  test('of NS may be glue, of other types authoritative data only: nothing at or below a cut', () => {
    const nodes = dumpZone(`
cut NS ns.cut
cut A 192.0.2.1
ns.cut A 192.0.2.2
*.cut A 192.0.2.3
@ MX 1 cut
@ MX 2 ns.cut
@ MX 3 other.cut
@ NS ns.cut
`)
    expect(rrsetAt(nodes, 'example.com.', 'MX').additionals).toEqual([])
    const glue = { name: 'ns.cut.example.com.', node: 'ns.cut.example.com.' }
    expect(rrsetAt(nodes, 'cut.example.com.', 'NS').additionals).toEqual([{ ...glue, inDomain: true }])
    // The apex is no cut: without this glue its answers are not useless.
    expect(rrsetAt(nodes, 'example.com.', 'NS').additionals).toEqual([{ ...glue, inDomain: false }])
  })

  test('are listed once for a target named twice, but for each name that a wildcard covers', () => {
    const nodes = dumpZone('@ MX 1 a.w\n@ MX 2 a.w\n@ MX 3 b.w\n*.w A 192.0.2.1\n')
    expect(rrsetAt(nodes, 'example.com.', 'MX').additionals.map(({ name, node }) => [name, node])).toEqual([
      ['a.w.example.com.', '*.w.example.com.'],
      ['b.w.example.com.', '*.w.example.com.'],
    ])
  })
})

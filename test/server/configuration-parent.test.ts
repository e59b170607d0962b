import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { DEFAULT_PARENT } from '../../server/configuration/parent.ts'
import { parseConfiguration } from '../../server/configuration/read.ts'
import type { ParentConfiguration } from '../../server/configuration/types.ts'
import { readTrustAnchors, rootAnchors } from '../../server/parent/trust-anchor.ts'
import { formatProblem } from '../../zones/file-problem.ts'

const DIGEST = 'E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D'
const LISTEN = 'listen: ["127.0.0.1@5300"]\n'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'veil-parent-'))
  writeFileSync(join(folder, 'anchor.ds'), `; of the parent\ncom. IN DS 19718 13 2 ${DIGEST}\n`)
  writeFileSync(join(folder, 'empty'), '\n; nothing\n')
  writeFileSync(join(folder, 'wrong'), `com. IN DS 19718 13 2 ${DIGEST}\ncom. IN NS a.example.\n`)
})
afterAll(() => rmSync(folder, { recursive: true }))

function read(text: string) {
  return parseConfiguration(LISTEN + text, join(folder, 'veil.yaml'), '/var/lib/veil')
}

function parentOf(text: string): ParentConfiguration {
  const reading = read(text)
  if (reading.outcome === 'refused') throw new Error(reading.problems.map(formatProblem).join('\n'))
  const { dnssec } = reading.configuration.zones[0]!
  if (dnssec.kind !== 'signed') throw new Error('not signed')
  return dnssec.parent
}

function zone(parent: string): string {
  return `zones: { a: { file: x, dnssec: { parent: ${parent} } } }\n`
}

describe('dnssec.parent', () => {
  test('left out has its defaults', () => {
    expect(parentOf('zones: { a: { file: x } }')).toEqual(DEFAULT_PARENT)
  })

  test('takes every entry', () => {
    const all =
      '{ check: true, servers: ["192.0.2.1", "2001:db8::1@5300"], resolver: ["127.0.0.1"], families: [ipv6], trust-anchor: anchor.ds, interval: 5m, ds-ttl: 2d, notify: false }'
    expect(parentOf(zone(all))).toEqual({
      check: true,
      servers: [
        { address: '192.0.2.1', port: 53, family: 4 },
        { address: '2001:db8::1', port: 5300, family: 6 },
      ],
      resolver: [{ address: '127.0.0.1', port: 53, family: 4 }],
      families: [6],
      trustAnchors: [{ owner: Uint8Array.of(3, 0x63, 0x6f, 0x6d, 0), type: Type.DS, rdata: expect.any(Uint8Array) }],
      interval: 300,
      dsTtl: 172_800,
      notify: false,
    })
  })

  test('of a zone takes what it leaves out from that of all zones', () => {
    const text = `dnssec: { parent: { resolver: roots, interval: 2h } }\n${zone('{ interval: 1h }')}`
    expect(parentOf(text)).toMatchObject({ resolver: 'roots', interval: 3600 })
  })

  test('knows the trust anchors by word', () => {
    expect(parentOf(zone('{ trust-anchor: none }')).trustAnchors).toEqual([])
    expect(parentOf(zone('{ trust-anchor: root }')).trustAnchors).toEqual(rootAnchors())
    expect(rootAnchors().map(({ rdata }) => (rdata[0]! << 8) | rdata[1]!)).toEqual([20326, 38696])
  })

  test.each([
    ['no such file', zone('{ trust-anchor: ¦nowhere.ds }'), 'nowhere.ds, which cannot be read (ENOENT)'],
    ['a file without anchors', zone('{ trust-anchor: ¦empty }'), 'no DS and no DNSKEY record'],
    ['a file with something else', zone('{ trust-anchor: ¦wrong }'), 'line 2: no record such as'],
    ['every address', zone('{ servers: [¦0.0.0.0] }'), 'no place to ask at'],
    ['port 0', zone('{ servers: [192.0.2.1, ¦192.0.2.2@0] }'), 'no place to ask at'],
    ['a name for an address', zone('{ servers: [¦a.gtld-servers.net] }'), 'is not an IP address'],
    ['no server', zone('{ servers: ¦[] }'), 'an empty list'],
    ['an unknown resolver', zone('{ resolver: ¦any }'), '`system`, `roots`, or a list'],
    ['an unknown family', zone('{ families: [¦4] }'), 'found 4'],
    ['an interval beyond a day', zone('{ interval: ¦2d }'), 'from 1s to 1d'],
    ['an unknown key', zone('{ ¦server: 192.0.2.1 }'), 'Did you mean "servers"?'],
  ])('refuses %s', (_title, marked, words) => {
    const column = marked.indexOf('¦') + 1
    const reading = read(marked.replace('¦', ''))
    if (reading.outcome === 'accepted') throw new Error('accepted')
    expect(reading.problems).toHaveLength(1)
    const problem = formatProblem(reading.problems[0]!)
    expect(problem).toContain(`veil.yaml:2:${column}: found `)
    expect(problem).toContain(words)
  })
})

describe('trust anchors', () => {
  test.each([
    [`example.com. IN DS 370 13 2 ${DIGEST}`],
    [`example.com. 3600 IN DS 370 13 2 ${DIGEST} ; a comment`],
    [`EXAMPLE.com. IN 3600 DS 370 13 2 ${DIGEST.slice(0, 8)} ${DIGEST.slice(8)}`],
    [`example.com.\tds\t370 13 2 ${DIGEST}`],
  ])('reads %s', (text) => {
    const reading = readTrustAnchors(text)
    if (reading.outcome === 'unreadable') throw new Error(reading.reason)
    expect(Buffer.from(reading.value[0]!.owner).toString('latin1')).toBe('\x07example\x03com\x00')
    expect(Buffer.from(reading.value[0]!.rdata).toString('hex').toUpperCase()).toBe(`01720D02${DIGEST}`)
  })

  test.each([
    ['a relative owner', `example.com IN DS 370 13 2 ${DIGEST}`, 'relative'],
    ['half a digest', `example.com. IN DS 370 13 2 ${DIGEST.slice(1)}`, 'hexadecimal'],
    ['XML', '<TrustAnchor id="1">', 'line 1'],
    ['too many', `. IN DS 1 8 2 ${DIGEST}\n`.repeat(33), 'more than 32'],
  ])('refuses %s', (_title, text, words) => {
    const reading = readTrustAnchors(text)
    expect(reading.outcome === 'unreadable' && reading.reason).toContain(words)
  })
})

import { describe, expect, it, test } from 'vitest'
import { parseConfiguration } from '../../server/configuration/read.ts'
import { type GeneratedRange, overlapsReverseZone } from '../../server/generated-names.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { formatProblem } from '../../zones/file-problem.ts'
import { prefix } from '../helpers/answering.ts'
import { createRandom } from '../helpers/random.ts'
import { linesOf, signedWorld } from '../helpers/signed-world.ts'
import { wireName } from '../helpers/zone.ts'

const APEX = '$TTL 60\n@ SOA ns.example.net. hostmaster.example.net. 7 3600 600 86400 300\n@ NS ns.example.net.\n'
const DOMAIN = wireName('dyn.example.com.')

const RANGES: readonly GeneratedRange[] = [
  { prefix: prefix('192.0.2.0', 23), before: 'host-', after: '', domain: DOMAIN, ttl: 600 },
  { prefix: prefix('2001:db8:1::', 48), before: '', after: '-v6', domain: DOMAIN, ttl: 600 },
]

function world(denial: DenialMode, wildcards: WildcardStyle = WildcardStyle.Flat) {
  const zone = (base: string) => ({ base, signing: { denial, wildcards }, generated: RANGES })
  return signedWorld({
    'example.com.': zone(`${APEX}www A 192.0.2.1\n*.web A 192.0.2.2\nhost-192-0-2-9.dyn A 203.0.113.9\n`),
    '0.192.in-addr.arpa.': zone(`${APEX}1.2 PTR www.example.com.\n`),
    '8.b.d.0.1.0.0.2.ip6.arpa.': zone(APEX),
    'bare.example.': {
      ...zone(`${APEX}*.dyn A 192.0.2.3\n`),
      generated: [{ ...RANGES[0]!, domain: wireName('dyn.bare.example.') }],
    },
  })
}

const MODES = Object.entries(DenialMode).filter(([, mode]) => mode !== DenialMode.Cells)

describe.each(MODES)('generated names, denied by %s', (_, denial) => {
  const { ask, judge } = world(denial)
  const answer = (name: string, type: string) =>
    linesOf(ask(name, type).answer).filter((line) => !line.includes(' RRSIG '))

  it('answer the address of a name and the name of an address, which agree', () => {
    const random = createRandom(7)
    for (let run = 0; run < 100; run++) {
      const [third, fourth] = [random.below(4), random.below(256)]
      const name = `host-192-0-${third}-${fourth}.dyn.example.com.`
      const isIn = third === 2 || third === 3
      if (third === 2 && (fourth === 1 || fourth === 9)) continue
      expect(answer(name, 'A')).toEqual(isIn ? [`${name} 600 A 192.0.${third}.${fourth}`] : [])
      const reverse = `${fourth}.${third}.0.192.in-addr.arpa.`
      expect(answer(reverse, 'PTR')).toEqual(isIn ? [`${reverse} 600 PTR ${name}`] : [])
      for (const question of [name, reverse]) {
        for (const type of ['A', 'PTR', 'TXT', 'ANY', 'DS', 'RRSIG', 'NSEC']) {
          expect(judge(question, type), `${question} ${type}`).not.toMatchObject({ kind: 'bogus' })
        }
      }
    }
  })

  it('are there for IPv6, spelled in full, by nibbles', () => {
    const name = '2001-0db8-0001-0000-0000-0000-00ab-cdef-v6.dyn.example.com.'
    const digits = '20010db80001000000000000' + '00abcdef'
    const reverse = `${[...digits].reverse().join('.')}.ip6.arpa.`
    expect(answer(name, 'AAAA')).toEqual([`${name} 600 AAAA 2001:db8:1::ab:cdef`])
    expect(answer(reverse, 'PTR')).toEqual([`${reverse} 600 PTR ${name}`])
    expect(judge(reverse, 'PTR')).toEqual({ kind: 'answer' })
    expect(judge(name, 'A')).toEqual({ kind: 'nodata' })
  })

  it('leave what the zones have as it is', () => {
    expect(answer('1.2.0.192.in-addr.arpa.', 'PTR')).toEqual(['1.2.0.192.in-addr.arpa. 60 PTR www.example.com.'])
    expect(answer('host-192-0-2-9.dyn.example.com.', 'A')).toEqual(['host-192-0-2-9.dyn.example.com. 60 A 203.0.113.9'])
    expect(answer('x.web.example.com.', 'A')).toEqual(['x.web.example.com. 60 A 192.0.2.2'])
    expect(judge('host-192-0-4-1.dyn.example.com.', 'A')).toEqual({ kind: 'nxdomain' })
  })

  it('come before a wildcard, as all names do', () => {
    expect(answer('host-192-0-2-7.dyn.bare.example.', 'A')).toEqual([
      'host-192-0-2-7.dyn.bare.example. 600 A 192.0.2.7',
    ])
    expect(answer('host-192-0-4-7.dyn.bare.example.', 'A')).toEqual(['host-192-0-4-7.dyn.bare.example. 60 A 192.0.2.3'])
    expect(judge('x.host-192-0-2-7.dyn.bare.example.', 'A')).toEqual({ kind: 'nxdomain' })
  })

  it.each([
    ['dyn.example.com.', 'nodata'],
    ['x.host-192-0-2-7.dyn.example.com.', 'nxdomain'],
    ['host-192-0-2-07.dyn.example.com.', 'nxdomain'],
    ['host-192-0-2-7-8.dyn.example.com.', 'nxdomain'],
    ['host-192-0-2-.dyn.example.com.', 'nxdomain'],
    ['host-192-0-2-7\\000.dyn.example.com.', 'nxdomain'],
    ['3.0.192.in-addr.arpa.', 'nodata'],
    ['4.0.192.in-addr.arpa.', 'nxdomain'],
    ['07.3.0.192.in-addr.arpa.', 'nxdomain'],
    ['1.7.3.0.192.in-addr.arpa.', 'nxdomain'],
    ['1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.', 'nodata'],
    ['2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.', 'nxdomain'],
    ['ab.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.', 'nxdomain'],
  ])('have nothing beside them: %s is %s', (name, kind) => {
    expect(judge(name, 'PTR')).toEqual({ kind })
    expect(judge(name, 'A')).toEqual({ kind })
  })
})

describe('generated names in the configuration', () => {
  const read = (zones: string) =>
    parseConfiguration(`listen: ["127.0.0.1@5300"]\nzones:\n${zones}\n`, 'veil.yaml', '/var/lib/veil')
  const problemsOf = (zones: string) => {
    const reading = read(zones)
    return reading.outcome === 'refused' ? reading.problems.map(formatProblem).join('\n') : ''
  }
  const withRange = (range: string) => `  example.com: { file: a, generate: { public: [${range}] } }`

  test('are read', () => {
    const reading = read(withRange('{ prefix: 192.0.2.0/24, name: "host-{address}.dyn", ttl: 5m }'))
    expect(reading.outcome === 'accepted' && reading.configuration.zones[0]!.generate!.public).toEqual([
      { prefix: prefix('192.0.2.0', 24), before: 'host-', after: '', domain: DOMAIN, ttl: 300 },
    ])
  })

  test.each([
    'host.dyn',
    'host.{address}',
    'h_{address}',
    '{address}{address}',
    'x-{address}.example.net.',
    `${'x'.repeat(50)}-{address}`,
  ])('have names that can be told from others: not %s', (name) => {
    expect(problemsOf(withRange(`{ prefix: 192.0.2.0/24, name: "${name}" }`))).toContain('with {address} once')
  })

  test('are refused where a reverse zone could not have them', () => {
    const reverse = '  2.0.192.in-addr.arpa: { file: b, dnssec: { denial: cells } }'
    const zones = `${withRange('{ prefix: 192.0.2.0/24, name: "h-{address}" }')}\n${reverse}`
    expect(problemsOf(zones)).toContain('names for 192.0.2.0/24, generated in a zone with `denial: cells`')
  })

  test.each([
    ['192.0.2.0', 24, '2.0.192.in-addr.arpa.', true],
    ['192.0.2.0', 23, '3.0.192.in-addr.arpa.', true],
    ['192.0.2.0', 23, '4.0.192.in-addr.arpa.', false],
    ['192.0.2.128', 25, '192.in-addr.arpa.', true],
    ['192.0.2.0', 24, '8.b.d.0.1.0.0.2.ip6.arpa.', false],
    ['2001:db8:1::', 48, '8.b.d.0.1.0.0.2.ip6.arpa.', true],
    ['2001:db8:1::', 48, '2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.', false],
    ['192.0.2.0', 24, 'example.com.', false],
  ])('find the reverse zones of a range: %s/%i in %s is %s', (address, length, zone, expected) => {
    expect(overlapsReverseZone(prefix(address, length), wireName(zone))).toBe(expected)
  })
})

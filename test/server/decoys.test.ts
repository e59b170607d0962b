import { describe, expect, it } from 'vitest'
import { Flag } from '../../dns/constants.ts'
import { readMessage } from '../../dns/message.ts'
import { nameToText } from '../../dns/name.ts'
import { Verdict } from '../../guard/verdict.ts'
import { Counter } from '../../server/statistics.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { answerTo } from '../helpers/answering.ts'
import { type DecoyText, decoysOf } from '../helpers/decoys.ts'
import { linesOf, type SignedWorld, signedQuery, signedWorld } from '../helpers/signed-world.ts'

const ZONE = `$TTL 300
@ SOA ns.example.net. hostmaster.example.net. 7 3600 600 86400 300
@ NS ns.example.net.
www A 192.0.2.80
www AAAA 2001:db8::80
www TXT "site"
shop CNAME www
mail 60 MX 10 mail
mail 60 A 192.0.2.25
db.staging A 192.0.2.26
ldap._tcp SRV 0 0 389 www
*.wild A 192.0.2.27
cut NS ns.example.net.
tree DNAME example.net.
`
const TYPES = ['A', 'AAAA', 'TXT', 'MX', 'CNAME', 'DS', 'NS', 'ANY', 'RRSIG', 'NSEC', 'TYPE65400']

function world(
  decoys: DecoyText,
  signing: { denial?: DenialMode; wildcards?: WildcardStyle } | 'off' = {},
): SignedWorld {
  const zone = { base: ZONE, decoys: { public: decoysOf(decoys), internal: decoysOf(decoys) } }
  return signedWorld({ 'example.com.': signing === 'off' ? zone : { ...zone, signing } })
}

const answers = ({ ask }: SignedWorld, name: string, type = 'A') =>
  linesOf(ask(`${name}.example.com.`, type, { dnssec: 'off' }).answer)

const MIRROR: DecoyText = { of: ['www.example.com.'] }
const PRF: DecoyText = { addresses: ['198.51.100.0/24', '2001:db8:1::/64'], ttl: 120 }

describe('a decoy with the data of a real name', () => {
  it.each([...TYPES, 'AAAA'])('answers %s octet by octet as that does, without DNSSEC', (type) => {
    const { context } = world(MIRROR, 'off')
    for (const dnssec of ['off', 'edns', 'do'] as const) {
      const [real, decoy] = ['www', 'xyz'].map((label) =>
        Buffer.from(answerTo(context, signedQuery(`${label}.example.com.`, type, { dnssec }))!).toString('latin1'),
      ) as [string, string]
      expect(decoy.replaceAll('\x03xyz', '\x03www')).toBe(real)
    }
  })

  it.each(TYPES)('answers %s as that does, its name and signatures aside, with DNSSEC', (type) => {
    for (const denial of [DenialMode.Compact, DenialMode.WhiteLies]) {
      const { context } = world(MIRROR, { denial })
      const [real, decoy] = ['www', 'xyz'].map((label) => {
        const octets = answerTo(context, signedQuery(`${label}.example.com.`, type))!
        const { flags, rcode, answer, authority, additional } = readMessage(octets)!
        const records = [answer, authority, additional].map(linesOf)
        return { length: octets.length, text: JSON.stringify({ flags, rcode, records }).replaceAll('xyz', 'www') }
      })
      expect(decoy).toEqual(real)
    }
  })

  it('follows an alias, and names itself where the real name does', () => {
    expect(answers(world({ of: ['shop.example.com.'] }), 'x')).toEqual([
      'x.example.com. 300 CNAME www.example.com.',
      'www.example.com. 300 A 192.0.2.80',
    ])
    expect(answers(world({ of: ['mail.example.com.'] }), 'x', 'MX')).toEqual(['x.example.com. 60 MX 10 x.example.com.'])
  })

  it('is spread over several by its name', () => {
    const { ask } = world({ of: ['www.example.com.', 'mail.example.com.', 'db.staging.example.com.'] })
    const counts = new Map<string, number>()
    for (let index = 0; index < 900; index++) {
      const [record] = ask(`host${index}.example.com.`, 'A', { dnssec: 'off' }).answer
      const address = Buffer.from(record!.rdata).join('.')
      counts.set(address, (counts.get(address) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual(['192.0.2.25', '192.0.2.26', '192.0.2.80'])
    for (const count of counts.values()) expect(count).toBeGreaterThan(240)
  })
})

describe('a decoy with addresses of its own', () => {
  it('has the same ones whenever, whoever and with whatever case it is asked', () => {
    const [one, other] = [world(PRF), world(PRF)]
    for (const type of ['A', 'AAAA']) {
      const first = answers(one, 'intranet', type)
      expect(first).toHaveLength(1)
      expect(first[0]).toMatch(type === 'A' ? / 120 A 198\.51\.100\.\d+$/ : / 120 AAAA 2001:db8:1:0:/)
      expect(answers(one, 'intranet', type)).toEqual(first)
      expect(answers(other, 'intranet', type)).toEqual(first)
      const capitals = signedQuery('intranet.example.com.', type, { dnssec: 'off' })
      capitals.set(Buffer.from('InTRaNeT'), 13)
      expect(
        linesOf(readMessage(answerTo(other.context, capitals)!)!.answer)
          .join()
          .toLowerCase(),
      ).toBe(first.join().toLowerCase())
      expect(answers(one, 'intranet2', type)).not.toEqual(first)
    }
    expect(answers(one, 'intranet', 'MX')).toEqual([])
    expect(answers(one, 'intranet', 'ANY')).toHaveLength(1)
  })

  it('uses all of a range but its network and broadcast addresses, whatever its size', () => {
    const { ask } = world({ addresses: ['198.51.100.8/29', '203.0.113.4/31', '203.0.113.9/32'] })
    const seen = new Set<string>()
    for (let index = 0; index < 600; index++) {
      seen.add(Buffer.from(ask(`h${index}.example.com.`, 'A', { dnssec: 'off' }).answer[0]!.rdata).join('.'))
    }
    const inside = Array.from({ length: 6 }, (_, host) => `198.51.100.${9 + host}`)
    expect([...seen].sort()).toEqual([...inside, '203.0.113.4', '203.0.113.5', '203.0.113.9'].sort())
  })
})

describe.each([
  ['mirror', MIRROR],
  ['prf', PRF],
])('decoys by %s', (_, decoys) => {
  const { ask, context } = world(decoys)
  const isAnswered = (name: string) => answers({ ask } as SignedWorld, name).length > 0
  const absent = (name: string) => ask(`${name}.example.com.`, 'A', { dnssec: 'off' }).rcode === 3

  it('are below real names as below decoys, down to their depth', () => {
    for (const name of ['x', 'x.www', 'x.decoy', 'x.mail', 'x.staging']) expect(isAnswered(name), name).toBe(true)
    for (const name of ['y.x.www', 'y.x.decoy', 'x.db.staging']) expect(absent(name), name).toBe(true)
  })

  it('are not where a label begins with an underscore, is an asterisk or is not spelled as hosts are', () => {
    for (const name of ['_dmarc', '_x.www', 'x._tcp', '*', 'x.*', '*.www', 'a\\000', 'caf\\233', 'x.a\\.b']) {
      expect(absent(name), name).toBe(true)
    }
    expect(ask('_tcp.example.com.', 'A', { dnssec: 'off' })).toMatchObject({ rcode: 0, answer: [] })
  })

  it('stand in for empty non-terminals, and leave wildcards, cuts and DNAMEs alone', () => {
    expect(isAnswered('staging')).toBe(true)
    expect(isAnswered('wild')).toBe(true)
    expect(answers({ ask } as SignedWorld, 'x.wild')).toEqual(['x.wild.example.com. 300 A 192.0.2.27'])
    const below = ask('x.cut.example.com.', 'A', { dnssec: 'off' })
    expect([below.answer.length, below.flags & Flag.AA, below.authority.map(({ name }) => nameToText(name))]).toEqual([
      0,
      0,
      ['cut.example.com.'],
    ])
    expect(answers({ ask } as SignedWorld, 'x.tree')[0]).toContain('DNAME')
  })

  it('count as a verdict of their own, empty non-terminals too', () => {
    const verdictOf = (name: string) => {
      const before = context.statistics[Counter.Verdict + Verdict.Decoy]!
      ask(`${name}.example.com.`, 'A')
      return context.statistics[Counter.Verdict + Verdict.Decoy]! - before
    }
    expect(['x', 'x.www', 'staging', 'www', '_x', 'x.wild'].map(verdictOf)).toEqual([1, 1, 1, 0, 0, 0])
  })
})

describe('selective decoys', () => {
  const { ask } = world({ ...PRF, isSelective: true })
  const rcode = (name: string) => ask(`${name}.example.com.`, 'A', { dnssec: 'off' }).rcode

  it('are had by names that people give, not by what tools draw', () => {
    for (const name of ['vpn2', 'db-staging', 'api.www', 'git.jenkins']) expect(rcode(name), name).toBe(0)
    for (const name of ['qxkzvbtjwm', '9m4e2mr0ui3e8a215n4g', 'vpn.qxkzvbtjwm', 'qxkzvbtjwm.vpn', '73920461858.www']) {
      expect(rcode(name), name).toBe(3)
    }
  })
})

it('decoys that are off leave the zone as it is', () => {
  const { ask } = world({ ...MIRROR, active: false })
  expect(ask('x.example.com.', 'A', { dnssec: 'off' }).rcode).toBe(3)
  expect(ask('staging.example.com.', 'A', { dnssec: 'off' })).toMatchObject({ rcode: 0, answer: [] })
})

it('signatures of decoys come out of the budget for names made on demand, those of real names do not', () => {
  const { context } = world(MIRROR)
  const onDemand = (name: string) => {
    answerTo(context, signedQuery(`${name}.example.com.`, 'A'))
    return context.signing.signables.slice(0, context.signing.count).map(({ isMadeOnDemand }) => isMadeOnDemand)
  }
  expect(onDemand('www')).toEqual([false])
  expect(onDemand('xyz')).toEqual([true])
  const { context: hidden } = world(PRF, { wildcards: WildcardStyle.Hidden })
  answerTo(hidden, signedQuery('xyz.example.com.', 'A'))
  expect(hidden.signing.signables[0]).toMatchObject({ isMadeOnDemand: true, labels: 3, ttl: 120 })
})

import { describe, expect, it } from 'vitest'
import { Flag, Rcode } from '../../dns/constants.ts'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { nameFromText, nameToText } from '../../dns/name.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { answerTo } from '../helpers/answering.ts'
import { DS, PLAIN_NEIGHBOUR, SIGNED_EXAMPLE, signedExample } from '../helpers/signed-example.ts'
import { linesOf, signedWorld } from '../helpers/signed-world.ts'

const MODES = Object.entries(DenialMode)
const compact = signedExample()

describe('positive answers', () => {
  it('have the RRset, then its RRSIGs, with the TTL that the RRset has', () => {
    expect(linesOf(compact.ask('www.example.com', 'AAAA').answer)).toEqual([
      'www.example.com. 60 AAAA 2001:db8::4',
      'www.example.com. 60 RRSIG AAAA 3 60',
    ])
    expect(compact.judge('www.example.com', 'AAAA')).toEqual({ kind: 'answer' })
  })

  it('are unsigned without DO, and the OPT says as much', () => {
    for (const dnssec of ['edns', 'off'] as const) {
      const answer = compact.ask('www.example.com', 'A', { dnssec })
      expect(linesOf(answer.answer)).toEqual(['www.example.com. 3600 A 192.0.2.4'])
      expect(answer.edns?.dnssecOk ?? false).toBe(false)
    }
  })

  it.each([[[8]], [[10]], [[13]], [[14]], [[15]], [[8, 13, 15]]])(
    'are signed by each algorithm of %j',
    (algorithms) => {
      const signed = signedExample({ algorithms })
      for (const [name, type] of [
        ['www', 'A'],
        ['nowhere', 'A'],
        ['sub', 'A'],
        ['alias', 'A'],
      ] as const) {
        expect(signed.judge(`${name}.example.com`, type).kind).not.toBe('bogus')
      }
      expect(signed.judge('example.com', 'DNSKEY')).toEqual({ kind: 'answer' })
    },
  )

  it('leave authoritative addresses to a question of their own', () => {
    expect(compact.ask('example.com', 'MX').additional).toEqual([])
    expect(linesOf(compact.ask('example.com', 'MX', { dnssec: 'edns' }).additional)).toEqual([
      'mail.example.com. 3600 A 192.0.2.3',
    ])
  })

  it('echo the case of the question, and sign over lower case', () => {
    const name = nameFromText('WwW.eXample.COM.')
    const question = buildQuery({ id: 1, name, type: 1, edns: { do: true } })
    const answer = readMessage(answerTo(compact.context, question)!)!
    expect(answer.answer.map((record) => nameToText(record.name))).toEqual(['WwW.eXample.COM.', 'WwW.eXample.COM.'])
    expect(answer.answer[1]!.rdata).toEqual(compact.ask('www.example.com', 'A').answer[1]!.rdata)
    const absent = buildQuery({ id: 1, name: nameFromText('NoWhere.example.com.'), type: 1, edns: { do: true } })
    const denial = readMessage(answerTo(compact.context, absent)!)!.authority[2]!
    expect(nameToText(denial.name)).toBe('NoWhere.example.com.')
    expect(denial.rdata).toEqual(compact.ask('nowhere.example.com', 'A').authority[2]!.rdata)
  })
})

describe('the apex', () => {
  it.each(['DNSKEY', 'CDS', 'CDNSKEY'])('has %s, unsigned without DO', (type) => {
    expect(compact.judge('example.com', type)).toEqual({ kind: 'answer' })
    const plain = compact.ask('example.com', type, { dnssec: 'off' })
    const signed = compact.ask('example.com', type)
    expect(plain.flags & Flag.AA).toBe(Flag.AA)
    expect(linesOf(signed.answer)).toEqual([...linesOf(plain.answer), `example.com. 3600 RRSIG ${type} 2 3600`])
  })

  it('has NSEC3PARAM where NSEC3 denies, and says NODATA elsewhere', () => {
    const hashed = signedExample({ denial: DenialMode.Nsec3WhiteLies })
    expect(linesOf(hashed.ask('example.com', 'NSEC3PARAM').answer)).toEqual([
      'example.com. 0 NSEC3PARAM 1 0 0 -'.replace(' 0 ', ' 3600 '),
      'example.com. 3600 RRSIG NSEC3PARAM 2 3600',
    ])
    expect(compact.judge('example.com', 'NSEC3PARAM')).toEqual({ kind: 'nodata' })
  })

  it('is found behind a CNAME, owners pointing at the target', () => {
    expect(compact.judge('toapex.example.com', 'DNSKEY')).toEqual({ kind: 'answer' })
  })

  it('denies other types with a bitmap that names its keys', () => {
    const nsec = compact.ask('example.com', 'TXT').authority.find((record) => record.type === 47)!
    expect(linesOf([nsec])[0]).toBe('example.com. 300 NSEC \\000.example.com. NS SOA MX RRSIG NSEC DNSKEY CDS CDNSKEY')
  })
})

describe.each(MODES)('denial by %s', (mode, denial) => {
  const signed = signedExample({ denial })

  it.each([
    ['www', 'TXT', 'nodata'],
    ['ent', 'A', 'nodata'],
    ['x.wild', 'TXT', 'nodata'],
    ['nowhere', 'A', 'nxdomain'],
    ['a.b.nowhere', 'A', 'nxdomain'],
    ['c.b.ent', 'A', 'nxdomain'],
    ['alias', 'TXT', 'nodata'],
    ['sub', 'DS', 'nodata'],
    ['www', 'NSEC3', 'nodata'],
  ])('proves %s %s to be %s', (name, type, kind) => {
    expect(signed.judge(`${name}.example.com`, type)).toEqual({ kind })
  })

  it('says so by RCODE: NXDOMAIN, but for a compact proof to whom has not said to know it', () => {
    const rcodes = (['off', 'edns', 'do', 'do+co'] as const).map(
      (dnssec) => signed.ask('nowhere.example.com', 'A', { dnssec }).rcode,
    )
    const shown = mode === 'Compact' ? Rcode.NoError : Rcode.NxDomain
    expect(rcodes).toEqual([Rcode.NxDomain, Rcode.NxDomain, shown, Rcode.NxDomain])
    expect(signed.judge('nowhere.example.com', 'A', { dnssec: 'do+co' })).toEqual({ kind: 'nxdomain' })
  })

  it('echoes CO with DO where proofs are compact, and never else', () => {
    const echoed = (dnssec: 'do' | 'do+co' | 'edns', name = 'nowhere.example.com') =>
      signed.ask(name, 'A', { dnssec }).edns!.compactOk
    expect([echoed('do'), echoed('edns'), echoed('do+co')]).toEqual([false, false, mode === 'Compact'])
    expect(echoed('do+co', 'host.plain.test')).toBe(false)
  })

  it('without DO has the SOA and nothing else', () => {
    expect(signed.ask('nowhere.example.com', 'A', { dnssec: 'off' }).authority).toHaveLength(1)
    expect(signed.ask('www.example.com', 'TXT', { dnssec: 'edns' }).authority).toHaveLength(1)
  })

  it('signs the SOA with its own TTL, shown with the smaller one', () => {
    expect(linesOf(signed.ask('nowhere.example.com', 'A').authority).slice(0, 2)).toEqual([
      'example.com. 300 SOA ns1.example.com. hostmaster.example.com. 7 7200 3600 1209600 300',
      'example.com. 300 RRSIG SOA 2 3600',
    ])
  })

  it('answers for NSEC where names have one', () => {
    const answer = signed.ask('www.example.com', 'NSEC')
    if (mode === 'Nsec3WhiteLies') {
      expect(signed.judge('www.example.com', 'NSEC')).toEqual({ kind: 'nodata' })
      return
    }
    const next = linesOf(answer.answer)[0]
    expect(next).toBe('www.example.com. 300 NSEC \\000.www.example.com. A AAAA RRSIG NSEC')
    expect(signed.judge('www.example.com', 'NSEC')).toEqual({ kind: 'answer' })
    expect(signed.judge('alias.example.com', 'NSEC')).toEqual({ kind: 'answer' })
    expect(linesOf(signed.ask('www.example.com', 'NSEC', { dnssec: 'off' }).answer)).toEqual([next])
  })
})

describe('referrals', () => {
  it.each(MODES)('prove with %s that there is no DS, or show it', (_mode, denial) => {
    const signed = signedExample({ denial })
    expect(signed.judge('x.sub.example.com', 'A')).toEqual({ kind: 'insecure-referral' })
    expect(signed.judge('sub.example.com', 'A')).toEqual({ kind: 'insecure-referral' })
    expect(signed.judge('x.sec.example.com', 'A')).toEqual({ kind: 'secure-referral' })
  })

  it('have NS and glue unsigned, and no AA', () => {
    const answer = compact.ask('x.sec.example.com', 'A')
    expect(answer.flags & Flag.AA).toBe(0)
    expect(linesOf(answer.authority)).toEqual([
      'sec.example.com. 3600 NS ns.sec.example.com.',
      `sec.example.com. 3600 DS ${DS}`,
      'sec.example.com. 3600 RRSIG DS 3 3600',
    ])
    expect(linesOf(answer.additional)).toEqual(['ns.sec.example.com. 3600 A 192.0.2.8'])
  })

  it('need no proof without DO', () => {
    expect(compact.ask('x.sec.example.com', 'A', { dnssec: 'off' }).authority).toHaveLength(1)
  })

  it('give way to the answer for DS, from above the cut', () => {
    const answer = compact.ask('sec.example.com', 'DS')
    expect(answer.flags & Flag.AA).toBe(Flag.AA)
    expect(linesOf(answer.answer)).toEqual([`sec.example.com. 3600 DS ${DS}`, 'sec.example.com. 3600 RRSIG DS 3 3600'])
    const without = compact.ask('sub.example.com', 'DS')
    expect(without.flags & Flag.AA).toBe(Flag.AA)
    expect(linesOf(without.authority)).toContain('sub.example.com. 300 NSEC sub\\000.example.com. NS RRSIG NSEC')
  })

  it('are none for DS of a child that is served too: its parent answers', () => {
    expect(linesOf(compact.ask('child.example.com', 'DS').answer)[0]).toBe(`child.example.com. 3600 DS ${DS}`)
    expect(compact.judge('child.example.com', 'DS')).toEqual({ kind: 'answer' })
  })

  it('DS of an apex without its parent is NODATA from the apex', () => {
    expect(linesOf(compact.ask('example.com', 'DS').authority)[0]).toMatch(/^example\.com\. 300 SOA /)
    expect(compact.judge('example.com', 'DS')).toEqual({ kind: 'nodata' })
  })
})

describe('wildcards', () => {
  it('are signed as names of their own', () => {
    expect(linesOf(compact.ask('x.wild.example.com', 'A').answer)).toEqual([
      'x.wild.example.com. 3600 A 192.0.2.9',
      'x.wild.example.com. 3600 RRSIG A 4 3600',
    ])
    expect(compact.ask('x.wild.example.com', 'A').authority).toEqual([])
  })

  it('count no asterisk in Labels (RFC 4034 §3.1.3)', () => {
    expect(linesOf(compact.ask('*.wild.example.com', 'A').answer)[1]).toBe('*.wild.example.com. 3600 RRSIG A 3 3600')
    for (const name of ['*.wild', '*.x.wild', '*.nowhere', 'x.*.wild']) {
      expect(compact.judge(`${name}.example.com`, 'A').kind, name).not.toBe('bogus')
    }
  })

  it.each(MODES)('show themselves with a proof where they are to, by %s', (_mode, denial) => {
    const signed = signedExample({ denial, wildcards: WildcardStyle.Conventional })
    const answer = signed.ask('x.wild.example.com', 'A')
    expect(linesOf(answer.answer)).toEqual([
      'x.wild.example.com. 3600 A 192.0.2.9',
      'x.wild.example.com. 3600 RRSIG A 3 3600',
    ])
    expect(answer.authority.length).toBeGreaterThan(0)
    for (const name of ['x.wild', 'a.b.wild', 'x.away', 'x.moved', '*.wild']) {
      expect(signed.judge(`${name}.example.com`, 'A').kind, name).toBe('answer')
      expect(signed.judge(`${name}.example.com`, 'TXT').kind, name).toBe('nodata')
    }
  })

  it.each(MODES)('are absent by their own name where they are hidden, by %s', (_mode, denial) => {
    const signed = signedExample({ denial, wildcards: WildcardStyle.Hidden })
    for (const type of ['A', 'TXT', 'NSEC', 'ANY']) {
      // A compact denial says that its owner has NSEC.
      const kind = denial === DenialMode.Compact && type === 'NSEC' ? 'answer' : 'nxdomain'
      expect(signed.judge('*.wild.example.com', type), type).toEqual({ kind })
      expect(signed.judge('x.*.wild.example.com', type), type).toEqual({ kind })
    }
    expect(signed.ask('*.wild.example.com', 'A', { dnssec: 'off' }).rcode).toBe(Rcode.NxDomain)
    expect(signed.judge('x.wild.example.com', 'A')).toEqual({ kind: 'answer' })
  })
})

describe('aliases', () => {
  it('lead through signed and unsigned zones, each RRset with what its zone has', () => {
    expect(linesOf(compact.ask('far.example.com', 'A').answer)).toEqual([
      'far.example.com. 3600 CNAME host.plain.test.',
      'far.example.com. 3600 RRSIG CNAME 3 3600',
      'host.plain.test. 3600 A 192.0.2.20',
    ])
    expect(compact.judge('far.example.com', 'A')).toEqual({ kind: 'insecure' })
    expect(linesOf(compact.ask('back.plain.test', 'A').answer)).toEqual([
      'back.plain.test. 3600 CNAME www.example.com.',
      'www.example.com. 3600 A 192.0.2.4',
      'www.example.com. 3600 RRSIG A 3 3600',
    ])
    expect(compact.judge('up.child.example.com', 'A')).toEqual({ kind: 'answer' })
  })

  it('of a DNAME are unsigned, the DNAME is', () => {
    expect(linesOf(compact.ask('x.moved.example.com', 'A').answer)).toEqual([
      'moved.example.com. 3600 DNAME wild.example.com.',
      'moved.example.com. 3600 RRSIG DNAME 3 3600',
      'x.moved.example.com. 3600 CNAME x.wild.example.com.',
      'x.wild.example.com. 3600 A 192.0.2.9',
      'x.wild.example.com. 3600 RRSIG A 4 3600',
    ])
    const label = 'd'.repeat(63)
    const tooLong = compact.ask(`${label}.${label}.long.example.com`, 'A')
    expect(tooLong.rcode).toBe(Rcode.YxDomain)
    expect(linesOf(tooLong.answer)[1]).toBe('long.example.com. 3600 RRSIG DNAME 3 3600')
  })

  it('of a DNAME that lead to itself end there: the answer has it already', () => {
    expect(linesOf(compact.ask('self.self.example.com', 'DNAME').answer)).toEqual([
      'self.example.com. 3600 DNAME example.com.',
      'self.example.com. 3600 RRSIG DNAME 3 3600',
      'self.self.example.com. 3600 CNAME self.example.com.',
    ])
    expect(compact.judge('self.self.example.com', 'DNAME')).toEqual({ kind: 'answer' })
  })

  it('end where they turn in a circle', () => {
    expect(linesOf(compact.ask('loop.example.com', 'A').answer)).toHaveLength(4)
  })
})

describe('a zone whose keys are not there', () => {
  const keyless = signedWorld({
    'example.com.': { base: SIGNED_EXAMPLE, signing: { algorithms: [] } },
    'plain.test.': { base: PLAIN_NEIGHBOUR },
  })

  it('fails whoever asks for DNSSEC, whatever they ask', () => {
    for (const name of ['www.example.com', 'nowhere.example.com', 'x.sub.example.com', 'back.plain.test']) {
      const answer = keyless.ask(name, 'A')
      expect([answer.rcode, answer.answer, answer.authority]).toEqual([Rcode.ServFail, [], []])
    }
    expect(keyless.ask('host.plain.test', 'A').rcode).toBe(Rcode.NoError)
  })

  it('answers everybody else', () => {
    expect(linesOf(keyless.ask('www.example.com', 'A', { dnssec: 'edns' }).answer)).toHaveLength(1)
    expect(keyless.ask('nowhere.example.com', 'A', { dnssec: 'off' }).rcode).toBe(Rcode.NxDomain)
  })
})

it('signs the root', () => {
  const base = '. 3600 SOA a. b. 1 2 3 4 300\n. 3600 NS a.\na. 3600 A 192.0.2.1\ncom. 3600 NS a.\n'
  for (const [, denial] of MODES) {
    const root = signedWorld({ '.': { base, signing: { denial } } })
    expect(root.judge('.', 'NS')).toEqual({ kind: 'answer' })
    expect(root.judge('.', 'TXT')).toEqual({ kind: 'nodata' })
    expect(root.judge('nowhere', 'A')).toEqual({ kind: 'nxdomain' })
    expect(root.judge('x.com', 'A')).toEqual({ kind: 'insecure-referral' })
  }
})

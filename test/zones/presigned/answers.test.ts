import { describe, expect, it } from 'vitest'
import { Flag, Rcode } from '../../../dns/constants.ts'
import { buildQuery, type Message, type MessageRecord, readMessage } from '../../../dns/message.ts'
import { nameFromText, nameToText } from '../../../dns/name.ts'
import { rdataToText } from '../../../dns/rr/rdata.ts'
import { typeFromText, typeToText } from '../../../dns/rr/registry.ts'
import { openSigningKey } from '../../../keys/open-signing-key.ts'
import { Transport } from '../../../server/answer/exchange.ts'
import { openGeneration } from '../../../server/open-generation.ts'
import { compileViewSelection } from '../../../server/view-selection.ts'
import { nsec3Hash } from '../../../zones/denial/nsec3-hash.ts'
import { labelSeed } from '../../../zones/image/seeds.ts'
import { answerTo, contextOf } from '../../helpers/answering.ts'
import { TEST_SECRET } from '../../helpers/zone.ts'
import { PLAIN, presignedImage, presignedProjection, signedLines } from './presigned-zone.ts'

const VIEWS = [{ name: 'all', clients: undefined, listen: undefined }]

interface Asking {
  readonly dnssecOk?: boolean
  readonly udpSize?: number
  readonly transport?: Transport
}

/** Asks a server that has the zone and nothing else. */
function serverOf(chain: 'nsec' | 'nsec3', plain = PLAIN) {
  const { memory, length } = presignedImage(presignedProjection(signedLines(chain, plain)))
  const descriptor = {
    epoch: 1,
    labelSeed: labelSeed(TEST_SECRET),
    views: [{ name: 'all', images: [{ arena: 0, length }] }],
    selection: compileViewSelection(VIEWS, 1),
    keySets: [],
    identity: {},
  }
  const context = contextOf(openGeneration(descriptor, { arena: () => memory, openKey: openSigningKey, nsec3Hash }))
  return (name: string, type: string, { dnssecOk = true, udpSize = 1232, transport = Transport.Udp }: Asking = {}) => {
    const question = {
      id: 1,
      name: nameFromText(name === '' ? 'example.' : `${name}.example.`),
      type: typeFromText(type)!,
    }
    const answer = answerTo(context, buildQuery({ ...question, edns: { do: dnssecOk, udpSize } }), { transport })
    return readMessage(answer!)!
  }
}

/** `mail.example. A`, and of RRSIGs what they cover: `mail.example. RRSIG A`. */
function shown(records: readonly MessageRecord[]): string[] {
  return records.map(({ name, type, rdata }) => {
    const covered = type === typeFromText('RRSIG') ? ` ${rdataToText(type, rdata).split(' ')[0]}` : ''
    return `${nameToText(name)} ${typeToText(type)}${covered}`
  })
}

describe.each(['nsec', 'nsec3'] as const)('answers from a zone presigned with %s', (chain) => {
  const ask = serverOf(chain)

  it('hold each RRset and its signature', () => {
    const { answer, authority, additional } = ask('www', 'A')
    expect(shown(answer)).toEqual([
      'www.example. CNAME',
      'www.example. RRSIG CNAME',
      'mail.example. A',
      'mail.example. RRSIG A',
    ])
    expect([authority, additional]).toEqual([[], []])
  })

  it.each([
    ['mail', 'A'],
    ['absent', 'A'],
    ['mail', 'TXT'],
    ['x.wild', 'A'],
    ['x.insecure', 'A'],
    ['secure', 'A'],
    ['', 'ANY'],
    ['mail', 'ANY'],
  ])('show nothing of it to whoever does not set DO: %s %s', (name, type) => {
    const { answer, authority, additional } = ask(name, type, { dnssecOk: false })
    for (const line of shown([...answer, ...authority, ...additional]))
      expect(line).not.toMatch(/RRSIG|NSEC|DNSKEY| DS/)
  })

  it.each(['DNSKEY', 'CDS', 'CDNSKEY', 'ZONEMD', ...(chain === 'nsec' ? ['NSEC'] : ['NSEC3PARAM'])])(
    'have %s for whoever asks for it, with its signature only for those who set DO',
    (type) => {
      const plain = new Set(shown(ask('', type, { dnssecOk: false }).answer))
      expect([...plain]).toEqual([`example. ${type}`])
      expect(shown(ask('', type).answer).at(-1)).toBe(`example. RRSIG ${type}`)
    },
  )

  it('have the signatures over one RRset for QTYPE RRSIG', () => {
    expect(shown(ask('www', 'RRSIG', { dnssecOk: false }).answer)).toEqual(['www.example. RRSIG CNAME'])
    expect(shown(ask('mail', 'RRSIG').answer)).toEqual(['mail.example. RRSIG A'])
  })

  it('have one RRset, and no record of the chain, for QTYPE ANY (RFC 8482)', () => {
    expect(shown(ask('mail', 'ANY').answer)).toEqual(['mail.example. A', 'mail.example. RRSIG A'])
  })

  it('have no NSEC3 for QTYPE NSEC3, for no name has one (RFC 5155 §7.2.8)', () => {
    const { rcode, answer } = ask('', 'NSEC3')
    expect([rcode, answer]).toEqual([Rcode.NoError, []])
    const owner = ask('absent', 'A').authority.find(({ type }) => typeToText(type) === 'NSEC3')?.name
    if (owner === undefined) return
    const label = nameToText(owner).split('.')[0]!
    expect(ask(label, 'NSEC3').rcode).toBe(Rcode.NxDomain)
  })

  it('deny with the SOA and its signature, both with the negative TTL', () => {
    const { rcode, authority } = ask('absent', 'A')
    expect(rcode).toBe(Rcode.NxDomain)
    expect(shown(authority).slice(0, 2)).toEqual(['example. SOA', 'example. RRSIG SOA'])
    expect(authority.slice(0, 2).map(({ ttl }) => ttl)).toEqual([300, 300])
    const original = rdataToText(authority[1]!.type, authority[1]!.rdata).split(' ')[3]
    expect(original).toBe('3600')
  })

  it('keep the serial of the file', () => {
    const soa = ask('', 'SOA').answer[0]!
    expect(rdataToText(soa.type, soa.rdata)).toContain(' 2024010101 ')
  })

  it('leave additional addresses to their own question, glue aside', () => {
    expect(ask('', 'MX').additional).toEqual([])
    expect(shown(ask('', 'MX', { dnssecOk: false }).additional)).toEqual(['mail.example. A'])
    expect(shown(ask('x.insecure', 'A').additional)).toEqual(['ns.insecure.example. A'])
    expect(shown(ask('secure', 'A').additional)).toEqual(['ns1.example. A', 'ns1.example. RRSIG A'])
  })

  it('prove for each wildcard on the way that nothing was closer', () => {
    const { answer, authority } = ask('x.alias', 'A')
    expect(shown(answer).slice(0, 2)).toEqual(['x.alias.example. CNAME', 'x.alias.example. RRSIG CNAME'])
    expect(shown(authority)).toHaveLength(2)
  })

  it('do not sign the CNAME that a DNAME implies (RFC 6672 §5.3.1)', () => {
    expect(shown(ask('host.d', 'A').answer)).toEqual([
      'd.example. DNAME',
      'd.example. RRSIG DNAME',
      'host.d.example. CNAME',
      'host.elsewhere.example. A',
      'host.elsewhere.example. RRSIG A',
    ])
  })

  it('refer with DS and its signature, or with the proof that there is none', () => {
    expect(shown(ask('x.secure', 'A').authority)).toEqual([
      'secure.example. NS',
      'secure.example. DS',
      'secure.example. RRSIG DS',
    ])
    const insecure = shown(ask('x.insecure', 'A').authority)
    expect(insecure[0]).toBe('insecure.example. NS')
    expect(insecure.slice(1).map((line) => line.split(' ').slice(1).join(' '))).toEqual(
      chain === 'nsec' ? ['NSEC', 'RRSIG NSEC'] : ['NSEC3', 'RRSIG NSEC3'],
    )
  })

  it('answer about DS at a cut from the parent', () => {
    const { flags, rcode, authority } = ask('insecure', 'DS')
    expect([flags & Flag.AA, rcode]).toEqual([Flag.AA, Rcode.NoError])
    expect(shown(authority)).toHaveLength(4)
  })

  it('are truncated, and whole over TCP, where an RRset does not fit with its signatures', () => {
    const large = serverOf(
      chain,
      `${PLAIN}${'abcdefgh'.replaceAll(/./g, (letter) => `text 60 TXT "${letter.repeat(60)}"\n`)}`,
    )
    for (let udpSize = 512; udpSize <= 1232; udpSize += 30) {
      const { flags, answer, length } = large('text', 'TXT', { udpSize })
      expect(length).toBeLessThanOrEqual(udpSize)
      const isTruncated = (flags & Flag.TC) !== 0
      expect(shown(answer).includes('text.example. RRSIG TXT')).toBe(!isTruncated)
    }
    const whole = large('text', 'TXT', { transport: Transport.Stream })
    expect([whole.flags & Flag.TC, whole.answer.length]).toEqual([0, 9])
  })

  it('never say more than fits, and never half a proof', () => {
    const whole = ask('a.b.absent', 'A', { transport: Transport.Stream })
    for (let udpSize = 512; udpSize <= 1232; udpSize += 20) {
      const message: Message = ask('a.b.absent', 'A', { udpSize })
      expect(message.length).toBeLessThanOrEqual(udpSize)
      if ((message.flags & Flag.TC) === 0) expect(shown(message.authority)).toEqual(shown(whole.authority))
    }
  })
})

describe('denials from a chain of NSEC', () => {
  const ask = serverOf('nsec')
  const owners = (name: string, type: string) =>
    shown(ask(name, type).authority).filter((line) => line.endsWith(' NSEC') && !line.includes('RRSIG'))

  it.each([
    ['nothing', 'A', ['mail.example. NSEC', 'example. NSEC']],
    ['zzz', 'A', ['www.example. NSEC', 'example. NSEC']],
    ['x.ent', 'A', ['a.b.ent.example. NSEC', 'host.elsewhere.example. NSEC']],
    ['x.mail', 'A', ['mail.example. NSEC']],
    ['mail', 'TXT', ['mail.example. NSEC']],
    ['ent', 'A', ['host.elsewhere.example. NSEC']],
    ['x.wild', 'TXT', ['*.wild.example. NSEC']],
    ['a.wild', 'A', ['*.wild.example. NSEC']],
    ['x.astray.alias', 'A', ['*.alias.example. NSEC']],
  ])('%s %s: %j', (name, type, expected) => {
    expect(owners(name, type)).toEqual(expected.map((line) => expect.stringContaining(line)))
  })
})

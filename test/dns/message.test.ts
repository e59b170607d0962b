import dnsPacket from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EdnsFlag, Flag } from '../../dns/constants.ts'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { nameFromText, nameToText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { readName } from '../../dns/wire-name.ts'
import { arbitraryName } from './arbitrary-rdata.ts'

const NAME = nameFromText('www.Example.com.')

/** A response with compression: question www.example.com. MX, answer by pointers, OPT with extended RCODE 16. */
const RESPONSE = Uint8Array.from(
  Buffer.from(
    [
      '1234 8500 0001 0001 0001 0002',
      '03777777 07657861 6d706c65 03636f6d 00 000f 0001', // 12: www.example.com. MX IN
      'c00c 000f 0001 00000e10 0009 000a 046d61696c c010', // 33: MX 10 mail.example.com., 10 at 47
      'c010 0002 0001 80000000 0006 036e7331 c010', // example.com. NS ns1.example.com.
      'c02f 0001 0001 ffffffff 0004 c0000201', // mail.example.com. A
      '00 0029 04d0 01 00 c000 0006 000a 0002 abcd', // OPT
    ]
      .join('')
      .replaceAll(' ', ''),
    'hex',
  ),
)

describe('buildQuery', () => {
  test('a plain query is a header and a question', () => {
    const query = buildQuery({ id: 0xabcd, name: NAME, type: 28 })
    expect(Buffer.from(query).toString('hex')).toBe(
      `abcd00000001000000000000${Buffer.from(NAME).toString('hex')}001c0001`,
    )
    expect(readMessage(query)).toMatchObject({
      id: 0xabcd,
      flags: 0,
      question: { name: NAME, type: 28, class: 1 },
      edns: undefined,
      length: query.length,
    })
  })

  test('EDNS as dns-packet reads it', () => {
    const query = buildQuery({
      id: 7,
      name: NAME,
      type: 1,
      class: 3,
      rd: true,
      edns: { udpSize: 4096, do: true, co: true, version: 3, options: [{ code: 65001, data: Uint8Array.of(1, 2) }] },
    })
    const decoded = dnsPacket.decode(Buffer.from(query))
    expect(decoded.questions).toEqual([{ name: 'www.Example.com', type: 'A', class: 'CH' }])
    expect(decoded.flag_rd).toBe(true)
    expect(decoded.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 4096, ednsVersion: 3, flags: 0xc000 }])
    expect(readMessage(query)).toMatchObject({
      flags: Flag.RD,
      additional: [],
      edns: {
        version: 3,
        udpSize: 4096,
        dnssecOk: true,
        compactOk: true,
        options: [{ code: 65001, data: Uint8Array.of(1, 2) }],
      },
    })
    const plain = readMessage(buildQuery({ id: 7, name: NAME, type: 1, edns: {} }))?.edns
    expect(plain).toEqual({ version: 0, udpSize: 1232, dnssecOk: false, compactOk: false, options: [] })
    expect(EdnsFlag.DO | EdnsFlag.CO).toBe(0xc000)
  })
})

describe('readMessage', () => {
  test('a response with compression, all sections and extended RCODE', () => {
    const message = readMessage(RESPONSE)!
    const print = (records: typeof message.answer) =>
      records.map(({ name, ttl, type, rdata }) => `${nameToText(name)} ${ttl} ${rdataToText(type, rdata)}`)
    expect(message).toMatchObject({ id: 0x1234, flags: 0x8500, opcode: 0, rcode: 16 })
    expect(print(message.answer)).toEqual(['www.example.com. 3600 10 mail.example.com.'])
    expect(print(message.authority)).toEqual(['example.com. 2147483648 ns1.example.com.'])
    expect(print(message.additional)).toEqual(['mail.example.com. 4294967295 192.0.2.1'])
    expect(message.edns).toEqual({
      version: 0,
      udpSize: 1232,
      dnssecOk: true,
      compactOk: true,
      options: [{ code: 10, data: Uint8Array.of(0xab, 0xcd) }],
    })
  })

  test('what dns-packet writes', () => {
    const octets = dnsPacket.encode({
      type: 'response',
      id: 9,
      flags: dnsPacket.AUTHORITATIVE_ANSWER | 3,
      questions: [{ type: 'TXT', name: 'example.com' }],
      answers: [{ type: 'TXT', name: 'example.com', ttl: 5, data: ['a', 'b c'] }],
      authorities: [
        {
          type: 'SOA',
          name: 'example.com',
          ttl: 6,
          data: { mname: 'a.b', rname: 'c.d', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 },
        },
      ],
      additionals: [{ type: 'AAAA', name: 'x.example.com', ttl: 7, data: '2001:db8::1' }],
    })
    const message = readMessage(octets)!
    expect(message).toMatchObject({ id: 9, rcode: 3, question: { type: 16, name: nameFromText('example.com.') } })
    const records = [...message.answer, ...message.authority, ...message.additional]
    expect(records.map(({ type, ttl, rdata }) => [ttl, rdataToText(type, rdata)])).toEqual([
      [5, '"a" "b c"'],
      [6, 'a.b. c.d. 1 2 3 4 5'],
      [7, '2001:db8::1'],
    ])
  })

  test('cut short anywhere or with surplus octets it is malformed', () => {
    for (let length = 0; length < RESPONSE.length; length++) {
      expect(readMessage(RESPONSE.subarray(0, length))).toBeUndefined()
    }
    expect(readMessage(Uint8Array.of(...RESPONSE, 0))).toBeUndefined()
  })

  test.each([
    ['two questions', '0000 0000 0002 0000 0000 0000 00 0001 0001 00 0001 0001'],
    ['two OPT records', '0000 0000 0000 0000 0000 0002 00 0029 04d0 00000000 0000 00 0029 04d0 00000000 0000'],
    ['an OPT record among the answers', '0000 0000 0000 0001 0000 0000 00 0029 04d0 00000000 0000'],
    ['an OPT record with a name', '0000 0000 0000 0000 0000 0001 0161 00 0029 04d0 00000000 0000'],
    ['an option longer than OPT', '0000 0000 0000 0000 0000 0001 00 0029 04d0 00000000 0004 000a 0001'],
    ['an address of three octets', '0000 0000 0000 0001 0000 0000 00 0001 0001 00000000 0003 c00002'],
    ['more records announced than fit', '0000 0000 0000 ffff ffff ffff'],
  ])('%s is malformed', (_, hex) => {
    expect(readMessage(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toBeUndefined()
  })

  test('an update may delete an RRset: class ANY without RDATA', () => {
    const update = Buffer.from(
      '000028000001000000010000 00 0006 0001 00 0001 00ff 00000000 0000'.replaceAll(' ', ''),
      'hex',
    )
    expect(readMessage(update)).toMatchObject({
      opcode: 5,
      authority: [{ type: 1, class: 255, rdata: new Uint8Array(0) }],
    })
  })

  test('random octets and mutations of a valid message never throw', () => {
    const mutated = fc
      .array(fc.tuple(fc.nat({ max: RESPONSE.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const octets = RESPONSE.slice()
        for (const [at, octet] of changes) octets[at] = octet
        return octets
      })
    let read = 0
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (octets) => {
        const message = readMessage(octets)
        if (message !== undefined) read++
        for (const { name, type, rdata } of [...(message?.answer ?? []), ...(message?.additional ?? [])]) {
          expect(name.length).toBeLessThanOrEqual(255)
          rdataToText(type, rdata)
        }
      }),
      { numRuns: 20_000 },
    )
    expect(read).toBeGreaterThan(1000)
  })

  test('64 KiB of pointers to pointers are refused at once', () => {
    const octets = new Uint8Array(65_535)
    octets.set([0, 0, 0, 0, 0, 0, 0x17, 0x45], 0)
    for (let at = 12; at + 1 < octets.length; at += 2) {
      const target = Math.max(0, at - 2)
      octets[at] = 0xc0 | ((target >> 8) & 0x3f)
      octets[at + 1] = target
    }
    const begin = performance.now()
    expect(readMessage(octets)).toBeUndefined()
    expect(performance.now() - begin).toBeLessThan(20_000)
  })
})

describe('readName', () => {
  const read =
    (...octets: number[]) =>
    (start: number) =>
      readName(Uint8Array.from(octets), start)

  test('pointers lead backwards, and the end is behind the first of them', () => {
    const at = read(1, 0x62, 0, 1, 0x61, 0xc0, 0, 0xc0, 3)
    expect(at(3)).toEqual({ name: Uint8Array.of(1, 0x61, 1, 0x62, 0), end: 7 })
    expect(at(7)).toEqual({ name: Uint8Array.of(1, 0x61, 1, 0x62, 0), end: 9 })
  })

  test('a pointer to itself, forwards, into what was read, or cut short is malformed', () => {
    expect(read(0xc0, 0)(0)).toBeUndefined()
    expect(read(0xc0, 2, 0)(0)).toBeUndefined()
    expect(read(1, 0x61, 0xc0, 0)(0)).toBeUndefined()
    expect(read(1, 0x61, 0xc0, 0)(2)).toBeUndefined()
    expect(read(0, 0xc0)(1)).toBeUndefined()
    expect(read(0x80, 0, 0)(0)).toBeUndefined()
    expect(read(0x40, 0, 0)(0)).toBeUndefined()
    expect(read()(0)).toBeUndefined()
  })

  test('names longer than 255 octets once uncompressed are malformed', () => {
    const label = [63, ...Array(63).fill(0x61)]
    const suffix = [...label, ...label, ...label, 0]
    const message = (first: number) => Uint8Array.of(...suffix, first, ...Array(first).fill(0x62), 0xc0, 0)
    expect(readName(message(61), suffix.length)?.name.length).toBe(255)
    expect(readName(message(62), suffix.length)).toBeUndefined()
  })

  test('an uncompressed name anywhere is read as it is', () => {
    fc.assert(
      fc.property(arbitraryName(), fc.uint8Array({ maxLength: 20 }), (name, before) => {
        const message = Uint8Array.of(...before, ...name, 0xff)
        expect(readName(message, before.length)).toEqual({ name, end: before.length + name.length })
      }),
    )
  })
})

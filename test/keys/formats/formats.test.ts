import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameFromText } from '../../../dns/name.ts'
import { dnskeyRdata } from '../../../keys/dnskey.ts'
import { assembleKeys } from '../../../keys/formats/assemble-keys.ts'
import { printKeyFile, readKeyRecords } from '../../../keys/formats/dnskey-file.ts'
import { KeyFileError, type KeyFileProblem, MAX_KEY_FILE_OCTETS } from '../../../keys/formats/key-file.ts'
import { knotIdOf, printPem, readPemFile } from '../../../keys/formats/pem-file.ts'
import { printPrivateKeyFile, readPrivateKeyFile } from '../../../keys/formats/private-key-file.ts'
import { readKeyFile } from '../../../keys/formats/recognise.ts'
import { printStateFile, readStateFile } from '../../../keys/formats/state-file.ts'
import { checkKey } from '../../../keys/make-key.ts'
import { openSigningKey } from '../../../keys/open-signing-key.ts'
import { ALL_ALGORITHMS } from '../../helpers/keys.ts'
import { anyKey, keyFile, privateKeyOf, RFC_KEYS } from './samples.ts'

/** The problem that reading ends with. */
function problemOf(read: () => unknown): KeyFileProblem {
  try {
    read()
  } catch (error) {
    if (error instanceof KeyFileError) return error.problem
    throw error
  }
  throw new Error('it was read')
}

describe.each(RFC_KEYS)('the key of $source', ({ algorithm, private: text, dnskey, ds, apex, keyTag }) => {
  const options = { apex: nameFromText(apex), role: undefined, algorithm: undefined, isPublicOnly: false, now: 0 }

  it('is recognised, put together with its DNSKEY and DS, and signs', () => {
    const files = [text, dnskey, ds].map((each, index) => readKeyFile(keyFile(each, `file${index}`)))
    const [key, ...others] = assembleKeys(files, options)
    expect(others).toEqual([])
    expect(key).toMatchObject({ role: 'ksk', algorithm, keyTag, ttl: 3600, files: ['file1', 'file0'] })
    const material = { ...key!, privateKey: key!.privateKey! }
    expect(() => checkKey(material, openSigningKey(material))).not.toThrow()
  })

  it('comes out again as it went in', () => {
    const read = readPrivateKeyFile(keyFile(text))
    expect(printPrivateKeyFile(read, '1.2').toString()).toBe(text)
  })
})

describe.each(ALL_ALGORITHMS)('a key of algorithm %i', (algorithm) => {
  it('goes through the private key format and through PEM, times included', async () => {
    const privateKey = await anyKey(algorithm)
    const times = { created: 1_800_000_000, publish: 1_800_000_001, activate: 1_800_000_002, inactive: 1_900_000_000 }
    const dnskey = dnskeyRdata('zsk', algorithm, privateKey)
    const printed = printPrivateKeyFile({ algorithm, privateKey, times }, '1.3')
    const read = readPrivateKeyFile({ file: 'x', octets: printed })
    expect(read.times).toEqual(times)
    expect(dnskeyRdata('zsk', read.algorithm, read.privateKey)).toEqual(dnskey)
    const pem = readPemFile({ file: 'x', octets: printPem(privateKey) })
    expect(pem.algorithms).toContain(algorithm)
    expect(pem.knotId).toBe(knotIdOf(privateKey))
    expect(dnskeyRdata('zsk', algorithm, pem.privateKey)).toEqual(dnskey)
    const records = readKeyRecords(keyFile(printKeyFile('example.com.', { dnskey, keyTag: 1, times }, 300)))
    expect(records).toMatchObject([{ line: 6, ttl: 300, rdata: dnskey, owner: nameFromText('example.com.') }])
  })
})

describe('DNSKEY records', () => {
  const key = 'l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4='

  it.each([
    ['of BIND', `example.com. IN DNSKEY 256 3 15 ${key.slice(0, 20)} ${key.slice(20)}`],
    ['of ldns', `example.com.\tIN\tDNSKEY\t256 3 15 ${key} ;{id = 30378 (zsk), size = 256b}`],
    ['of PowerDNS, without a dot', `example.com IN DNSKEY 256 3 15 ${key}`],
    ['of keymgr, without a class', `example.com. DNSKEY 256 3 15 ${key}`],
    ['with TTL and class in either order', `EXAMPLE.com. 60 IN DNSKEY 256 3 15 ${key}`],
    ['with class first', `example.com. IN 60 DNSKEY 256 3 ED25519 ${key}`],
    ['with carriage returns', `; a comment\r\nexample.com. IN DNSKEY 256 3 15 ${key}\r\n`],
  ])('%s are read', (_, text) => {
    const [record] = readKeyRecords(keyFile(text))
    expect(record).toMatchObject({ owner: nameFromText('example.com.') })
    expect(Buffer.from(record!.rdata.subarray(4)).toString('base64')).toBe(key)
  })

  it.each([
    [`example.com. IN DNSKEY 385 3 15 ${key}`, 'a revoked key, flags 385'],
    [`example.com. IN DNSKEY 0 3 15 ${key}`, 'flags 0'],
    [`example.com. IN DNSKEY 256 2 15 ${key}`, 'protocol 2'],
  ])('%s is refused', (text, found) => {
    expect(problemOf(() => readKeyRecords(keyFile(`; one\n${text}`, 'K.key')))).toMatchObject({
      file: 'K.key',
      line: 2,
      found,
    })
  })

  it('of a malformed public key say what is wrong', () => {
    const files = [readKeyFile(keyFile('example.com. DNSKEY 256 3 13 AAAA'))]
    const options = {
      apex: nameFromText('example.com.'),
      role: undefined,
      algorithm: undefined,
      isPublicOnly: true,
      now: 0,
    }
    expect(problemOf(() => assembleKeys(files, options))).toMatchObject({
      line: 1,
      found: 'octets that are no public key',
    })
    expect(problemOf(() => readKeyFile(keyFile('example.com. DNSKEY 256 3 15 !!!!')))).toMatchObject({ line: 1 })
  })
})

describe('a private key that is not well', () => {
  const [ecdsa] = RFC_KEYS
  const secret = 'GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ='

  it.each([
    ['another version', ecdsa.private.replace('v1.2', 'v2.0'), { line: 1, found: 'another version of the format' }],
    ['no version', ecdsa.private.replace(/^.*\n/, ''), { line: 0, found: 'no "Private-key-format"' }],
    ['an algorithm on SHA-1', ecdsa.private.replace('13 (', '7 ('), { line: 2, found: 'algorithm 7' }],
    ['no algorithm', ecdsa.private.replace(/Algo.*\n/, ''), { found: 'no "Algorithm"' }],
    ['no number', ecdsa.private.replace(/PrivateKey.*\n/, ''), { found: 'no "PrivateKey"' }],
    [
      'a number twice',
      `${ecdsa.private}PrivateKey: ${secret}\n`,
      { line: 4, found: '"PrivateKey" again, after line 3' },
    ],
    ['zero', ecdsa.private.replace(secret, Buffer.alloc(32).toString('base64')), { line: 3 }],
    ['a number beyond the curve', ecdsa.private.replace(secret, Buffer.alloc(32, 255).toString('base64')), { line: 3 }],
    ['a number of another size', ecdsa.private.replace(secret, Buffer.alloc(48, 1).toString('base64')), { line: 3 }],
    ['a seed of another size', RFC_KEYS[2].private.replace('ODIy', ''), { line: 3 }],
    [
      'no Base64',
      ecdsa.private.replace(secret, `${secret.slice(0, 9)}%%%`),
      { line: 3, found: 'text that is no Base64' },
    ],
    ['a torn line', ecdsa.private.replace('PrivateKey: ', ''), { line: 3, found: 'a line without a name' }],
    ['a time that is none', `${ecdsa.private}Publish: 20261399000000\n`, { line: 4 }],
    [
      'a key in hardware',
      'Private-key-format: v1.3\nAlgorithm: 8\nEngine: cGtjczEx\nLabel: a2V5\n',
      { found: 'no "Modulus"' },
    ],
  ])('(%s) is refused without quoting it', (_, text, expected) => {
    const problem = problemOf(() => readPrivateKeyFile(keyFile(text, 'K.private')))
    expect(problem).toMatchObject({ severity: 'error', file: 'K.private', ...expected })
    expect(problem.expected).not.toBe('')
    expect(JSON.stringify(problem)).not.toContain(secret.slice(0, 9))
  })

  it('(RSA of a size that is not taken, or whose numbers do not fit) is refused', async () => {
    const whole = printPrivateKeyFile({ algorithm: 8, privateKey: await anyKey(8), times: {} }, '1.2').toString()
    const other = printPrivateKeyFile({ algorithm: 8, privateKey: await anyKey(8), times: {} }, '1.2').toString()
    const modulus = /Modulus: (\S+)/.exec(whole)![1]!
    const small = whole.replace(modulus, Buffer.alloc(64, 0xfe).toString('base64'))
    expect(problemOf(() => readPrivateKeyFile(keyFile(small)))).toMatchObject({ found: 'an RSA key of 512 bits' })
    const exponent = whole.replace('PublicExponent: AQAB', 'PublicExponent: AQ==')
    expect(problemOf(() => readPrivateKeyFile(keyFile(exponent)))).toMatchObject({
      found: 'numbers that make no RSA key',
    })
    // OpenSSL takes it all the same, and signs without the primes.
    const mixed = whole.replace(/Prime1: .*/, /Prime1: .*/.exec(other)![0])
    expect(problemOf(() => readPrivateKeyFile(keyFile(mixed)))).toMatchObject({ found: 'numbers that make no RSA key' })
  })

  it('(PEM) is refused without quoting it', () => {
    const pem = printPem(privateKeyOf(ecdsa.private)).toString()
    const body = pem.split('\n')[1]!
    for (const [text, expected] of [
      [pem.replaceAll('PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'), { line: 1, found: '"ENCRYPTED PRIVATE KEY"' }],
      [pem.replaceAll('PRIVATE KEY', 'CERTIFICATE'), { line: 1, found: '"CERTIFICATE"' }],
      [`${pem}${pem}`, { line: 6, found: '"PRIVATE KEY", the second in the file' }],
      [pem.replace(body, body.slice(9)), { found: 'PEM that holds no private key' }],
    ] as const) {
      const problem = problemOf(() => readKeyFile(keyFile(text, 'k.pem')))
      expect(problem).toMatchObject({ file: 'k.pem', ...expected })
      expect(JSON.stringify(problem)).not.toContain(body.slice(20, 30))
    }
  })
})

const STATE = `; This is the state of key 46361, for example.com.
Algorithm: 13
Length: 256
Lifetime: 0
Predecessor: 62779
KSK: yes
ZSK: no
Generated: 20261125163209 (Wed Nov 25 16:32:09 2026)
Published: 20261125163209 (Wed Nov 25 16:32:09 2026)
Active: 20261125163209 (Wed Nov 25 16:32:09 2026)
DNSKEYChange: 20261125163209 (Wed Nov 25 16:32:09 2026)
KRRSIGChange: 20261125163209 (Wed Nov 25 16:32:09 2026)
DSChange: 20261125163209 (Wed Nov 25 16:32:09 2026)
DNSKEYState: rumoured
KRRSIGState: rumoured
DSState: hidden
GoalState: omnipresent
`

describe('a .state file', () => {
  it('is read as named wrote it, and comes out the same', () => {
    const state = readStateFile(keyFile(STATE))
    const since = Date.UTC(2026, 10, 25, 16, 32, 9) / 1000
    expect(state).toEqual({
      ...{ algorithm: 13, keyTag: 46361, isKsk: true, isZsk: false, goal: 'omnipresent', predecessor: 62779 },
      ...{
        successor: undefined,
        lifetime: 0,
        generated: since,
        published: since,
        retired: undefined,
        removed: undefined,
      },
      records: {
        dnskey: { state: 'rumoured', since },
        krrsig: { state: 'rumoured', since },
        ds: { state: 'hidden', since },
      },
    })
    expect(printStateFile({ ...state, keyTag: 46361 }, 'example.com.', 256)).toBe(STATE)
  })

  it.each([
    ['DNSKEYState: rumoured', 'DNSKEYState: famous', { line: 14, found: '"famous" behind DNSKEYState' }],
    ['GoalState: omnipresent', 'GoalState: rumoured', { line: 17, found: 'the goal rumoured' }],
    ['KSK: yes', 'KSK: perhaps', { line: 6 }],
    ['KSK: yes', 'KSK: no', { line: 6, found: 'a key that is neither KSK nor ZSK' }],
    ['Predecessor: 62779', 'Predecessor: 70000', { line: 5 }],
    ['DSChange: 20261125163209', 'DSChange: 20261131163209', { line: 13 }],
    ['Algorithm: 13\n', '', { found: 'no "Algorithm"' }],
  ])('with %s turned to %s is refused', (from, to, expected) => {
    expect(problemOf(() => readKeyFile(keyFile(STATE.replace(from, to), 'K.state')))).toMatchObject({
      file: 'K.state',
      ...expected,
    })
  })
})

describe('any file', () => {
  it('that is too large, holds zeros or is nothing that is known is refused', () => {
    const large = { file: 'f', octets: Buffer.alloc(MAX_KEY_FILE_OCTETS + 1, 65) }
    expect(problemOf(() => readKeyFile(large)).found).toBe('262,145 octets')
    expect(problemOf(() => readKeyFile(keyFile('a\0b'))).found).toBe('octets that are no text')
    expect(problemOf(() => readKeyFile(keyFile('hello\n')))).toMatchObject({ found: 'nothing that is known', line: 0 })
    expect(problemOf(() => readKeyFile(keyFile(''))).remedy).toContain('keymgr -j')
  })

  it('ends in keys or in a problem that says where, whatever it holds', () => {
    const wholes = [
      ...RFC_KEYS.flatMap((key) => [key.private, key.dnskey, key.ds]),
      STATE,
      printPem(privateKeyOf(RFC_KEYS[0].private)).toString(),
    ]
    const damaged = fc
      .tuple(fc.constantFrom(...wholes), fc.nat(), fc.nat(40), fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([whole, at, length, put]) => {
        const place = at % whole.length
        return whole.slice(0, place) + put + whole.slice(place + length)
      })
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string({ unit: 'binary' })), (text) => {
        try {
          readKeyFile(keyFile(text, 'hostile'))
        } catch (error) {
          expect(error).toBeInstanceOf(KeyFileError)
          expect((error as KeyFileError).problem.file).toBe('hostile')
        }
      }),
      { numRuns: 2000 },
    )
  })
})

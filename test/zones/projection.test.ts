import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nameFromText, nameToText } from '../../dns/name.ts'
import { rdataFromText, rdataToText } from '../../dns/rr/rdata.ts'
import { typeFromText, typeToText } from '../../dns/rr/registry.ts'
import { tokensOf } from '../../dns/rr/tokens.ts'
import { formatProblem } from '../../zones/file-problem.ts'
import { type Projection, project, projectedRdata } from '../../zones/projection.ts'
import { fileSerial, projectionDigest } from '../../zones/projection-digest.ts'
import { appendRecord, createRecordTable } from '../../zones/record-table.ts'
import { APEX_RECORDS, RECORDS, ZONE } from '../helpers/random-zone.ts'
import { projectText, wireName, zoneOctets, zoneProjection } from '../helpers/zone.ts'
import { MODEL_APEX, modelOverlaid, modelText } from '../helpers/zone-model.ts'

const APEX = '@ 3600 SOA ns1 hostmaster 7 3600 600 86400 300\n@ 3600 NS ns1\n'

/** Every record as text, in order. */
function recordsOf(projection: Projection): string[] {
  const lines: string[] = []
  for (let rrset = 0; rrset < projection.rrsetCount; rrset++) {
    const type = projection.types[rrset]!
    for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
      const owner = nameToText(projection.octets, projection.owners[rrset]!)
      const rdata = rdataToText(type, projectedRdata(projection, record))
      lines.push(`${owner} ${projection.ttls[rrset]} ${typeToText(type)} ${rdata}`)
    }
  }
  return lines
}

/** The records without those of the apex. */
function merged(base: string, overlay: string): string[] {
  const projection = zoneProjection('example.com', `$TTL 60\n${APEX}${base}`, { overlay: `$TTL 60\n${overlay}` })
  return recordsOf(projection)
    .filter((line) => !line.startsWith('example.com. '))
    .map((line) => line.replaceAll('.example.com.', '').replace(' 60 ', ' '))
}

function errorsOf(base: string, options: Parameters<typeof projectText>[2] = {}): string[] {
  const { problems } = projectText('example.com', base, options)
  return problems.filter(({ severity }) => severity === 'error').map(formatProblem)
}

describe('an overlay', () => {
  test('adds RRsets, and replaces those of the same owner and type whole', () => {
    const base = 'a A 192.0.2.1\na A 192.0.2.2\na TXT "base"\nb A 192.0.2.3\n'
    expect(merged(base, 'a A 10.0.0.1\nc A 10.0.0.2\n')).toEqual([
      'a A 10.0.0.1',
      'a TXT "base"',
      'b A 192.0.2.3',
      'c A 10.0.0.2',
    ])
  })

  test('replaces the whole node where either side has a CNAME', () => {
    expect(merged('a A 192.0.2.1\na TXT "x"\n', 'a CNAME b\n')).toEqual(['a CNAME b'])
    expect(merged('a CNAME b\n', 'a TXT "x"\n')).toEqual(['a TXT "x"'])
  })

  test('replaces the whole node where either side is a zone cut or has a DNAME', () => {
    const ds = `DS 1 8 2 ${'AB'.repeat(32)}`
    expect(merged(`a NS ns.a\na ${ds}\nns.a A 192.0.2.1\n`, 'a A 10.0.0.1\n')).toEqual([
      'a A 10.0.0.1',
      'ns.a A 192.0.2.1',
    ])
    expect(merged('a A 192.0.2.1\n', 'a NS ns.a\nns.a A 10.0.0.1\n')).toEqual(['a NS ns.a', 'ns.a A 10.0.0.1'])
    expect(merged(`a NS ns.a\na ${ds}\nns.a A 192.0.2.1\n`, 'a NS ns.b\n')).toEqual(['a NS ns.b', 'ns.a A 192.0.2.1'])
    expect(merged('a DNAME b\n', 'a TXT "x"\n')).toEqual(['a TXT "x"'])
    expect(merged('a A 192.0.2.1\n', 'a DNAME b\n')).toEqual(['a DNAME b'])
  })

  test('at the apex replaces RRset by RRset: NS is no cut there, and a DNAME stands beside SOA and NS', () => {
    const options = { overlay: '@ 60 NS ns9\nns9 60 A 10.0.0.9\n@ 60 DNAME example.net.\n@ 60 TXT "x"\n' }
    const lines = recordsOf(zoneProjection('example.com', APEX, options))
    expect(lines.filter((line) => line.startsWith('example.com.'))).toEqual([
      'example.com. 60 NS ns9.example.com.',
      'example.com. 3600 SOA ns1.example.com. hostmaster.example.com. 7 3600 600 86400 300',
      'example.com. 60 TXT "x"',
      'example.com. 60 DNAME example.net.',
    ])
  })

  test('may replace the SOA, serial and all', () => {
    const overlay = '@ 60 SOA ns1 hostmaster 99 3600 600 86400 300\n'
    expect(fileSerial(zoneProjection('example.com', APEX, { overlay }))).toBe(99)
    expect(fileSerial(zoneProjection('example.com', APEX))).toBe(7)
  })

  test('merges as the model does, octet for octet', () => {
    fc.assert(
      fc.property(ZONE, RECORDS, (base, overlay) => {
        const laidOver = zoneOctets(MODEL_APEX, modelText(base), { overlay: modelText(overlay) })
        const written = zoneOctets(MODEL_APEX, modelText(modelOverlaid(base, overlay)))
        expect(Buffer.compare(laidOver, written)).toBe(0)
      }),
      { numRuns: 300 },
    )
  })
})

describe('hiding', () => {
  const base = `$TTL 60\n${APEX}a A 192.0.2.1\na TXT "a"\nb.a A 192.0.2.2\nba A 192.0.2.3\n`
  const hidden = (rule: { name: string; subtree?: boolean; types?: string[] }, overlay?: string): string[] => {
    const { name, subtree = false, types } = rule
    const hide = [{ name: wireName(name), subtree, types: types?.map((type) => typeFromText(type)!) }]
    const options = overlay === undefined ? { hide } : { hide, overlay }
    return recordsOf(zoneProjection('example.com', base, options))
      .filter((line) => !line.startsWith('example.com. '))
      .map((line) => line.replace('.example.com. 60', ''))
  }

  test('takes a name, all its types or some', () => {
    expect(hidden({ name: 'a.example.com' })).toEqual(['b.a A 192.0.2.2', 'ba A 192.0.2.3'])
    expect(hidden({ name: 'a.example.com', types: ['TXT', 'MX'] })).toEqual([
      'a A 192.0.2.1',
      'b.a A 192.0.2.2',
      'ba A 192.0.2.3',
    ])
  })

  test('takes a subtree, but no name that merely ends alike', () => {
    expect(hidden({ name: 'a.example.com', subtree: true })).toEqual(['ba A 192.0.2.3'])
    expect(hidden({ name: 'example.com', subtree: true, types: ['A'] })).toEqual(['a TXT "a"'])
  })

  test('takes nothing of the overlay, and what it takes no longer stands in the overlay’s way', () => {
    expect(hidden({ name: 'a.example.com' }, 'a.example.com. 60 A 10.0.0.1\n')).toEqual([
      'a A 10.0.0.1',
      'b.a A 192.0.2.2',
      'ba A 192.0.2.3',
    ])
  })

  test('must leave SOA and NS', () => {
    const hide = [{ name: wireName('example.com'), subtree: false, types: undefined }]
    expect(errorsOf(base, { hide })).toEqual([
      expect.stringMatching(/^base\.zone:1:1: found no SOA record at example\.com\./),
      expect.stringMatching(/^base\.zone:1:1: found no NS record at example\.com\./),
    ])
    const everything = [{ name: wireName('example.com'), subtree: true, types: undefined }]
    expect(errorsOf(base, { hide: everything })).toHaveLength(2)
    const overlay = '@ 60 SOA ns9 hostmaster 1 1 1 1 1\n@ 60 NS ns9\nns9 60 A 10.0.0.9\n'
    expect(errorsOf(base, { hide: everything, overlay })).toEqual([])
  })
})

describe('a projection', () => {
  test('is in canonical order: owners, types, RDATA; RFC 4034 §6.1’s example', () => {
    const owners = ['example', 'a.example', 'yljkjljk.a.example', 'Z.a.example', 'zABC.a.EXAMPLE', 'z.example']
    const odd = ['\\001.z.example', '*.z.example', '\\200.z.example']
    const lines = [...owners.slice(1), ...odd]
      .reverse()
      .map((owner) => `${owner}. 60 TXT "b"\n${owner}. 60 A 192.0.2.9\n`)
    const text = `example. 60 SOA a b 1 1 1 1 1\nexample. 60 NS ns.example.net.\n${lines.join('')}a.example. 60 A 192.0.2.10\n`
    const records = recordsOf(zoneProjection('example', text)).map((line) => line.split(' '))
    expect([...new Set(records.map(([owner]) => owner))]).toEqual(
      [...owners, ...odd].map((owner) => `${owner.toLowerCase()}.`),
    )
    const ofA = records.filter(([owner]) => owner === 'a.example.').map(([, , type, rdata]) => [type, rdata])
    expect(ofA).toEqual([
      ['A', '192.0.2.9'],
      ['A', '192.0.2.10'],
      ['TXT', '"b"'],
    ])
  })

  test('has the lowest TTL of an RRset, and one record for those that differ in case only, in whatever order', () => {
    const apex = wireName('example.com')
    const soa = rdataFromText(6, tokensOf('a. b. 1 1 1 1 1'))
    const records = [
      { ttl: 300, target: 'ns.b.example.net.' },
      { ttl: 60, target: 'NS.B.example.net.' },
      { ttl: 90, target: 'ns.c.example.net.' },
    ]
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const table = createRecordTable(apex)
      table.fileNames.push('base.zone')
      appendRecord(table, apex, 6, 300, soa, 0, 1)
      for (const i of order) appendRecord(table, apex, 2, records[i]!.ttl, nameFromText(records[i]!.target), 0, 1)
      expect(recordsOf(project(table, undefined, []).projection)).toEqual([
        'example.com. 60 NS NS.B.example.net.',
        'example.com. 60 NS ns.c.example.net.',
        'example.com. 300 SOA a. b. 1 1 1 1 1',
      ])
    }
  })

  test('cannot hold a wildcard with NS or DNAME', () => {
    expect(errorsOf(`${APEX}*.a 60 NS ns1\n`).join()).toContain('NS')
    expect(errorsOf(APEX, { overlay: '*.a 60 DNAME example.net.\n' }).join()).toContain('DNAME')
  })

  test('cannot hold an RRset larger than any message', () => {
    const lines = Array.from({ length: 270 }, (_, i) => `big 60 TXT "${i}${'x'.repeat(240)}"\n`).join('')
    const [error] = errorsOf(APEX + lines)
    expect(error).toMatch(/^base\.zone:272:1: found \d{5} octets in the 270 TXT records at big\.example\.com\./)
    expect(errorsOf(APEX + lines.slice(0, 60_000).replace(/.*$/, ''))).toEqual([])
  })
})

describe('the digest', () => {
  const digest = (text: string, overlay?: string) =>
    Buffer.from(
      projectionDigest(zoneProjection('example.com', text, overlay === undefined ? {} : { overlay })),
    ).toString('hex')
  const text = `${APEX}ns1 60 A 192.0.2.1\na 60 TXT "A"\n`

  test('leaves out the serial and nothing else of the SOA', () => {
    expect(digest(text.replace(' 7 ', ' 8 '))).toBe(digest(text))
    for (const [from, to] of [
      [' 300\n', ' 301\n'],
      ['hostmaster', 'postmaster'],
      ['86400', '7'],
      ['@ 3600 SOA', '@ 60 SOA'],
    ]) {
      expect(digest(text.replace(from!, to!))).not.toBe(digest(text))
    }
  })

  test('holds owners, types, TTLs and RDATA as written', () => {
    for (const [from, to] of [
      ['a 60', 'b 60'],
      ['TXT "A"', 'SPF "A"'],
      ['a 60', 'a 61'],
      ['"A"', '"a"'],
    ]) {
      expect(digest(text.replace(from!, to!))).not.toBe(digest(text))
    }
    expect(digest(text.replace('NS ns1', 'NS NS1'))).not.toBe(digest(text))
  })

  test('does not tell where records come from, nor their order', () => {
    expect(digest(`; a comment\n\n${text}`)).toBe(digest(text))
    expect(digest(text.replace('a 60 TXT "A"\n', ''), 'a 60 TXT "A"\n')).toBe(digest(text))
    expect(digest(text.split('\n').reverse().join('\n'))).toBe(digest(text))
  })

  test('differs where images do, and only there', () => {
    const nearlyEqual = ZONE.chain((records) => {
      const added = records.slice(APEX_RECORDS.length)
      const kept = fc.shuffledSubarray(added, { minLength: Math.max(0, added.length - 1) })
      return fc.tuple(
        fc.constant(records),
        kept.map((others) => [...others, ...APEX_RECORDS]),
      )
    })
    fc.assert(
      fc.property(nearlyEqual, (pair) => {
        const [one, other] = pair.map((records) => projectionDigest(zoneProjection(MODEL_APEX, modelText(records))))
        const [image, otherImage] = pair.map((records) => zoneOctets(MODEL_APEX, modelText(records)))
        const areEqual = pair[0].length === pair[1].length
        expect(Buffer.compare(one!, other!) === 0).toBe(areEqual)
        expect(Buffer.compare(image!, otherImage!) === 0).toBe(areEqual)
      }),
      { numRuns: 150 },
    )
  })
})

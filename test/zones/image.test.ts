import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashChild } from '../../dns/label-hash.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import { compileImage } from '../../zones/image/compile.ts'
import { openImage } from '../../zones/image/image.ts'
import { Header, Node, Slot } from '../../zones/image/layout.ts'
import { findChild } from '../../zones/lookup.ts'
import { dumpZone, IMAGE_APEX, rrsetAt } from '../helpers/dumped-zone.ts'
import { type DumpedNode, type DumpedRRset, dumpImage, dumpRRset } from '../helpers/image-dump.ts'
import { NAME, ZONE } from '../helpers/random-zone.ts'
import { labelledName, TEST_SECRET, wireName, zoneImage, zoneOctets, zoneProjection } from '../helpers/zone.ts'
import {
  isModelCut,
  isModelOccluded,
  MODEL_APEX,
  type ModelRecord,
  modelAdditional,
  modelEncloser,
  modelExists,
  modelName,
  modelNames,
  modelText,
  modelTypesAt,
  sameLabels,
} from '../helpers/zone-model.ts'

describe('an image agrees with the model', () => {
  test('on nodes, their order, parents, cuts, occlusion, wildcards and RRsets', () => {
    fc.assert(
      fc.property(ZONE, (records) => {
        const nodes = dumpImage(zoneImage(MODEL_APEX, modelText(records)))
        const expected = modelNames(records).map((name) => expectedNode(records, name))
        expect(nodes.map(({ rrsets: _, ...structure }) => structure)).toEqual(
          expected.map(({ structure }) => structure),
        )
        expect(nodes.map(({ rrsets }) => rrsets.map(contentOf))).toEqual(expected.map(({ rrsets }) => rrsets))
      }),
      { numRuns: 400 },
    )
  })

  test('on the closest encloser of any name', () => {
    fc.assert(
      fc.property(ZONE, fc.array(NAME, { minLength: 1, maxLength: 8 }), (records, names) => {
        const image = zoneImage(MODEL_APEX, modelText(records))
        for (const labels of names) {
          let node = 0
          let depth = labels.length
          for (; depth > 0; depth--) {
            const label = labels[depth - 1]!
            const wire = Buffer.from(`${String.fromCharCode(label.length)}${label}\0`, 'latin1')
            const child = findChild(image, node, labelledName(wire), 0)
            if (child === 0) break
            node = child
          }
          expect(labels.slice(depth)).toEqual(modelEncloser(records, labels))
        }
      }),
      { numRuns: 300 },
    )
  })

  test('on additional data', () => {
    fc.assert(
      fc.property(ZONE, (records) => {
        for (const node of dumpImage(zoneImage(MODEL_APEX, modelText(records)))) {
          for (const { type, additionals } of node.rrsets) {
            const listed = additionals.map(({ name, node: found, inDomain }) => `${name} ${found} ${inDomain}`)
            expect(listed.sort()).toEqual(expectedAdditionals(records, node.name, type))
            const flags = additionals.map(({ inDomain }) => inDomain)
            expect(flags).toEqual([...flags].sort((a, b) => Number(b) - Number(a)))
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('on names longer than any buffer for them', () => {
    const label = 'x'.repeat(63)
    const owner = `${label}.${label}.${label}.${'y'.repeat(49)}`
    const deep = Array.from({ length: 120 }, () => 'a').join('.')
    const nodes = dumpZone(`${owner} A 192.0.2.1\n${deep} MX 1 ${owner}\n`)
    expect(nodes.get(`${owner}.example.com.`)?.labels).toBe(6)
    expect(nodes.get(`${deep}.example.com.`)?.labels).toBe(122)
    expect(rrsetAt(nodes, `${deep}.example.com.`, 'MX').additionals).toHaveLength(1)
    expect(nodes.size).toBe(1 + 4 + 120)
  })
})

describe('an image is a function of projection, secret and serial', () => {
  test('whatever the order of records, their repetition, the case of owners', () => {
    const shuffled = ZONE.chain((records) =>
      fc.tuple(fc.constant(records), fc.shuffledSubarray(records, { minLength: records.length }), fc.subarray(records)),
    )
    fc.assert(
      fc.property(shuffled, ([records, others, repeated]) => {
        const text = modelText([...others, ...repeated.filter(({ type }) => type !== 'SOA')])
        const upper = text.replaceAll(/^\S+/gm, (owner) => owner.toUpperCase())
        expect(Buffer.compare(zoneOctets(MODEL_APEX, upper), zoneOctets(MODEL_APEX, modelText(records)))).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  test('and the secret keys the label index', () => {
    const text = `${IMAGE_APEX}a A 192.0.2.1\n`
    const seeds = [1, 2].map((octet) => {
      const image = zoneImage('example.com', text, { secret: new Uint8Array(32).fill(octet) })
      return image.hashSeed
    })
    expect(seeds[0]).not.toBe(seeds[1])
    expect(zoneImage('example.com', `${text}b A 192.0.2.1\n`).hashSeed).not.toBe(
      zoneImage('example.com', text).hashSeed,
    )
    // The serial is no part of the digest that keys it.
    expect(zoneImage('example.com', text, { serial: 8 }).hashSeed).toBe(zoneImage('example.com', text).hashSeed)
  })

  test('and not of what its memory held before', () => {
    fc.assert(
      fc.property(ZONE, (records) => {
        const projection = zoneProjection(MODEL_APEX, modelText(records))
        const images = [0x00, 0xff].map((old) => {
          const { memory, length } = compileImage(projection, { secret: TEST_SECRET, serial: 7 }, (octets) => {
            const arena = new SharedArrayBuffer(octets + 64)
            new Uint8Array(arena).fill(old)
            return arena
          })
          return new Uint8Array(memory, 0, length)
        })
        expect(Buffer.compare(images[0]!, images[1]!)).toBe(0)
        expect(openImage(images[0]!.buffer, images[0]!.length).words[Header.Length]).toBe(images[0]!.length)
      }),
      { numRuns: 50 },
    )
  })
})

describe('the label index', () => {
  test('is at most half full and finds nothing that is not there', () => {
    const text = Array.from({ length: 300 }, (_, i) => `n${i} A 192.0.2.1\n`).join('')
    const image = zoneImage('example.com', IMAGE_APEX + text)
    const slots = image.words[Header.IndexSlots]!
    const used = Array.from({ length: slots }, (_, i) => image.words[image.index + i * Slot.Words + Slot.Node]!)
    expect(used.filter((node) => node !== 0)).toHaveLength(image.words[Header.NodeCount]! - 1)
    expect(used.filter((node) => node !== 0).length).toBeLessThanOrEqual(slots / 2)
    for (let i = 0; i < 300; i++) {
      const label = labelledName(wireName(`n${i}`))
      const child = findChild(image, 0, label, 0)
      expect(image.words[image.nodes + child * Node.Words + Node.Labels]).toBe(3)
      expect(used[hashChild(image.hashSeed, 0, label.hashes[0]!) & image.indexMask]).not.toBe(0)
    }
    expect(findChild(image, 0, labelledName(wireName('n300')), 0)).toBe(0)
    expect(findChild(image, 1, labelledName(wireName('n1')), 0)).toBe(0)
  })
})

test('the serial given is the one answered, and negative answers carry the lower TTL (RFC 2308 §3)', () => {
  for (const [ttl, minimum, negative] of [
    [3600, 300, 300],
    [60, 300, 60],
  ] as const) {
    const text = `@ ${ttl} SOA ns1 hostmaster 7 3600 600 86400 ${minimum}\n@ 60 NS ns1\nns1 60 A 192.0.2.1\n`
    const image = zoneImage('example.com', text, { serial: 0xfffffff0 })
    const soa = dumpImage(image)[0]!.rrsets.find(({ type }) => type === 'SOA')!
    const expected = [`ns1.example.com. hostmaster.example.com. 4294967280 3600 600 86400 ${minimum}`]
    expect(soa).toMatchObject({ ttl, rdatas: expected })
    expect(dumpRRset(image, image.negativeSoa, 0)).toMatchObject({ type: 'SOA', ttl: negative, rdatas: expected })
    expect(image.negativeSoa).toBe(image.words[Header.RRsetCount]! - 1)
  }
})

test('targets of CNAME and DNAME are lower-cased for following, as written for answering', () => {
  const nodes = dumpZone('c CNAME WWW.Example.NET.\nd DNAME Other.Example.ORG.\n')
  expect(rrsetAt(nodes, 'c.example.com.', 'CNAME')).toMatchObject({
    target: 'www.example.net.',
    rdatas: ['WWW.Example.NET.'],
  })
  expect(rrsetAt(nodes, 'd.example.com.', 'DNAME')).toMatchObject({
    target: 'other.example.org.',
    rdatas: ['Other.Example.ORG.'],
  })
})

function expectedNode(
  records: readonly ModelRecord[],
  name: readonly string[],
): { structure: Omit<DumpedNode, 'rrsets'>; rrsets: ReturnType<typeof contentOf>[] } {
  const types = modelTypesAt(records, name)
  const isOccluded = isModelOccluded(records, name)
  const isCut = isModelCut(records, name)
  const isDname = types.has('DNAME') && !isOccluded
  const isCname = types.has('CNAME') && !isOccluded
  const flags: string[] = []
  if (isCut) flags.push('Cut')
  if (isDname) flags.push('Dname')
  if (isCname) flags.push('Cname')
  if (isOccluded) flags.push('Occluded')
  if (name[0] === '*') flags.push('Wildcard')
  const structure = {
    name: modelName(name),
    parent: modelName(name.slice(1)),
    labels: name.length + 2,
    flags,
    wildcard: modelExists(records, ['*', ...name]) ? modelName(['*', ...name]) : undefined,
    steering: isCut ? 'NS' : isDname ? 'DNAME' : isCname ? 'CNAME' : undefined,
  }
  const ordered = [...types].sort((a, b) => typeFromText(a)! - typeFromText(b)!)
  const rrsets = ordered.map((type) => {
    const own = records.filter((record) => record.type === type && sameLabels(record.owner, name))
    return {
      type,
      ttl: Math.min(...own.map(({ ttl }) => ttl)),
      rdatas: [...new Set(own.map(({ rdata }) => rdata))].sort(),
    }
  })
  return { structure, rrsets }
}

function contentOf({ type, ttl, rdatas }: DumpedRRset): { type: string; ttl: number; rdatas: string[] } {
  return { type, ttl, rdatas: [...rdatas].sort() }
}

function expectedAdditionals(records: readonly ModelRecord[], ownerText: string, type: string): string[] {
  if (!['NS', 'MX', 'SRV'].includes(type)) return []
  const lines = new Set<string>()
  for (const { owner, rdata } of records.filter((record) => record.type === type)) {
    if (modelName(owner) !== ownerText) continue
    const targetText = rdata.split(' ').at(-1)!
    const target = labelsBelowApex(targetText)
    if (target === undefined) continue
    const found = modelAdditional(records, type, target)
    if (found === undefined) continue
    const isBelow = sameLabels(found.slice(found.length - owner.length), owner) && found.length >= owner.length
    const isInDomain = type === 'NS' && isModelCut(records, owner) && isBelow
    lines.add(`${targetText} ${modelName(found)} ${isInDomain}`)
  }
  return [...lines].sort()
}

function labelsBelowApex(text: string): string[] | undefined {
  if (text === MODEL_APEX) return []
  if (!text.endsWith(`.${MODEL_APEX}`)) return undefined
  const labels = text.slice(0, -MODEL_APEX.length - 1).split('.')
  return labels.map((label) => label.replaceAll(/\\(\d{3})/g, (_, octet) => String.fromCharCode(Number(octet))))
}

import { describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import { openImage } from '../../../zones/image/image.ts'
import { Chain, HashedNode, Header, Node, PresignedDenial, RRset } from '../../../zones/image/layout.ts'
import { findRRset } from '../../../zones/lookup.ts'
import { projectionDigest } from '../../../zones/projection-digest.ts'
import { dumpRRset, nodeName } from '../../helpers/image-dump.ts'
import { compileProjection, zoneProjection } from '../../helpers/zone.ts'
import { PLAIN, presignedImage, presignedProjection, signedLines } from './presigned-zone.ts'

function imageOf(chain: 'nsec' | 'nsec3') {
  const { memory, length } = presignedImage(presignedProjection(signedLines(chain)))
  return openImage(memory, length)
}

describe.each(['nsec', 'nsec3'] as const)('the image of a zone with %s', (chain) => {
  const image = imageOf(chain)
  const { words } = image

  it('has the names of the zone and no others', () => {
    const { memory, length } = compileProjection(zoneProjection('example.', PLAIN))
    const plain = openImage(memory, length)
    const namesOf = (of: typeof image) =>
      Array.from({ length: of.words[Header.NodeCount]! }, (_, node) => nodeName(of, node))
    expect(namesOf(image)).toEqual(namesOf(plain))
  })

  it('knows the signatures of each RRset that is signed, and of no other', () => {
    const count = words[Header.NodeCount]!
    for (let node = 0; node < count; node++) {
      const row = image.nodes + node * Node.Words
      const first = words[row + Node.FirstRRset]!
      for (let rrset = first; rrset < first + words[row + Node.RRsetCount]!; rrset++) {
        const { type, ttl } = dumpRRset(image, rrset, node)
        const signatures = words[image.signatures + rrset]!
        const name = nodeName(image, node)
        const isGlue = name === 'ns.insecure.example.'
        const isDelegation = type === 'NS' && node !== 0
        expect(signatures >= 0, `${name} ${type}`).toBe(!isGlue && !isDelegation)
        if (signatures < 0) continue
        const dumped = dumpRRset(image, signatures, node)
        expect(dumped.type).toBe('RRSIG')
        expect(dumped.ttl).toBe(ttl)
        for (const rdata of dumped.rdatas) expect(rdata.split(' ')[0]).toBe(type)
      }
    }
  })

  it('lowers the TTL of the SOA of negative answers with that of its signature, and keeps the serial that is signed', () => {
    const soa = dumpRRset(image, image.negativeSoa, 0)
    const signature = dumpRRset(image, words[image.signatures + image.negativeSoa]!, 0)
    expect([soa.ttl, signature.ttl]).toEqual([300, 300])
    expect(soa.rdatas[0]).toContain(' 2024010101 ')
    expect(signature.rdatas[0]).toMatch(/^SOA 15 1 3600 /)
  })

  it('is the same, octet for octet, whenever it is made', () => {
    const lines = signedLines(chain)
    const [a, b] = [
      presignedImage(presignedProjection(lines)),
      presignedImage(presignedProjection([...lines].reverse())),
    ]
    expect(Buffer.from(a.memory, 0, a.length).equals(Buffer.from(b.memory, 0, b.length))).toBe(true)
  })

  it('differs where only a signature does', () => {
    const lines = signedLines(chain)
    const later = lines.map((line) => line.replace(/^(mail.*RRSIG\tA .*)20270129080000/, '$120270129080001'))
    const digest = (of: readonly string[]) => Buffer.from(projectionDigest(presignedProjection(of))).toString('hex')
    expect(digest(later)).not.toBe(digest(lines))
    expect(digest([...lines].reverse())).toBe(digest(lines))
  })
})

describe('the chain in the image', () => {
  it('lists NSEC records in the order of their owners', () => {
    const image = imageOf('nsec')
    expect(image.presigned).toBe(PresignedDenial.Nsec)
    const owners = rows(image).map((row) => image.words[row + Chain.Owner]!)
    expect(owners).toEqual([...owners].sort((a, b) => a - b))
    for (const [index, owner] of owners.entries()) {
      expect(findRRset(image, owner, Type.NSEC)).toBe(image.words[rows(image)[index]! + Chain.RRset])
    }
  })

  it('lists NSEC3 records in the order of their hashes, with the label that spells each', () => {
    const image = imageOf('nsec3')
    expect(image.presigned).toBe(PresignedDenial.Nsec3)
    const hashes = rows(image).map((row) => octetsAt(image, image.words[row + Chain.Hash]!, 20))
    expect(hashes).toEqual([...hashes].sort(Buffer.compare))
    for (const row of rows(image)) {
      expect(image.octets[image.words[row + Chain.Owner]!]).toBe(32)
      const rrset = image.rrsets + image.words[row + Chain.RRset]! * RRset.Words
      expect(image.words[rrset + RRset.Type]).toBe(Type.NSEC3)
    }
  })

  it('knows the NSEC3 of each name that is not occluded', () => {
    const image = imageOf('nsec3')
    const matches = Array.from({ length: image.words[Header.NodeCount]! }, (_, node) => ({
      name: nodeName(image, node),
      match: image.words[image.hashedNodes + node * HashedNode.Words + HashedNode.Match]!,
    }))
    expect(matches.filter(({ match }) => match < 0).map(({ name }) => name)).toEqual(['ns.insecure.example.'])
    expect(new Set(matches.map(({ match }) => match)).size).toBe(matches.length)
  })
})

function rows(image: ReturnType<typeof imageOf>): number[] {
  return Array.from({ length: image.chainLength }, (_, index) => image.chain + index * Chain.Words)
}

function octetsAt(image: ReturnType<typeof imageOf>, start: number, length: number): Buffer {
  return Buffer.from(image.octets.subarray(start, start + length))
}

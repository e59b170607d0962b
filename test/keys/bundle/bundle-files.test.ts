import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import { nameFromText } from '../../../dns/name.ts'
import { type Bundle, canonicalRRset, countSignatures } from '../../../keys/bundle/bundle.ts'
import { readBundle, readBundleRequest } from '../../../keys/bundle/bundle-reading.ts'
import { entriesOf, faultOf } from '../../../keys/bundle/bundle-signing.ts'
import {
  bundleToDocument,
  digestOfRequest,
  documentToText,
  requestToDocument,
} from '../../../keys/bundle/bundle-text.ts'
import { DELETE_CDS, DsDigest, dsRdata } from '../../../keys/dnskey.ts'
import { type BundleWorld, DAY, drawWorld, requestFor, signedBy } from '../../helpers/bundles.ts'
import { drawKey } from '../../helpers/keys.ts'

let world: BundleWorld
let bundle: Bundle
let text: string

beforeAll(async () => {
  world = await drawWorld()
  bundle = await signedBy(world, requestFor(world))
  text = documentToText(bundleToDocument(bundle, ['for people']))
})

// biome-ignore lint/suspicious/noExplicitAny: a document that is to be broken in every way
type Document = any

/** The bundle with something changed. */
function changed(change: (document: Document) => void): Document {
  const document = JSON.parse(text)
  change(document)
  return document
}

function later(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString().replace('.000', '')
}

function moveWindow(window: Document, seconds: number): void {
  for (const name of ['inception', 'expiration']) window[name] = later(window[name], seconds)
}

function reasonOf(source: unknown): string {
  const read = readBundle(source)
  return read.outcome === 'unreadable' ? read.reason : ''
}

/** Why the bundle must not be used: what reading says, or the first signature that does not hold. */
function objection(source: unknown): string | undefined {
  const read = readBundle(source)
  if (read.outcome === 'unreadable') return read.reason
  for (const entry of entriesOf(read.value)) {
    const fault = faultOf(entry)
    if (fault !== undefined) return fault
  }
  return undefined
}

describe('a request and a bundle', () => {
  it('are read as they were written', () => {
    const { request } = bundle
    expect(readBundleRequest(documentToText(requestToDocument(request)))).toEqual({ outcome: 'read', value: request })
    expect(readBundle(text)).toEqual({ outcome: 'read', value: bundle })
    expect(objection(text)).toBeUndefined()
    expect(countSignatures(request)).toBe([...entriesOf(bundle)].length)
  })

  it('name what is signed by keys, and CDS is the digest of the KSK', () => {
    const { request } = bundle
    const cds = request.rrsets.find(({ type }) => type === Type.CDS)!
    const { rdatas } = canonicalRRset(request, cds)
    expect(rdatas).toEqual([dsRdata(nameFromText('example.com.'), world.ksk.dnskey, DsDigest.Sha256)])
    const removal = canonicalRRset(request, { ...cds, keys: [] })
    expect(removal.rdatas).toEqual([DELETE_CDS])
  })

  it('are told from one another by the digest of what is asked', () => {
    const { request } = bundle
    const later = requestFor(world, { now: request.made + 1 })
    expect(digestOfRequest(request)).toMatch(/^[0-9a-f]{64}$/)
    expect(digestOfRequest(later)).not.toBe(digestOfRequest(request))
    const read = readBundle(text)
    expect(read.outcome === 'read' && digestOfRequest(read.value.request)).toBe(digestOfRequest(request))
  })
})

describe('a bundle is refused', () => {
  it('when it was cut short, wherever', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 3 }), (end) => {
        expect(reasonOf(text.slice(0, end))).toContain('it is no JSON, or was cut short')
      }),
      { numRuns: 60 },
    )
  })

  it('when it is something else', () => {
    expect(reasonOf(documentToText(requestToDocument(bundle.request)))).toBe(
      'it is a request that nobody has signed yet',
    )
    expect(readBundleRequest(text)).toEqual({
      outcome: 'unreadable',
      reason: 'it is a signed bundle, where the request is expected',
    })
    for (const source of ['null', '[]', '7', '{}', {}, null]) expect(reasonOf(source)).toContain('"format" is not')
    expect(reasonOf(changed((each) => (each.version = 2)))).toBe('it is of version 2, and this Veil knows 1')
    expect(reasonOf(changed((each) => (each.more = 1)))).toContain('more')
  })

  it('when a signature is missing, or one is too many', () => {
    const missing = changed((each) => each.rrsets[1].signatures.pop())
    expect(reasonOf(missing)).toContain('rrsets.1: there are to be 1 signatures for each of the')
    expect(reasonOf(changed((each) => each.rrsets[0].signatures[0].push('AAAA')))).toContain('rrsets.0')
    expect(reasonOf(changed((each) => each.windows.pop()))).toContain('rrsets.0')
  })

  it('when signatures, windows or RRsets changed places', () => {
    const swap = (list: unknown[]) => list.splice(0, 2, list[1], list[0])
    expect(objection(changed((each) => swap(each.rrsets[0].signatures)))).toContain('does not hold')
    expect(objection(changed((each) => swap(each.windows)))).toContain('windows.1: it does not begin within')
    const moved = changed((each) => {
      const [first, second] = each.rrsets
      ;[first.signatures, second.signatures] = [second.signatures, first.signatures]
    })
    expect(objection(moved)).toContain('does not hold')
  })

  it('when anything that is signed was changed', () => {
    const changes: ((document: Document) => void)[] = [
      (each) => (each.zone = 'example.net.'),
      (each) => each.ttl++,
      (each) => each.windows.forEach((window: Document) => void moveWindow(window, 1)),
      (each) => (each.rrsets[0].keys = [world.ksk.keyTag]),
      (each) => (each.rrsets.find(({ type }: Document) => type === 'CDS').keys = []),
      (each) => (each.rrsets[0].signatures[0][0] = Buffer.alloc(64, 1).toString('base64')),
    ]
    for (const change of changes) {
      expect(objection(changed(change)), change.toString()).toMatch(/does not hold|is the same as/)
    }
  })

  it('when any octet of any signature was changed', () => {
    const entries = [...entriesOf(bundle)]
    fc.assert(
      fc.property(fc.nat(entries.length - 1), fc.nat(63), fc.integer({ min: 1, max: 255 }), (which, at, by) => {
        const { signature, ...entry } = entries[which]!
        const wrong = signature.slice()
        wrong[at]! ^= by
        expect(faultOf({ ...entry, signature: wrong })).toContain('does not hold')
      }),
      { numRuns: 100 },
    )
  })

  it('when it names keys that are none', async () => {
    const other = (await drawKey(15, 'zsk')).dnskey
    const asText = `256 3 15 ${Buffer.from(other.subarray(4)).toString('base64')}`
    const isKsk = ({ role }: Document) => role === 'ksk'
    const cases: readonly [(document: Document) => void, string][] = [
      [(each) => (each.keys.find(({ role }: Document) => role === 'zsk').dnskey = asText), 'the tag of its DNSKEY is'],
      [(each) => each.keys.push(each.keys[0]), 'named twice, or not in ascending order'],
      [(each) => each.keys.reverse(), 'named twice, or not in ascending order'],
      [(each) => (each.keys[0].keyTag ^= 1), 'the tag of its DNSKEY is'],
      [(each) => (each.keys[0].dnskey = '257 3 99 AAAA'), 'key '],
      [(each) => (each.keys[0].dnskey = 'nonsense'), 'its DNSKEY is not flags, protocol, algorithm and base64'],
      [(each) => (each.keys.find(isKsk).role = 'zsk'), 'its flags are 257'],
      [(each) => (each.rrsets[0].keys = [1]), 'there is no key 1 among the keys'],
      [(each) => (each.rrsets[0].signers = [world.zsks[0]!.keyTag]), 'is no key signing key'],
      [(each) => (each.rrsets[0].signers = []), 'rrsets.0.signers'],
      [(each) => (each.rrsets[0].keys = [world.zsks[0]!.keyTag]), 'signs a key set that it is not part of'],
      [(each) => (each.rrsets[1] = each.rrsets[0]), 'rrsets.1: it is the same as rrsets.0'],
      [(each) => (each.windows[0].expiration = each.windows[0].inception), 'windows.0: it ends before it begins'],
      [(each) => (each.windows[0].expiration = '2040-01-01T00:00:00Z'), 'windows.0'],
      [(each) => (each.windows[0].inception = 'now'), 'windows.0.inception'],
      // What whoever signs is shown goes by the first and the last: none may lie elsewhere.
      [(each) => moveWindow(each.windows[1], 40 * 365 * DAY), 'windows.1: it does not begin within'],
      [(each) => moveWindow(each.windows[1], -400 * DAY), 'windows.1: it does not begin within'],
      [
        (each) => (each.windows[1].expiration = later(each.windows[1].expiration, 300 * DAY)),
        'windows.1: it is not as',
      ],
      [(each) => (each.made = '2026-13-01T00:00:00Z'), 'made'],
      [(each) => (each.zone = 'Example.com'), 'zone'],
      [(each) => (each.zone = '..'), 'zone'],
    ]
    for (const [change, reason] of cases) expect(reasonOf(changed(change)), change.toString()).toContain(reason)
  })

  it('whatever stands in its place, without an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(JSON.parse(text))), (value, name) => {
        const read = readBundle(changed((each) => (each[name] = value)))
        expect(['read', 'unreadable']).toContain(read.outcome)
      }),
      { numRuns: 300 },
    )
  })
})

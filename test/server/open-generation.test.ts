import { describe, expect, test } from 'vitest'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { findZone } from '../../server/apex-index.ts'
import type { Generation, GenerationDescriptor } from '../../server/generation.ts'
import { openGeneration } from '../../server/open-generation.ts'
import { nsec3Hash } from '../../zones/denial/nsec3-hash.ts'
import type { Image } from '../../zones/image/image.ts'
import { labelSeed } from '../../zones/image/seeds.ts'
import { compileProjection, labelledName, TEST_SECRET, wireName, zoneProjection } from '../helpers/zone.ts'

const arenas = new Map<number, SharedArrayBuffer>()

function load(arena: number, apex: string, address: string): void {
  const base = `$TTL 60\n@ SOA a b 1 1 1 1 1\n@ NS a\na A ${address}\n`
  arenas.set(arena, compileProjection(zoneProjection(apex, base)).memory)
}

function open(views: Readonly<Record<string, readonly number[]>>, previous?: Generation): Generation {
  const descriptor: GenerationDescriptor = {
    epoch: 1,
    labelSeed: labelSeed(TEST_SECRET),
    views: Object.entries(views).map(([name, ids]) => ({
      name,
      images: ids.map((arena) => ({ arena, length: arenas.get(arena)!.byteLength })),
    })),
    selection: { words: new Int32Array(), roots: new Int32Array() },
    keySets: [],
    identity: {},
  }
  return openGeneration(descriptor, { arena: (id) => arenas.get(id)!, openKey: openSigningKey, nsec3Hash, previous })
}

const find = (generation: Generation, view: number, name: string): Image | undefined =>
  findZone(generation.views[view]!, labelledName(wireName(name)), 1)?.image

/** The image is read from the memory that the arena has now. */
const isIn = (image: Image | undefined, arena: number) => image?.words.buffer === arenas.get(arena)

describe('a generation opened after another', () => {
  load(1, 'one.test', '192.0.2.1')
  load(2, 'two.test', '192.0.2.2')
  load(3, 'two.test', '192.0.2.3')
  load(4, 'sub.one.test', '192.0.2.4')

  test('takes over what both have', () => {
    const before = open({ inside: [1, 2], outside: [1] })
    const after = open({ inside: [1, 2], outside: [1] }, before)
    for (const view of [0, 1]) {
      expect(after.views[view]!.zones).toEqual(before.views[view]!.zones)
      after.views[view]!.zones.forEach(({ image }, index) => {
        expect(image).toBe(before.views[view]!.zones[index]!.image)
      })
      expect(after.views[view]!.apexes).toBe(before.views[view]!.apexes)
    }
    expect(after.views[1]!.zones[0]!.image).toBe(after.views[0]!.zones[0]!.image)
  })

  test('reads a zone that changed anew, though the apexes are the same', () => {
    const before = open({ inside: [1, 2] })
    const after = open({ inside: [1, 3] }, before)
    expect(after.views[0]!.apexes).toBe(before.views[0]!.apexes)
    expect(isIn(find(after, 0, 'a.two.test'), 3)).toBe(true)
    expect(isIn(find(after, 0, 'a.one.test'), 1)).toBe(true)
    expect([...after.images.keys()]).toEqual([1, 3])
  })

  test('finds zones that came, went, or changed places', () => {
    const before = open({ inside: [1, 2], outside: [1] })
    const more = open({ inside: [1, 2, 4], outside: [1] }, before)
    expect(isIn(find(more, 0, 'a.sub.one.test'), 4)).toBe(true)
    expect(isIn(find(more, 1, 'a.sub.one.test'), 1)).toBe(true)
    const swapped = open({ inside: [2, 1], outside: [1] }, before)
    expect(isIn(find(swapped, 0, 'a.one.test'), 1)).toBe(true)
    expect(isIn(find(swapped, 0, 'a.two.test'), 2)).toBe(true)
    const renamed = open({ outside: [1, 2], inside: [1] }, before)
    expect(isIn(find(renamed, 0, 'a.two.test'), 2)).toBe(true)
    expect(find(renamed, 1, 'a.two.test')).toBeUndefined()
    expect(find(open({ inside: [1] }, before), 0, 'a.two.test')).toBeUndefined()
  })

  test('never takes an arena for what it held two generations ago', () => {
    const first = open({ inside: [1, 2] })
    const without = open({ inside: [1] }, first)
    load(2, 'three.test', '192.0.2.9')
    const again = open({ inside: [1, 2] }, without)
    expect(isIn(find(again, 0, 'a.three.test'), 2)).toBe(true)
    expect(find(again, 0, 'a.two.test')).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { createArenaPool } from '../../server/arena-pool.ts'
import { parseConfiguration } from '../../server/configuration/read.ts'
import type { ImageLocation } from '../../server/generation.ts'
import { createGuardState, NO_RESPONSE, responseKey } from '../../server/guard/guard-state.ts'
import { loadZones } from '../../server/loading/load-zones.ts'
import { describeGeneration } from '../../server/running-server.ts'
import { createSigningStamps } from '../../server/signing-stamps.ts'
import { DenialMode } from '../../zones/denial/denial.ts'
import { openMemoryStore } from '../helpers/memory-store.ts'
import { keySetOf } from '../helpers/signed-answering.ts'
import { TEST_SECRET } from '../helpers/zone.ts'

const APEX = '$TTL 60\n@ SOA ns.example.net. hostmaster.example.net. 7 3600 600 86400 300\n@ NS ns.example.net.\n'

/** The images of the zones, in order, while the guard responds to enumeration as told. */
async function imagesOf(zones: string, stamps = createSigningStamps()) {
  const reading = parseConfiguration(`listen: ["127.0.0.1@5300"]\nzones:\n${zones}`, 'veil.yaml', '/state')
  if (reading.outcome === 'refused') throw new Error(JSON.stringify(reading.problems))
  const { configuration } = reading
  const loaded = await loadZones(configuration, {
    readFile: () => Buffer.from(`${APEX}www A 192.0.2.1\n`),
    ...{ serials: openMemoryStore().serials, secret: TEST_SECRET, arenas: createArenaPool() },
  })
  const keySets = loaded.zones.map(({ name }) => keySetOf(name, {}))
  return (response: Partial<typeof NO_RESPONSE> = {}): readonly ImageLocation[] => {
    const guard = createGuardState()
    for (const { name } of loaded.zones)
      guard.responses.set(responseKey('public', name), { ...NO_RESPONSE, ...response })
    const parts = { configuration, loaded, keySets }
    return describeGeneration(1, parts, { secret: TEST_SECRET, stamps, guard }).views[0]!.images
  }
}

describe('decoys of a generation', () => {
  const ZONE = 'file: a, dnssec: { algorithm: 15 }, decoys: { public: { mode: mirror, of: [www]'

  it('are on where they always are', async () => {
    const [image] = (await imagesOf(`  example.com: { ${ZONE} } } }\n`))()
    expect(image!.decoys).toMatchObject({ active: true, settings: { depth: 2, isSelective: false } })
    expect(image!.decoys!.keys).toHaveLength(48)
  })

  it('are on during an incident alone where that is wanted, with signatures of their own', async () => {
    const images = await imagesOf(`  example.com: { ${ZONE}, when: incident } } }\n`)
    const [[quiet], [enumerated], [again]] = [images(), images({ decoys: true }), images()]
    expect([quiet, enumerated, again].map((image) => image!.decoys!.active)).toEqual([false, true, false])
    const stamps = [quiet, enumerated, again].map((image) => image!.signing!.stamp)
    expect(new Set(stamps).size).toBeGreaterThan(1)
    expect(stamps[0]).not.toBe(stamps[1])
  })

  it('are not denied by cells, which would lie', async () => {
    const images = await imagesOf(`  example.com: { ${ZONE}, when: incident } } }\n`)
    const denialOf = (response: Partial<typeof NO_RESPONSE>) => images(response)[0]!.signing!.denial
    expect(denialOf({ cells: true })).toBe(DenialMode.Cells)
    expect(denialOf({ cells: true, decoys: true })).toBe(DenialMode.Compact)
  })

  it('are secret by zone, and no other zone of the server has them', async () => {
    const images = (
      await imagesOf(`  example.com: { ${ZONE} } } }\n  example.net: { ${ZONE} } } }\n  example.org: { file: a }\n`)
    )()
    expect(images[0]!.decoys!.keys).not.toEqual(images[1]!.decoys!.keys)
    expect(images[2]!.decoys).toBeUndefined()
  })
})

it('generated names are in their own zone and in the reverse zones of their range', async () => {
  const range = 'generate: { public: [{ prefix: 192.0.2.0/24, name: "host-{address}" }] }'
  const zones = `  example.com: { file: a, ${range} }\n  2.0.192.in-addr.arpa: { file: a }\n  3.0.192.in-addr.arpa: { file: a }\n`
  const images = (await imagesOf(zones))()
  expect(images.map(({ generated }) => generated?.length)).toEqual([1, 1, undefined])
})

import { describe, expect, it } from 'vitest'
import { nameFromText } from '../../dns/name.ts'
import { appendPrefixTrie } from '../../guard/prefix-trie.ts'
import { Reaction, Sanction } from '../../guard/reaction.ts'
import { DEFAULT_RATE_LIMIT } from '../../server/configuration/defaults.ts'
import { DEFAULT_DNSSEC } from '../../server/configuration/dnssec.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import type { GenerationDescriptor } from '../../server/generation.ts'
import { applyGuard } from '../../server/guard/apply-guard.ts'
import { createGuardState } from '../../server/guard/guard-state.ts'
import { createTurns } from '../../server/in-turn.ts'
import type { LoadedZones } from '../../server/loading/load-zones.ts'
import { publish } from '../../server/publish.ts'
import { describeGeneration, type RunningServer } from '../../server/running-server.ts'
import { createSigningStamps } from '../../server/signing-stamps.ts'
import { DenialMode } from '../../zones/denial/denial.ts'
import { prefix } from '../helpers/answering.ts'

const ZONES = [
  { name: 'a.', dnssec: DEFAULT_DNSSEC },
  { name: 'b.', dnssec: { ...DEFAULT_DNSSEC, denial: DenialMode.Nsec3WhiteLies } },
]

function createServer() {
  const views = ['internal', 'public'].map((name) => ({ name, clients: undefined, listen: undefined }))
  const configuration = {
    ...{ views, listen: [], zones: ZONES },
    identity: { version: undefined, hostname: undefined, nsid: undefined },
    rateLimit: DEFAULT_RATE_LIMIT,
  } as unknown as Configuration
  const seen = views.map(({ name }, arena) => ({ view: name, digest: name, serial: 1, arena, length: 100 }))
  const loaded = { views: [], zones: ZONES.map((zone) => ({ ...zone, views: seen })) } as unknown as LoadedZones
  const { policy } = DEFAULT_DNSSEC
  const keySets = ZONES.map(({ name: zone }) => ({ zone, epoch: 1, policy, signers: [], apexRRsets: [] }))
  const published: GenerationDescriptor[] = []
  const own = { secret: new Uint8Array(32), stamps: createSigningStamps(), guard: createGuardState() }
  const server = {
    ...{ configuration, loaded, ...own, inTurn: createTurns(), servedZones: new Set<string>() },
    descriptor: describeGeneration(1, { configuration, loaded, keySets }, own),
    pool: { publish: async (descriptor: GenerationDescriptor) => void published.push(descriptor) },
  } as unknown as RunningServer
  const reload = () => server.inTurn(() => publish(server, { configuration, loaded, keySets }))
  return { server, published, reload }
}

function banned(address: string): Int32Array {
  const words: number[] = []
  appendPrefixTrie(words, [{ prefix: prefix(address, 32), value: Sanction.Banned }])
  return Int32Array.from(words)
}

describe('what the guard decides', () => {
  it('reaches the view and zone it is for, and nobody else', async () => {
    const { server, published } = createServer()
    const honey = [nameFromText('vault.a.')]
    const response = { view: 'public', zone: 'a.', reaction: Reaction.Truncate, honey }
    await applyGuard(server, { responses: [response], bans: banned('192.0.2.1') })
    const [generation] = published
    expect(generation!.bans).toEqual(banned('192.0.2.1'))
    expect(generation!.views.map(({ images }) => images.map(({ reaction }) => reaction))).toEqual([
      [undefined, undefined],
      [Reaction.Truncate, undefined],
    ])
    expect(generation!.views[1]!.images[0]!.honey).toEqual(honey)
  })

  it('is published once for changes that come together, and not at all where nothing changes', async () => {
    const { server, published } = createServer()
    const changes = [Reaction.Drop, Reaction.Refuse].map((reaction) =>
      applyGuard(server, { responses: [{ view: 'public', zone: 'a.', reaction }] }),
    )
    await Promise.all(changes)
    expect(published.map(({ views }) => views[1]!.images[0]!.reaction)).toEqual([Reaction.Refuse])
    await applyGuard(server, { responses: [{ view: 'public', zone: 'a.', reaction: Reaction.Refuse }] })
    expect(published).toHaveLength(1)
    await applyGuard(server, { responses: [{ view: 'public', zone: 'a.', reaction: Reaction.None }] })
    expect(published.map(({ epoch }) => epoch)).toEqual([2, 3])
  })

  it('outlives reloads, and what came while one ran is not lost', async () => {
    const { server, published, reload } = createServer()
    const applied = applyGuard(server, { bans: banned('192.0.2.1') })
    await Promise.all([reload(), applied, reload()])
    expect(published).toHaveLength(1)
    expect(server.descriptor.bans).toEqual(banned('192.0.2.1'))
    await applyGuard(server, { bans: null })
    expect(server.descriptor.bans).toBeUndefined()
  })

  it('denies by cells under a stamp of its own, though not where NSEC3 denies', async () => {
    const { server, published } = createServer()
    const before = server.descriptor.views[1]!.images[0]!.signing!
    await applyGuard(server, {
      responses: ['a.', 'b.'].map((zone) => ({ view: 'public', zone, cells: true })),
    })
    const [internal, strangers] = published[0]!.views.map(({ images }) => images.map(({ signing }) => signing!))
    expect(internal!.map(({ denial }) => denial)).toEqual([DEFAULT_DNSSEC.denial, DenialMode.Nsec3WhiteLies])
    expect(strangers!.map(({ denial }) => denial)).toEqual([DenialMode.Cells, DenialMode.Nsec3WhiteLies])
    expect(strangers![0]!.stamp).not.toBe(before.stamp)
  })
})

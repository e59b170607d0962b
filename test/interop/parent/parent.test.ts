import { randomInt } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalName, nameFromText } from '../../../dns/name.ts'
import type { KeyMaterial } from '../../../keys/key-set.ts'
import { exchangeByNetwork } from '../../../server/parent/exchange.ts'
import { type LookSettings, lookAtParent } from '../../../server/parent/look.ts'
import { notifyParent } from '../../../server/parent/notify.ts'
import { verdictOf, wholeOf } from '../../../server/parent/parent-look.ts'
import { readTrustAnchors } from '../../../server/parent/trust-anchor.ts'
import { accepted } from '../../../server/reading.ts'
import type { Daemon } from '../../helpers/daemon.ts'
import { drawKey } from '../../helpers/keys.ts'
import { missingPeerPackage, type PeerName, startPeer } from '../../helpers/peers.ts'
import { missingCommandPackage, missingResolverPackage, startResolver } from '../../helpers/resolvers.ts'
import { dsOf } from '../../helpers/simulated-dns.ts'
import { mayRelay, openRelay, type Relay } from '../dnssec/relay.ts'
import { drawZoneKeys, forgeVariant, signVariant, type ZoneKeys } from './sign-parent.ts'

const PEERS = ['NSD', 'Knot', 'BIND'] as const
const packages = [
  ...PEERS.map(missingPeerPackage),
  missingResolverPackage('Unbound'),
  missingCommandPackage('dnssec-signzone', 'bind9-utils'),
].filter((name) => name !== undefined)
const obstacles = [
  ...(packages.length > 0 ? [`install ${[...new Set(packages)].join(', ')}`] : []),
  ...((await mayRelay()) ? [] : ['run as root, or with net.ipv4.ip_unprivileged_port_start=53']),
]
if (obstacles.length > 0) console.warn(`Tests with real parents are left out: ${obstacles.join('; ')}.`)

test.runIf(process.env.CI === 'true')('everything is there where tests must not be left out', () => {
  expect(obstacles).toEqual([])
})

const CHILD = 'child.par.'
const APEX = canonicalName(nameFromText(CHILD))
const NETWORK = { exchange: exchangeByNetwork, randomId: () => randomInt(0x10000) }

describe.skipIf(obstacles.length > 0)('real parents: one of NSD, one of Knot, one of BIND, below a signed root', () => {
  let folder: string
  let keys: Record<'old' | 'next', KeyMaterial>
  let root: ZoneKeys
  let parent: ZoneKeys
  let resolver: Daemon
  let relays: Relay[]
  let rootRelay: Relay
  const running: (() => Promise<void>)[] = []
  /** By peer and variant. */
  const peers = new Map<string, Daemon>()

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'veil-parents-'))
    keys = { old: await drawKey(13, 'ksk'), next: await drawKey(15, 'ksk') }
    for (const name of ['root', 'parent']) mkdirSync(join(folder, name))
    root = drawZoneKeys('.', join(folder, 'root'), 'RSASHA256')
    parent = drawZoneKeys('par.', join(folder, 'parent'), 'ECDSAP256SHA256')
    relays = [await relay(), await relay(), await relay()]
    rootRelay = await relay()
    const path = signVariant(root, 'root', [
      '@ SOA ns.root. h. 1 7200 3600 1209600 900',
      '@ NS ns.root.',
      `ns.root. A ${rootRelay.address}`,
      ...servers('par.'),
      `par. DS ${parent.ds}`,
    ])
    const rootServer = await startPeer('BIND', { zones: [{ apex: '.', path }] })
    running.push(rootServer.stop)
    await rootRelay.target(rootServer.port)
    resolver = await startResolver('Unbound', {
      rootServer: rootRelay.address,
      rootServerName: 'ns.root.',
      anchors: [root.ds],
      // What it would not pass on is what has to be judged here.
      validate: false,
    })
    running.push(resolver.stop)
  }, 120_000)

  afterAll(async () => {
    const results = await Promise.allSettled(running.reverse().map((stop) => stop()))
    rmSync(folder, { recursive: true, force: true })
    for (const result of results) if (result.status === 'rejected') throw result.reason
  })

  async function relay(): Promise<Relay> {
    const opened = await openRelay()
    running.push(opened.stop)
    return opened
  }

  /** NS of the parent, and its addresses: `a.par.` at the first relay, and so on. */
  function servers(owner: string): string[] {
    const names = ['a.par.', 'b.par.', 'c.par.']
    return names.flatMap((name, index) => [`${owner} NS ${name}`, `${name} A ${relays[index]!.address}`])
  }

  /** Variants of the parent's zone by what it says of the child. */
  const VARIANTS = {
    old: () => sign('old', [ds('old')]),
    both: () => sign('both', [ds('old'), ds('next')]),
    none: () => sign('none', []),
    optOut: () => sign('optOut', [], { isOptOut: true }),
    expired: () => sign('expired', [ds('old')], { isExpired: true }),
    forged: () => forgeVariant(VARIANTS.old(), ds('old').split(' ').at(-1)!),
    foreign: () => sign('foreign', [ds('old'), ...foreign(1)]),
    many: () => sign('many', [ds('old'), ...foreign(29)]),
  } as const
  type Variant = keyof typeof VARIANTS
  const paths = new Map<Variant, string>()

  function sign(title: string, lines: readonly string[], options: Parameters<typeof signVariant>[3] = {}): string {
    const all = [
      '@ SOA a h 1 7200 3600 1209600 900',
      ...servers('@'),
      'child NS ns.child',
      'ns.child A 127.0.0.1',
      ...lines,
    ]
    return signVariant(parent, title, all, options)
  }

  function ds(key: keyof typeof keys): string {
    return dsOf(CHILD, keys[key])
  }

  function foreign(count: number): string[] {
    return Array.from({ length: count }, (_, index) => `${CHILD} DS ${index} 13 2 ${String(index).padStart(64, '0')}`)
  }

  /** Has the three addresses served by the three servers, each with its variant. */
  async function serve(variants: readonly [Variant, Variant, Variant]): Promise<void> {
    for (const [index, variant] of variants.entries()) {
      const peer = PEERS[index]!
      const daemon = peers.get(`${peer} ${variant}`) ?? (await start(peer, variant))
      relays[index]!.through = ({ answer }) => answer
      await relays[index]!.target(daemon.port)
    }
  }

  async function start(peer: PeerName, variant: Variant): Promise<Daemon> {
    const path = paths.get(variant) ?? VARIANTS[variant]()
    paths.set(variant, path)
    const daemon = await startPeer(peer, { zones: [{ apex: 'par', path }] })
    peers.set(`${peer} ${variant}`, daemon)
    running.push(daemon.stop)
    return daemon
  }

  function look(settings: Partial<LookSettings> = {}) {
    const trustAnchors = accepted(readTrustAnchors(`. IN DS ${root.ds}`))
    return lookAtParent(
      APEX,
      { servers: undefined, resolver: 'roots', families: [4], trustAnchors, ...settings },
      { network: NETWORK, now: () => Math.floor(Date.now() / 1000), roots: [rootRelay.address] },
    )
  }

  function verdicts(found: Awaited<ReturnType<typeof look>>) {
    return (['old', 'next'] as const).map((key) => {
      const { keyTag, dnskey } = keys[key]
      return verdictOf({ id: key, apex: APEX, keyTag, dnskey }, found)
    })
  }

  test('are found from the root on, and through Unbound, and validated', async () => {
    await serve(['old', 'old', 'old'])
    for (const settings of [{}, { resolver: [{ address: '127.0.0.1', port: resolver.port, family: 4 as const }] }]) {
      const found = await look(settings)
      expect(found.problem).toBeUndefined()
      expect(found).toMatchObject({ parent: 'par.', trust: 'secure' })
      expect(found.servers.map(({ name, address, outcome, ttl }) => [name, address, outcome, ttl])).toEqual(
        ['a.par.', 'b.par.', 'c.par.'].map((name, index) => [name, relays[index]!.address, 'answered', 3600]),
      )
      expect(verdicts(found)).toEqual(['everywhere', 'nowhere'])
    }
  })

  test.each<[string, readonly [Variant, Variant, Variant], readonly string[], readonly string[]]>([
    ['one of them is ahead', ['old', 'old', 'both'], ['answered', 'answered', 'answered'], ['everywhere', 'partly']],
    ['all have followed', ['both', 'both', 'both'], ['answered', 'answered', 'answered'], ['everywhere', 'everywhere']],
    ['none has a DS, by NSEC', ['none', 'none', 'none'], ['answered', 'answered', 'answered'], ['nowhere', 'nowhere']],
    [
      'none has a DS, by opt-out',
      ['optOut', 'optOut', 'optOut'],
      ['answered', 'answered', 'answered'],
      ['nowhere', 'nowhere'],
    ],
    ['one has lost the DS', ['none', 'old', 'old'], ['answered', 'answered', 'answered'], ['partly', 'nowhere']],
    [
      'there is a foreign DS',
      ['foreign', 'foreign', 'foreign'],
      ['answered', 'answered', 'answered'],
      ['everywhere', 'nowhere'],
    ],
    ['answers need TCP', ['many', 'many', 'many'], ['answered', 'answered', 'answered'], ['everywhere', 'nowhere']],
    [
      'one is bogus: a digest was changed',
      ['forged', 'old', 'old'],
      ['bogus', 'answered', 'answered'],
      ['unknown', 'unknown'],
    ],
  ])('%s', async (_title, variants, outcomes, expected) => {
    await serve(variants)
    const found = await look()
    expect(found.problem).toBeUndefined()
    expect(found.servers.map(({ outcome }) => outcome)).toEqual(outcomes)
    expect(verdicts(found)).toEqual(expected)
    expect(wholeOf(found, 0) !== undefined).toBe(!outcomes.includes('bogus'))
  })

  test('one is stale, its signatures have expired: then nothing is known', async () => {
    await serve(['old', 'expired', 'old'])
    const found = await look()
    // Which of them is asked for the parent's keys is up to the order of its NS records.
    const reasons = [found.problem, ...found.servers.map(({ reason }) => reason)]
    expect(reasons.filter((reason) => reason?.includes('has a signature that has expired'))).toHaveLength(1)
    expect(verdicts(found)).toEqual(['unknown', 'unknown'])
  })

  test('one is silent: then nothing is known', async () => {
    await serve(['old', 'old', 'old'])
    // The parent is found by the first; only of the child it does not speak.
    relays[2]!.through = ({ query, answer }) =>
      Buffer.from(query).toString('latin1').toLowerCase().includes('\x05child') ? undefined : answer
    const found = await look()
    expect(found.servers.map(({ outcome }) => outcome)).toEqual(['answered', 'answered', 'silent'])
    expect(verdicts(found)).toEqual(['unknown', 'unknown'])
  })

  test('an anchor that is not theirs is refused', async () => {
    await serve(['old', 'old', 'old'])
    const found = await look({ trustAnchors: accepted(readTrustAnchors(`. IN DS ${parent.ds}`)) })
    expect(found.problem).toMatch(/^the chain of trust to par\. does not hold: the DNSKEY of \. has no key that/)
    expect(verdicts(found)).toEqual(['unknown', 'unknown'])
  })

  test('named by the configuration, with the DS of the parent for an anchor', async () => {
    await serve(['old', 'both', 'old'])
    const servers = relays.map(({ address }) => ({ address, port: 53, family: 4 as const }))
    const found = await look({ servers, trustAnchors: accepted(readTrustAnchors(`par. IN DS ${parent.ds}`)) })
    expect(found).toMatchObject({ parent: 'par.', trust: 'secure' })
    expect(verdicts(found)).toEqual(['everywhere', 'partly'])
  })

  test('NOTIFY(CDS) is understood, and declined by who has no use for it', async () => {
    await serve(['old', 'old', 'old'])
    for (const { address } of relays) {
      expect(await notifyParent(NETWORK, [{ address, port: 53 }], APEX)).toBe('refused')
    }
  })
})

import { randomInt } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalName, nameFromText } from '../../../dns/name.ts'
import type { KeyMaterial } from '../../../keys/key-set.ts'
import { exchangeByNetwork } from '../../../server/parent/exchange.ts'
import { type LookSettings, lookAtParent } from '../../../server/parent/look.ts'
import { verdictOf } from '../../../server/parent/parent-look.ts'
import { readTrustAnchors } from '../../../server/parent/trust-anchor.ts'
import { accepted } from '../../../server/reading.ts'
import type { Daemon } from '../../helpers/daemon.ts'
import { drawKey } from '../../helpers/keys.ts'
import { missingPeerPackage, type PeerName, startPeer } from '../../helpers/peers.ts'
import { missingCommandPackage } from '../../helpers/resolvers.ts'
import { dsOf } from '../../helpers/simulated-dns.ts'
import { mayRelay, openRelay, type Relay } from '../dnssec/relay.ts'
import { drawZoneKeys, signVariant, type ZoneKeys } from './sign-parent.ts'

const PEERS: readonly PeerName[] = ['NSD', 'Knot', 'BIND']
const packages = [...PEERS.map(missingPeerPackage), missingCommandPackage('dnssec-signzone', 'bind9-utils')].filter(
  (name) => name !== undefined,
)
const obstacles = [
  ...(packages.length > 0 ? [`install ${[...new Set(packages)].join(', ')}`] : []),
  ...((await mayRelay()) ? [] : ['run as root, or with net.ipv4.ip_unprivileged_port_start=53']),
]
if (obstacles.length > 0) console.warn(`Tests of a chain from the root are left out: ${obstacles.join('; ')}.`)

test.runIf(process.env.CI === 'true')('everything is there where tests must not be left out', () => {
  expect(obstacles).toEqual([])
})

const PARENT = 'co.tld.'

const isOfChild = (query: Uint8Array): boolean =>
  Buffer.from(query).toString('latin1').toLowerCase().includes('\x05child')

describe.skipIf(obstacles.length > 0)(
  'a root of NSD, below it a TLD of Knot, below that a parent of BIND, NSD and Knot',
  () => {
    let folder: string
    let key: KeyMaterial
    let root: ZoneKeys
    let tld: ZoneKeys
    let parent: ZoneKeys
    /** Of root and TLD, then of the parent's servers a to d; d is in the delegation alone. */
    let relays: Relay[]
    let servers: Daemon[]
    let rootServer: Daemon
    const running: (() => Promise<void>)[] = []

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'veil-chain-'))
      key = await drawKey(13, 'ksk')
      for (const name of ['root', 'tld', 'parent']) mkdirSync(join(folder, name))
      root = drawZoneKeys('.', join(folder, 'root'), 'RSASHA256')
      tld = drawZoneKeys('tld.', join(folder, 'tld'), 'ECDSAP256SHA256')
      parent = drawZoneKeys(PARENT, join(folder, 'parent'), 'ED25519')
      relays = []
      for (let count = 0; count < 6; count++) relays.push(await openRelay())
      running.push(...relays.map(({ stop }) => stop))
      const glue = (name: string, relay: number) => `${name} A ${relays[relay]!.address}`
      const rootPath = signVariant(root, 'root', [
        '@ SOA ns.root. h. 1 7200 3600 1209600 900',
        ...['@ NS ns.root.', glue('ns.root.', 0), 'tld. NS ns.tld.', glue('ns.tld.', 1), `tld. DS ${tld.ds}`],
      ])
      const own = ['a', 'b', 'c'].flatMap((name, at) => [
        `${PARENT} NS ${name}.${PARENT}`,
        glue(`${name}.${PARENT}`, 2 + at),
      ])
      const tldPath = signVariant(tld, 'tld', [
        '@ SOA ns h 1 7200 3600 1209600 900',
        ...[
          '@ NS ns',
          glue('ns', 1),
          ...own,
          `${PARENT} NS d.${PARENT}`,
          glue(`d.${PARENT}`, 5),
          `${PARENT} DS ${parent.ds}`,
        ],
      ])
      const lines = [
        ...['@ SOA a h 1 7200 3600 1209600 900', ...own, 'www A 192.0.2.1'],
        ...['child NS ns.child', 'ns.child A 127.0.0.1', dsOf(`child.${PARENT}`, key)],
        ...[
          'plain NS ns.plain',
          'ns.plain A 127.0.0.1',
          'alias CNAME www',
          'moved DNAME elsewhere.tld.',
          '*.any A 192.0.2.1',
        ],
      ]
      const path = signVariant(parent, 'parent', lines)
      rootServer = await startPeer('NSD', { zones: [{ apex: '.', path: rootPath }] })
      running.push(rootServer.stop)
      const tldServer = await startPeer('Knot', { zones: [{ apex: 'tld', path: tldPath }] })
      running.push(tldServer.stop)
      servers = []
      for (const peer of ['BIND', 'NSD', 'Knot'] as const) {
        const daemon = await startPeer(peer, { zones: [{ apex: 'co.tld', path }], hasIpv6: true })
        servers.push(daemon)
        running.push(daemon.stop)
      }
      await relays[0]!.target(rootServer.port)
      await relays[1]!.target(tldServer.port)
      for (const [at, { port }] of servers.entries()) await relays[2 + at]!.target(port)
    }, 120_000)

    afterAll(async () => {
      const results = await Promise.allSettled(running.reverse().map((stop) => stop()))
      rmSync(folder, { recursive: true, force: true })
      for (const result of results) if (result.status === 'rejected') throw result.reason
    })

    async function look(child: string, settings: Partial<LookSettings> = {}) {
      const trustAnchors = accepted(readTrustAnchors(`. IN DS ${root.ds}`))
      return lookAtParent(
        canonicalName(nameFromText(`${child}.${PARENT}`)),
        { servers: undefined, resolver: 'roots', families: [4], trustAnchors, ...settings },
        {
          network: { exchange: exchangeByNetwork, randomId: () => randomInt(0x10000) },
          now: () => Math.floor(Date.now() / 1000),
          roots: [relays[0]!.address],
        },
      )
    }

    function verdict(child: string, found: Awaited<ReturnType<typeof look>>) {
      const { keyTag, dnskey } = key
      return verdictOf({ id: 'key', apex: canonicalName(nameFromText(`${child}.${PARENT}`)), keyTag, dnskey }, found)
    }

    /** Has the server that only the delegation names answer, or nobody be there. */
    async function delegated(port: number | undefined): Promise<void> {
      relays[5]!.through = ({ answer }) => (port === undefined ? undefined : answer)
      await relays[5]!.target(port ?? servers[0]!.port)
    }

    test.each([
      ['child', 'answered', 'everywhere', undefined],
      ['plain', 'answered', 'nowhere', undefined],
      ['alias', 'nonsense', 'unknown', 'something else than DS records'],
      ['below.moved', 'nonsense', 'unknown', 'something else than DS records'],
      ['absent', 'nonsense', 'unknown', 'does not exist'],
      ['x.any', 'nonsense', 'unknown', 'does not delegate'],
    ] as const)('%s is judged by all four, validated from the root on', async (child, outcome, expected, reason) => {
      await delegated(servers[0]!.port)
      const found = await look(child)
      expect(found.problem).toBeUndefined()
      expect(found).toMatchObject({ parent: PARENT, trust: 'secure' })
      expect(found.servers.map((server) => [server.name, server.listing, server.outcome])).toEqual([
        [`a.${PARENT}`, undefined, outcome],
        [`b.${PARENT}`, undefined, outcome],
        [`c.${PARENT}`, undefined, outcome],
        [`d.${PARENT}`, 'glue', outcome],
      ])
      for (const server of reason === undefined ? [] : found.servers) expect(server.reason).toContain(reason)
      expect(verdict(child, found)).toBe(expected)
    })

    test('one that is lame, in the delegation alone, is named and holds things up', async () => {
      await delegated(rootServer.port)
      const found = await look('child')
      expect(found.servers[3]).toMatchObject({ name: `d.${PARENT}`, listing: 'glue', outcome: 'nonsense' })
      expect(found.servers.slice(0, 3).map(({ outcome }) => outcome)).toEqual(['answered', 'answered', 'answered'])
      expect(verdict('child', found)).toBe('unknown')
    })

    test('one that spoils its UDP answers about the zone is heard over TCP', async () => {
      await delegated(servers[0]!.port)
      relays[2]!.through = ({ transport, query, answer }) =>
        transport === 'tcp' || !isOfChild(query) ? answer : Uint8Array.of(answer[0]! ^ 1, ...answer.subarray(1))
      const found = await look('child').finally(() => {
        relays[2]!.through = ({ answer }) => answer
      })
      expect(verdict('child', found)).toBe('everywhere')
    }, 60_000)

    test('one that does not know of EDNS has no signatures: bogus under an anchor, else believed', async () => {
      await delegated(servers[0]!.port)
      relays[5]!.through = ({ query, answer }) =>
        (query[10]! << 8) + query[11]! === 0
          ? answer
          : Uint8Array.of(...query.subarray(0, 2), 0x80, 1, ...new Uint8Array(8))
      expect((await look('child')).servers[3]).toMatchObject({ outcome: 'bogus', reason: 'its DS has no signature' })
      const own = [{ address: relays[5]!.address, port: 53, family: 4 as const }]
      expect(verdict('child', await look('child', { servers: own, trustAnchors: [] }))).toBe('everywhere')
    })

    test('every question has a port, an ID and letters of its own', async () => {
      await delegated(servers[0]!.port)
      const asked: string[] = []
      relays[2]!.asked = (query) => void asked.push(Buffer.from(query).toString('latin1'))
      for (let count = 0; count < 6; count++) await look('child')
      relays[2]!.asked = () => undefined
      const ofChild = asked.filter((query) => query.toLowerCase().includes('\x05child'))
      expect(new Set(ofChild.map((query) => query.slice(0, 2))).size).toBeGreaterThan(1)
      expect(new Set(ofChild.map((query) => query.slice(12, 24))).size).toBeGreaterThan(1)
    })

    test('servers at ::1 are asked over UDP and TCP as any other', async () => {
      const anchors = accepted(readTrustAnchors(`${PARENT} IN DS ${parent.ds}`))
      const own = servers.map(({ port }) => ({ address: '::1', port, family: 6 as const }))
      const found = await look('child', { servers: own, families: [6], trustAnchors: anchors })
      expect(found.servers.map(({ outcome }) => outcome)).toEqual(['answered', 'answered', 'answered'])
      expect(found.trust).toBe('secure')
      expect(verdict('child', found)).toBe('everywhere')
      const reply = await exchangeByNetwork({
        ...{ address: '::1', port: servers[1]!.port, via: 'tcp', patienceMs: 4000, isAnswer: () => true },
        message: Uint8Array.of(1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 1),
      })
      expect(reply).toBeInstanceOf(Uint8Array)
      const nobody = await look('child', { servers: [{ address: '::1', port: 9, family: 6 }], trustAnchors: [] })
      expect(nobody.problem).toContain('the parent cannot be found')
    })
  },
)

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Flag, Opcode } from '../../../dns/constants.ts'
import { readMessage } from '../../../dns/message.ts'
import { nameToText } from '../../../dns/name.ts'
import { typeToText } from '../../../dns/rr/registry.ts'
import { sendCommand } from '../../../server/control/client.ts'
import { CONTROL_SOCKET, type ControlCommands } from '../../../server/control/protocol.ts'
import type { RolloverReport } from '../../../server/keys/rollover-protocol.ts'
import { type Daemon, freePort, startDaemon } from '../../helpers/daemon.ts'
import { missingPeerPackage, type PeerName, startPeer } from '../../helpers/peers.ts'
import { missingCommandPackage } from '../../helpers/resolvers.ts'
import { until } from '../../helpers/until.ts'
import { isReadyLine, isVeildBuilt, VEILD } from '../../helpers/veild.ts'
import { mayRelay, openRelay, type Relay } from '../dnssec/relay.ts'
import { drawZoneKeys, forgeVariant, signVariant, type ZoneKeys } from './sign-parent.ts'

const packages = [
  missingPeerPackage('NSD'),
  missingPeerPackage('BIND'),
  missingCommandPackage('dnssec-signzone', 'bind9-utils'),
].filter((name) => name !== undefined)
const obstacles = [
  ...(packages.length > 0 ? [`install ${[...new Set(packages)].join(', ')}`] : []),
  ...((await mayRelay()) ? [] : ['run as root, or with net.ipv4.ip_unprivileged_port_start=53']),
  ...(isVeildBuilt() ? [] : ['npm run build']),
]
if (obstacles.length > 0) console.warn(`The roll below real parents is left out: ${obstacles.join('; ')}.`)

test.runIf(process.env.CI === 'true')('everything is there where tests must not be left out', () => {
  expect(obstacles).toEqual([])
})

/** Where the parent wants to hear of new CDS records. */
interface Scanner {
  readonly port: number
  /** What it heard, as text. */
  readonly heard: string[]
  readonly stop: () => Promise<void>
}

async function openScanner(): Promise<Scanner> {
  const socket = createSocket('udp4')
  const heard: string[] = []
  socket.on('message', (octets, { port, address }) => {
    const message = readMessage(octets)
    const { name, type } = message!.question!
    heard.push(`${message!.opcode === Opcode.Notify ? 'NOTIFY' : 'QUERY'} ${nameToText(name)} ${typeToText(type)}`)
    octets[2]! |= Flag.QR >> 8
    socket.send(octets, port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { port: socket.address().port, heard, stop: () => new Promise((resolve) => socket.close(() => resolve())) }
}

const CHILD = 'child.par.'
/** The first address is BIND's, the second NSD's. */
const PEERS: readonly PeerName[] = ['BIND', 'NSD']

describe.skipIf(obstacles.length > 0)('the roll of a KSK below a signed parent on two servers', () => {
  let folder: string
  let parent: ZoneKeys
  let relays: Relay[]
  let scanner: Scanner
  let variants = 0
  const running: (() => Promise<void>)[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'veil-parent-roll-'))
    mkdirSync(join(folder, 'parent'))
    mkdirSync(join(folder, 'state'), { mode: 0o700 })
    parent = drawZoneKeys('par.', join(folder, 'parent'), 'ECDSAP256SHA256')
    relays = [await openRelay(), await openRelay()]
    running.push(...relays.map(({ stop }) => stop))
    scanner = await openScanner()
    running.push(scanner.stop)
    await serve([0, 1], [])
    running.push((await startChild()).stop)
  }, 60_000)

  afterAll(async () => {
    const results = await Promise.allSettled(running.reverse().map((stop) => stop()))
    rmSync(folder, { recursive: true, force: true })
    for (const result of results) if (result.status === 'rejected') throw result.reason
  })

  async function startChild(): Promise<Daemon> {
    const port = await freePort()
    writeFileSync(join(folder, 'anchor.ds'), `par. IN DS ${parent.ds}\n`)
    const [first, second] = relays.map(({ address }) => address)
    const above = `servers: [${first}, ${second}], resolver: [${first}], trust-anchor: anchor.ds, interval: 1s, ds-ttl: 1s`
    const keys = 'publish-safety: 1s, retire-safety: 1s, standby: []'
    writeFileSync(
      join(folder, 'veil.yaml'),
      [
        `listen: ["127.0.0.1@${port}"]`,
        'state: state',
        'workers: 1',
        `zones: { child.par: { file: child.zone, dnssec: { max-ttl: 1s, keys: { ${keys} }, parent: { ${above} } } } }`,
        '',
      ].join('\n'),
    )
    writeFileSync(join(folder, 'child.zone'), '$TTL 1\n@ SOA ns h 1 3600 900 604800 1\n@ NS ns\nns A 127.0.0.1\n')
    return startDaemon({
      name: 'Veil',
      command: process.execPath,
      arguments: () => [VEILD, '--config', join(folder, 'veil.yaml')],
      ready: async (_port, output) => output.split('\n').some(isReadyLine),
    })
  }

  async function ask<Name extends keyof ControlCommands>(name: Name, args: ControlCommands[Name]['arguments']) {
    const reply = await sendCommand(join(folder, 'state', CONTROL_SOCKET), name, args)
    if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`)
    return reply.result as ControlCommands[Name]['result']
  }

  /** Has these of the addresses serve the parent with these DS records, the first digest forged where that is asked. */
  async function serve(addresses: readonly number[], ds: readonly string[], isForged = false): Promise<void> {
    const lines = [
      '@ 1 SOA a h 1 7200 3600 1209600 1',
      '@ NS a',
      'a A 127.0.0.1',
      'child NS ns.child',
      `*._dsync ${dsync()}`,
      'scanner A 127.0.0.1',
      ...ds,
    ]
    const signed = signVariant(parent, `variant-${++variants}`, lines)
    withUnknownType(signed)
    const path = isForged ? forgeVariant(signed, ds[0]!.split(' ').at(-1)!) : signed
    for (const index of addresses) {
      const daemon = await startPeer(PEERS[index]!, { zones: [{ apex: 'par', path }] })
      running.push(daemon.stop)
      await relays[index]!.target(daemon.port)
    }
  }

  /** DSYNC CDS NOTIFY, as servers write it that do not know the type yet: to the scanner. */
  function dsync(): string {
    return `TYPE66 \\# 18 003B01${scanner.port.toString(16).padStart(4, '0').toUpperCase()}077363616E6E65720370617200`
  }

  /** BIND's signer may know the type, and call it so where NSD does not understand it. */
  function withUnknownType(path: string): void {
    const text = readFileSync(path, 'latin1')
    writeFileSync(path, text.replace(/\bDSYNC\s+CDS .*$/m, dsync).replaceAll('DSYNC', 'TYPE66'))
  }

  async function report(): Promise<RolloverReport> {
    return (await ask('rollovers', { zone: CHILD }))[0]!
  }

  /** The DS that a registrar would be given for a key, with a TTL that tests can wait for. */
  async function dsOf(keyTag: number): Promise<string> {
    const keys = (await ask('keys', {})).flatMap((zone) => zone.keys)
    return keys.find((key) => key.keyTag === keyTag)!.ds[0]!.text.replace(' IN ', ' 1 IN ')
  }

  function ksks({ keys }: RolloverReport) {
    return keys.filter(({ role }) => role === 'ksk').sort((a, b) => a.created - b.created || a.keyTag - b.keyTag)
  }

  function ds({ keys }: RolloverReport, keyTag: number) {
    return keys.find((key) => key.keyTag === keyTag)?.records.ds
  }

  function verdicts({ parent: { keys = [] } }: RolloverReport, keyTags: readonly number[]) {
    return keyTags.map((tag) => keys.find(({ keyTag }) => keyTag === tag)?.verdict)
  }

  /** Lets some more looks go by, and gives the report after them. */
  async function afterLooks(count: number): Promise<RolloverReport> {
    for (let looks = 0; looks < count; looks++) await ask('key-check-parent', { zone: CHILD })
    return report()
  }

  test('goes on only when both have the new DS, and neither is bogus', async () => {
    const old = ksks(await report())[0]!.keyTag
    const oldDs = await dsOf(old)
    await serve([0, 1], [oldDs])
    await until('the first DS is everywhere', async () => ds(await report(), old)?.state === 'omnipresent')

    await ask('key-roll', { zone: CHILD, role: 'ksk', isDryRun: false })
    const rolling = await until('the parent is waited for', async () => {
      const now = await report()
      const isAwaited = now.waits.some(({ reason }) => reason.kind === 'parent')
      return isAwaited && ksks(now).length === 2 ? now : undefined
    })
    const next = ksks(rolling!).find(({ keyTag }) => keyTag !== old)!.keyTag
    const nextDs = await dsOf(next)

    // One server has followed: both keys stay.
    await serve([0], [nextDs])
    const partly = await afterLooks(3)
    expect(verdicts(partly, [old, next])).toEqual(['partly', 'partly'])
    expect(ds(partly, next)).toMatchObject({ state: 'rumoured' })
    expect(ds(partly, next)!.seen).toBeUndefined()
    expect(ds(partly, old)!.state).not.toBe('hidden')

    // The other says so as well, but it is forged: nothing is known.
    await serve([1], [nextDs], true)
    const forged = await afterLooks(3)
    expect(verdicts(forged, [old, next])).toEqual(['unknown', 'unknown'])
    expect(forged.parent.servers.map(({ outcome }) => outcome)).toEqual(['answered', 'bogus'])
    expect(ds(forged, next)!.seen).toBeUndefined()

    await serve([1], [nextDs])
    await until('the old key is gone', async () => ksks(await report()).length === 1)
    const done = await afterLooks(1)
    expect(ksks(done)[0]).toMatchObject({ keyTag: next, records: { ds: { state: 'omnipresent' } } })
    expect(done.parent).toMatchObject({ trust: 'secure', keys: [{ verdict: 'everywhere' }] })
    expect(done.alarms).toEqual([])

    // Told by way of a wildcard that is signed: of the new key's DS, and that the old one's may go, and before of the first.
    expect(done.parent.notified).toMatchObject({ target: `scanner.par.@${scanner.port}`, outcome: 'acknowledged' })
    expect(scanner.heard.length).toBeGreaterThanOrEqual(1)
    expect(new Set(scanner.heard)).toEqual(new Set([`NOTIFY ${CHILD} CDS`]))
  })
})

/**
 * The guard of a running veild, over sockets: from the questions of a scan to what is done about it, and no further.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Flag, Rcode } from '../../dns/constants.ts'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { WORDS } from '../../guard/detection/words.ts'
import { sendCommand } from '../../server/control/client.ts'
import { connectUdp, type UdpClient } from '../helpers/udp-client.ts'
import { isVeildBuilt } from '../helpers/veild.ts'
import { endAll, portOf, runVeild, type VeildProcess } from '../helpers/veild-process.ts'

const ZONE = '$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 86400 300\n@ NS ns1\nns1 A 192.0.2.1\nwww A 192.0.2.2\n'
const SCANNER = '127.0.0.66'
const OTHER = '127.0.1.67'

describe.skipIf(!isVeildBuilt())('the guard of a running veild', () => {
  let folder: string
  let veild: VeildProcess
  let port: number
  const clients: UdpClient[] = []

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'veil-guard-'))
    writeFileSync(join(folder, 'example.com.zone'), ZONE)
    writeFileSync(join(folder, 'internal.zone'), 'secret-wiki 60 A 10.0.0.1\n')
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close()
    await endAll()
    rmSync(folder, { recursive: true })
  })
  afterAll(endAll)

  const configure = (guard: string): void =>
    writeFileSync(
      join(folder, 'veil.yaml'),
      [
        'listen: ["127.0.0.1@0"]',
        'state: state',
        'workers: 1',
        'views: { internal: { clients: [127.9.0.0/16] }, public: {} }',
        'rate-limit: { slip: 1 }',
        'zones:',
        '  example.com:',
        '    file: example.com.zone',
        '    overlays: { internal: internal.zone }',
        '    dnssec: off',
        `    guard: { public: ${guard} }`,
        '',
      ].join('\n'),
    )
  const start = async (guard: string): Promise<void> => {
    configure(guard)
    veild = runVeild(['--config', join(folder, 'veil.yaml')])
    port = portOf(await veild.logged('ready'))
  }
  const clientFrom = async (address: string): Promise<UdpClient> => {
    const client = await connectUdp({ port, from: address, timeoutMs: 3000 })
    clients.push(client)
    return client
  }
  const ask = async (client: UdpClient, name: string) => {
    const octets = await client.ask(buildQuery({ id: 1, name: nameFromText(`${name}.example.com.`), type: 1 }))
    if (octets === undefined) return 'silence'
    const { rcode, flags } = readMessage(octets)!
    if ((flags & Flag.TC) !== 0) return 'TC'
    return rcode === Rcode.NxDomain ? 'absent' : rcode === Rcode.NoError ? 'found' : `rcode ${rcode}`
  }
  const scan = async (client: UdpClient, most: number): Promise<number> => {
    for (let asked = 0; asked < most; asked++) {
      await ask(client, WORDS[asked]!)
      if (asked % 10 === 9 && (await incidents()).length > 0) return asked + 1
    }
    return most
  }
  const incidents = async () => {
    const reply = await sendCommand(join(folder, 'state', 'control.sock'), 'incidents', {})
    return reply.ok ? reply.result : []
  }
  /** Asks until the answer is the one that is waited for: what is decided takes a moment to reach the workers. */
  const becomes = async (wanted: string, question: () => Promise<string>): Promise<void> => {
    const deadline = Date.now() + 10_000
    let last = ''
    while (Date.now() < deadline) {
      last = await question()
      if (last === wanted) return
      await delay(20)
    }
    throw new Error(`"${last}" has not become "${wanted}"`)
  }
  let number = 0
  const absent = (client: UdpClient) => () => ask(client, `no-such-host-${number++}`)

  it('starves who enumerates, of absent names alone, and nobody else', async () => {
    await start('{}')
    const [scanner, other] = [await clientFrom(SCANNER), await clientFrom(OTHER)]
    const asked = await scan(scanner, 1000)
    const [incident] = await incidents()
    expect(incident).toMatchObject({ kind: 'enumeration', isSpread: false, sources: [{ address: SCANNER }] })
    expect(incident!.recognisedAfter.count).toBeLessThanOrEqual(200)
    expect(asked).toBeLessThan(1000)
    await becomes('TC', absent(scanner))
    for (let times = 0; times < 30; times++) expect(await ask(scanner, 'www')).toBe('found')
    expect(await absent(other)()).toBe('absent')
    expect(await ask(other, 'www')).toBe('found')
  })

  it('sees a scan through fifty resolvers in the zone as a whole, and starves none of them', async () => {
    await start('{}')
    const resolvers = await Promise.all(Array.from({ length: 50 }, (_, index) => clientFrom(`127.1.${index}.53`)))
    let asked = 0
    for (; asked < 1000 && (asked % 50 !== 0 || (await incidents()).length === 0); asked++) {
      await ask(resolvers[asked % 50]!, WORDS[asked]!)
    }
    console.log(`through 50 resolvers, over sockets: incident within ${asked} questions`)
    expect(await incidents()).toMatchObject([{ kind: 'enumeration', isSpread: true }])
    expect(asked).toBeLessThan(1000)
    await becomes('TC', absent(resolvers[0]!))
    for (const resolver of resolvers) expect(await ask(resolver, 'www')).toBe('found')
  })

  it('does what the zone says, until the zone says otherwise', async () => {
    await start('{ response: tc }')
    const [scanner, other] = [await clientFrom(SCANNER), await clientFrom(OTHER)]
    await scan(scanner, 1000)
    await becomes('TC', absent(other))
    expect(await ask(other, 'www')).toBe('found')
    expect(await ask(scanner, 'www')).toBe('found')
    configure('{ response: none }')
    await sendCommand(join(folder, 'state', 'control.sock'), 'reload', {})
    await becomes('absent', absent(other))
  })

  it('raises the alarm at honey and hidden names, and answers them as any others', async () => {
    await start('{ honey: [trap, www] }')
    const client = await clientFrom(OTHER)
    expect(await ask(client, 'trap')).toBe('absent')
    expect(await ask(client, 'www')).toBe('found')
    expect(await ask(client, 'secret-wiki')).toBe('absent')
    const honey = await veild.logged('a honey name was asked for')
    expect(honey).toMatchObject({ source: OTHER, proved: false, view: 'public', name: 'trap.example.com.' })
    const hidden = await veild.logged('a name that is hidden from its view was asked for')
    expect(hidden).toMatchObject({ seenFrom: OTHER, name: 'secret-wiki.example.com.' })
    expect(hidden).not.toHaveProperty('source')
    const insider = await clientFrom('127.9.0.1')
    expect(await ask(insider, 'secret-wiki')).toBe('found')
    expect(await ask(insider, 'trap')).toBe('absent')
    expect(await incidents()).toEqual([])
    const lines = veild.log().filter(({ msg }) => msg === 'a honey name was asked for')
    expect(lines.map(({ name }) => name)).toEqual(['trap.example.com.', 'www.example.com.'])
  })
})

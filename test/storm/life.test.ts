/** The life of a server under load: its end, a reload of broken files, and an account without power. */
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it, test } from 'vitest'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import { type BurstClient, connectTcpBurst, connectUdpBurst } from '../helpers/burst-client.ts'
import { statFields } from '../helpers/daemon.ts'
import {
  complaintsOf,
  NO_LIMITER,
  removeFolders,
  STRANGER,
  startTwoViews,
  type TwoViews,
  waitUntil,
} from '../helpers/two-views.ts'
import { canBecomeNobody, VEILD } from '../helpers/veild.ts'
import { answersOf, askFrom, endAll } from '../helpers/veild-process.ts'
import { wireName } from '../helpers/zone.ts'
import { clientPerWorker, deathsOf, PLANTING, zoneOf } from './planting.ts'

const DATAGRAM_CLIENTS = 4
const STREAM_CLIENTS = 10
const LATE_CLIENTS = 5
/** Two for datagrams and one for streams. */
const WORKERS = 3
/** Datagrams of all clients together fit into one worker's receive buffer. */
const QUESTIONS = 90

const SOA = buildQuery({ id: 0, name: wireName('example.com'), type: typeFromText('SOA')! })
const TXT = buildQuery({ id: 0, name: wireName('example.com'), type: typeFromText('TXT')! })

afterEach(async () => {
  await endAll()
  removeFolders()
})

describe('SIGTERM', () => {
  test('under load: what was in flight is answered, and the end comes within two seconds', async () => {
    const server = await startTwoViews(zoneOf(1))
    const connect = (how: typeof connectUdpBurst) => how({ port: server.port, from: STRANGER })
    const clients = await Promise.all([
      ...Array.from({ length: DATAGRAM_CLIENTS }, () => connect(connectUdpBurst)),
      ...Array.from({ length: STREAM_CLIENTS }, () => connect(connectTcpBurst)),
    ])
    await Promise.all(clients.map((client) => client.exchange([], SOA)))
    const flood = await floodWith(await connect(connectUdpBurst))
    // All that is asked now waits in the kernel, for certain, when the server comes to read the signal.
    server.veild.signal('SIGSTOP')
    await waitUntil(
      () => threadsOf(server).every((thread) => statOf(server, thread) === 'T'),
      'all threads stand still',
    )
    // The kernel connects those who come now, too: nobody has accepted them yet.
    for (let late = 0; late < LATE_CLIENTS; late++) clients.push(await connect(connectTcpBurst))
    const asked = clients.map((client) => client.exchange(Array(QUESTIONS).fill(TXT), SOA))
    server.veild.signal('SIGTERM')
    server.veild.signal('SIGCONT')
    const end = server.veild.ended()
    const answers = await Promise.all(asked)
    for (const { answers: inFlight, last } of answers) {
      expect(inFlight.map((answer) => answer && readMessage(answer)?.answer.length)).toEqual(Array(QUESTIONS).fill(1))
      expect(readMessage(last)!.answer).toHaveLength(1)
    }
    const { code, milliseconds } = await end
    expect(code).toBe(0)
    expect(milliseconds).toBeLessThan(2000)
    expect(flood.end()).toBeGreaterThan(100)
    expect(complaintsOf(server.veild)).toEqual([])
    expect(server.veild.log().at(-1)).toMatchObject({ msg: 'stopped' })
    for (const client of clients) client.close()
  })

  test('in the midst of a reload', async () => {
    const server = await startTwoViews(zoneOf(1))
    for (let version = 2; version < 12; version++) {
      server.write(zoneOf(version))
      server.veild.signal('SIGHUP')
    }
    server.veild.signal('SIGTERM')
    const { code, milliseconds } = await server.veild.ended()
    expect(code).toBe(0)
    expect(milliseconds).toBeLessThan(2000)
    expect(complaintsOf(server.veild)).toEqual([])
  })
})

describe('SIGHUP with a broken zone file', () => {
  test('keeps the old zone, says where the error is, and takes the others over', async () => {
    const other = { base: '$TTL 60\n@ SOA ns1.example.com. host 1 1 1 1 1\n@ NS ns1.example.com.\n@ TXT v1\n' }
    const server = await startTwoViews({ ...zoneOf(1), 'example.net': other })
    const texts = async () => [await textOf(server, 'example.com.'), await textOf(server, 'example.net.')]
    server.write({ ...zoneOf(2), 'example.net': { base: other.base.replace('v1', 'v2') } })
    const file = join(server.folder, 'zones', 'example.com.zone')
    appendFileSync(file, 'www A 192.0.2.1\n\nmail  A  192.0.2.256\n')
    server.veild.signal('SIGHUP')
    await server.veild.logged('reloaded, except for zones with errors')
    expect(await texts()).toEqual(['"v1"', '"v2"'])
    const complaints = complaintsOf(server.veild).filter(({ problem }) => problem !== undefined)
    expect(complaints).toEqual([expect.objectContaining({ level: 'error', zone: 'example.com.' })])
    const found = `${file}:7:10: found "192.0.2.256"; expected an IPv4 address`
    expect(String(complaints[0]!.msg).slice(0, found.length)).toBe(found)
    server.write(zoneOf(3))
    server.veild.signal('SIGHUP')
    await server.veild.logged('reloaded')
    expect(await texts()).toEqual(['"v3"', '"v2"'])
  })
})

describe.runIf(canBecomeNobody())('a server that root has started with an account', () => {
  it('has no power left in any thread, nor in those that replace the dead, and reloads all the same', async () => {
    const server = await startTwoViews(zoneOf(1), `user: nobody\n${NO_LIMITER}`, PLANTING)
    expectNoPower(server)
    expectOwned(join(server.folder, 'state'))
    const clients = await clientPerWorker(server)
    clients[0]!.plant()
    await waitUntil(async () => (await deathsOf(server)).udp[0] === 1, 'the death')
    server.write(zoneOf(2))
    expect((await server.mustReload()).changed).toEqual(['example.com.'])
    expect([await clients[0]!.ask(), await clients[1]!.ask()]).toEqual([2, 2])
    expectNoPower(server)
    server.write(zoneOf(3))
    server.veild.signal('SIGHUP')
    await waitUntil(async () => (await server.status()).epoch === 3, 'the reload by signal')
    expect(await clients[1]!.ask()).toBe(3)
    expectOwned(join(server.folder, 'state'))
    for (const client of clients) client.close()
  })
})

test.runIf(process.getuid?.() === 0)('a veild that its account may not read says so', () => {
  const closed = mkdtempSync(join(tmpdir(), 'veil-closed-'))
  const root = join(dirname(VEILD), '../..')
  cpSync(join(root, 'dist'), join(closed, 'dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(closed, 'package.json'))
  symlinkSync(realpathSync(join(root, 'node_modules')), join(closed, 'node_modules'))
  const program = join(closed, 'dist/server/veild.js')
  const args = ['--listen', '127.0.0.1@0', '--zone', 'a=b', '--state', join(closed, 'state'), '--user', 'nobody']
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', timeout: 20_000 })
  rmSync(closed, { recursive: true })
  expect(stderr).toContain('the account "nobody" cannot read veild itself')
  expect(status).toBe(1)
})

/** Asks without a pause; the last questions may go unanswered. `end` tells how many were answered. */
async function floodWith(client: BurstClient): Promise<{ end(): number }> {
  let ended = false
  let answered = 0
  const ask = async () => {
    while (!ended) {
      await client.exchange([TXT], SOA)
      answered++
    }
  }
  void ask().catch(() => undefined)
  await waitUntil(() => answered > 100, 'the flood')
  return {
    end: () => {
      ended = true
      client.close()
      return answered
    },
  }
}

async function textOf({ port }: TwoViews, name: string): Promise<string | undefined> {
  return answersOf(await askFrom(STRANGER, port, name, 'TXT'))[0]
}

function threadsOf({ veild }: TwoViews): string[] {
  return readdirSync(`/proc/${veild.pid}/task`)
}

/** The thread's state: proc(5), field 3. */
function statOf({ veild }: TwoViews, thread: string): string | undefined {
  return statFields(Number(thread))?.[0] ?? `gone from ${veild.pid}`
}

/** Identity and capabilities of every thread: proc(5), `status`. */
function expectNoPower(server: TwoViews): void {
  const { uid, gid } = nobody()
  const threads = threadsOf(server)
  const unprivileged = []
  for (const thread of threads) {
    const status = readFileSync(`/proc/${server.veild.pid}/task/${thread}/status`, 'utf8')
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)![1]!.trim()
    expect(field('Uid')).toBe(Array(4).fill(uid).join('\t'))
    expect(field('Gid')).toBe(Array(4).fill(gid).join('\t'))
    expect(field('Groups').split(' ')).not.toContain('0')
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) expect(field(set), set).toMatch(/^0+$/)
    if (field('NoNewPrivs') === '1') unprivileged.push(thread)
  }
  // The main thread and all that it has started since; those of the engine itself run no JavaScript.
  expect(unprivileged).toContain(`${server.veild.pid}`)
  expect(unprivileged.length).toBeGreaterThanOrEqual(1 + WORKERS)
}

/** The folder and all in it belong to that account, and to nobody else. */
function expectOwned(path: string): void {
  const { uid, mode } = lstatSync(path)
  expect(uid, path).toBe(nobody().uid)
  expect(mode & 0o077, path).toBe(0)
  if (lstatSync(path).isDirectory()) for (const entry of readdirSync(path)) expectOwned(join(path, entry))
}

function nobody(): { uid: number; gid: number } {
  const fields = /^nobody:[^:]*:(\d+):(\d+)/m.exec(readFileSync('/etc/passwd', 'utf8'))!
  return { uid: Number(fields[1]), gid: Number(fields[2]) }
}

import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sendCommand } from '../../server/control/client.ts'
import { MAX_REQUEST_OCTETS, type ReloadReport } from '../../server/control/protocol.ts'
import {
  CommandError,
  type ControlHandlers,
  type ControlLimits,
  type ControlServer,
  serveControl,
} from '../../server/control/server.ts'

const RELOADED: ReloadReport = {
  outcome: 'reloaded',
  at: '2026-11-21T00:00:00.000Z',
  milliseconds: 1,
  epoch: 2,
  changed: [],
  failed: [],
  problems: [],
  needRestart: [],
  settings: [],
  notes: [],
}

let folder: string
let path: string
let server: ControlServer | undefined
let failures: unknown[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veil-control-'))
  path = join(folder, 'control.sock')
  failures = []
})

afterEach(async () => {
  await server?.close()
  server = undefined
  rmSync(folder, { recursive: true })
})

async function serve(handlers: Partial<ControlHandlers>, limits?: ControlLimits): Promise<void> {
  const nothing = (): never => {
    throw new Error('not expected')
  }
  // Commands that no test here sends are left out.
  const all = {
    status: nothing,
    zones: () => [],
    views: nothing,
    keys: nothing,
    'key-backed-up': nothing,
    'view-test': nothing,
    images: nothing,
    overlook: nothing,
    ask: nothing,
    bans: nothing,
    incidents: nothing,
    incident: nothing,
    top: nothing,
    'ban-add': nothing,
    'ban-remove': nothing,
    'ban-explain': nothing,
    'bundle-request': nothing,
    'bundle-import': nothing,
    'bundle-take-offline': nothing,
    lock: nothing,
    unlock: nothing,
    'slot-add': nothing,
    'slot-remove': nothing,
    'zone-unsealed': nothing,
    reload: () => RELOADED,
    stop: () => ({ pid: 1 }),
    ...handlers,
  } as ControlHandlers
  server = await serveControl(path, all, (error) => failures.push(error), limits)
}

/** Everything the server says until it ends the connection. */
function exchange(octets: string, client: Socket = connect(path)): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    client.on('data', (chunk) => {
      received += chunk
    })
    client.on('close', () => resolve(received))
    client.on('error', reject)
    client.write(octets)
  })
}

test('a command is answered', async () => {
  await serve({})
  expect(await sendCommand(path, 'reload', {})).toEqual({ ok: true, result: RELOADED })
  expect(failures).toEqual([])
})

test('the socket is for its owner alone from the first moment', async () => {
  const umask = process.umask(0o077)
  await serve({})
  process.umask(umask)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a refusal carries its code and hint, a bug is reported and told', async () => {
  await serve({
    zones: () => {
      throw new CommandError('refused', 'not today', 'tomorrow')
    },
    views: () => {
      throw new Error('a bug')
    },
  })
  expect(await sendCommand(path, 'zones', {})).toEqual({
    ok: false,
    error: { code: 'refused', message: 'not today', hint: 'tomorrow' },
  })
  expect(await sendCommand(path, 'views', {})).toMatchObject({ ok: false, error: { code: 'failed', message: 'a bug' } })
  expect(failures).toEqual([new Error('a bug')])
})

test('requests of one connection are answered in order, one at a time', async () => {
  let running = 0
  let most = 0
  await serve({
    reload: async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      return RELOADED
    },
  })
  const client = connect(path)
  const replies = exchange('{"command":"reload"}\n{"command":"zones","arguments":{}}\n{"command":"reload"}\n', client)
  client.end()
  const results = (await replies).trim().split('\n')
  expect(results.map((line) => Array.isArray(JSON.parse(line).result))).toEqual([false, true, false])
  expect(most).toBe(1)
})

test('several clients are served while one waits', async () => {
  let finish = (): void => {}
  await serve({
    reload: () =>
      new Promise((resolve) => {
        finish = () => resolve(RELOADED)
      }),
  })
  const waiting = sendCommand(path, 'reload', {})
  const others = await Promise.all(Array.from({ length: 8 }, () => sendCommand(path, 'zones', {})))
  expect(others.every((reply) => reply.ok)).toBe(true)
  finish()
  expect(await waiting).toMatchObject({ ok: true })
})

test.each([
  ['garbage', 'hello\n'],
  ['no command', '{}\n'],
  ['a list', '[1]\n'],
  ['arguments that are none', '{"command":"zones","arguments":[1]}\n'],
  ['octets that are no text', '\u0000\u00ff\n'],
])('%s is refused, and the connection goes on', async (_title, garbage) => {
  await serve({})
  const client = connect(path)
  const replies = exchange(`${garbage}{"command":"zones"}\n`, client)
  client.end()
  const [first, second] = (await replies).trim().split('\n')
  expect(JSON.parse(first!)).toMatchObject({ ok: false, error: { code: 'bad-request' } })
  expect(JSON.parse(second!)).toEqual({ ok: true, result: [] })
})

test.each(['frob', 'constructor', 'toString', '__proto__'])('the command "%s" is unknown', async (command) => {
  await serve({})
  const client = connect(path)
  const replies = exchange(`${JSON.stringify({ command })}\n`, client)
  client.end()
  expect(JSON.parse(await replies)).toMatchObject({ ok: false, error: { code: 'unknown-command' } })
})

test('a request without end is cut off', async () => {
  await serve({})
  const reply = await exchange('x'.repeat(MAX_REQUEST_OCTETS + 1))
  expect(JSON.parse(reply)).toMatchObject({ ok: false, error: { code: 'bad-request' } })
})

test('who says nothing is sent away', async () => {
  await serve({}, { connections: 2, idleMilliseconds: 30 })
  expect(await exchange('{"command":')).toBe('')
})

test('more clients than allowed are turned away, and told so', async () => {
  await serve({}, { connections: 1, idleMilliseconds: 5000 })
  const first = connect(path)
  await new Promise((resolve) => first.once('connect', resolve))
  first.write('{"command":"zones"}\n')
  await new Promise((resolve) => first.once('data', resolve))
  expect(await sendCommand(path, 'zones', {})).toMatchObject({ ok: false, error: { code: 'broken' } })
  first.destroy()
})

test('closing lets a reply finish and removes the socket', async () => {
  await serve({})
  const reply = await sendCommand(path, 'stop', {})
  await server!.close()
  server = undefined
  expect(reply).toEqual({ ok: true, result: { pid: 1 } })
  expect(() => statSync(path)).toThrow('ENOENT')
})

test('the client says when nobody is there, or nobody answers', async () => {
  expect(await sendCommand(path, 'status', {})).toMatchObject({ ok: false, error: { code: 'unreachable' } })
  const silent = createServer(() => {}).listen(path)
  await new Promise((resolve) => silent.once('listening', resolve))
  expect(await sendCommand(path, 'status', {}, 30)).toMatchObject({ ok: false, error: { code: 'timeout' } })
  silent.close()
  const rude = createServer((socket) => socket.end('no JSON\n')).listen(path)
  await new Promise((resolve) => rude.once('listening', resolve))
  expect(await sendCommand(path, 'status', {})).toMatchObject({ ok: false, error: { code: 'broken' } })
  rude.close()
})

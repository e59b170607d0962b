import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sendCommand } from '../../server/control/client.ts'
import { canBecomeNobody } from '../helpers/veild.ts'
import { answersOf, askFrom, endAll, portOf, runVeild, type VeildProcess } from '../helpers/veild-process.ts'

const DEMO = fileURLToPath(new URL('../../demo', import.meta.url))

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veil-life-'))
})

afterEach(async () => {
  await endAll()
  rmSync(folder, { recursive: true, force: true })
})

/** The demonstration in a folder of its own, on a port of the system's choice. */
function copyDemo(change: (configuration: string) => string = (text) => text): string {
  for (const file of ['example.com.zone', 'example.com.internal.zone']) cpSync(join(DEMO, file), join(folder, file))
  const path = join(folder, 'veil.yaml')
  const text = readFileSync(join(DEMO, 'veil.yaml'), 'utf8').replace(/^listen:.*$/m, 'listen: ["127.0.0.1@0"]')
  writeFileSync(path, `${change(text)}\nworkers: 1\n`)
  return path
}

function writeZone(name: string, body: string): string {
  const path = join(folder, name)
  writeFileSync(path, `$TTL 60\n@ SOA ns.example. host.example. 1 1 1 1 1\n@ NS ns.example.\n${body}\n`)
  return path
}

async function startDemo(): Promise<{ veild: VeildProcess; port: number; ready: Record<string, unknown> }> {
  const veild = runVeild(['--config', copyDemo()])
  const ready = await veild.logged('ready')
  return { veild, port: portOf(ready), ready }
}

const control = () => join(folder, 'state', 'control.sock')

describe('a server that starts', () => {
  test('serves two views over the demonstration and ends by SIGTERM', async () => {
    const { veild, port, ready } = await startDemo()
    expect(ready).toMatchObject({ level: 'info', zones: 1, views: 2, workers: 1, listen: [`127.0.0.1@${port}`] })
    expect(answersOf(await askFrom('127.0.0.1', port, 'git.example.com.', 'A'))).toEqual(['192.0.2.81'])
    expect(answersOf(await askFrom('127.0.0.2', port, 'git.example.com.', 'A'))).toEqual(['10.0.4.3'])
    expect((await askFrom('127.0.0.1', port, 'db.staging.example.com.', 'A')).rcode).toBe(3)
    expect((await askFrom('127.0.0.1', port, 'staging.example.com.', 'A')).rcode).toBe(3)
    expect(answersOf(await askFrom('127.0.0.2', port, 'db.staging.example.com.', 'A'))).toEqual(['10.0.8.2'])
    veild.signal('SIGTERM')
    const { code, milliseconds } = await veild.ended()
    expect(code).toBe(0)
    expect(milliseconds).toBeLessThan(2000)
    expect(existsSync(control())).toBe(false)
    expect(veild.log().map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['starting', 'ready', 'stopping', 'stopped']),
    )
    expect(veild.log().filter(({ msg }) => msg === 'ready')).toHaveLength(1)
    expect(veild.stderr()).toBe('')
  })

  test('keeps state for its account alone', async () => {
    await startDemo()
    const mode = (path: string) => statSync(join(folder, 'state', path)).mode & 0o777
    expect([mode('.'), mode('secret'), mode('control.sock'), mode('store/data.mdb')]).toEqual([
      0o700, 0o600, 0o600, 0o600,
    ])
  })

  test('never says its secret, nor logs a query', async () => {
    const { veild, port } = await startDemo()
    const before = veild.log().length
    await askFrom('127.0.0.1', port, 'www.example.com.', 'A')
    await sendCommand(control(), 'status', {})
    expect(veild.log()).toHaveLength(before)
    const secret = readFileSync(join(folder, 'state', 'secret'))
    const said = JSON.stringify(veild.log())
    for (const form of ['hex', 'base64', 'latin1'] as const) expect(said).not.toContain(secret.toString(form))
  })

  test('needs no configuration file', async () => {
    writeZone('example.zone', 'www A 192.0.2.1')
    writeZone('root.zone', 'ns.example A 192.0.2.2')
    const extra = writeZone('other', 'x A 192.0.2.3')
    const flags = ['--listen', '127.0.0.1@0', '--zones', folder, '--zone', `Other.test=${extra}`, '--workers', '1']
    const veild = runVeild([...flags, '--state', join(folder, 'state'), '--no-dnssec', '--no-rate-limit'])
    const ready = await veild.logged('ready')
    expect(ready).toMatchObject({ zones: 3, views: 1 })
    const port = portOf(ready)
    expect(answersOf(await askFrom('127.0.0.1', port, 'www.example.', 'A'))).toEqual(['192.0.2.1'])
    expect(answersOf(await askFrom('127.0.0.1', port, 'ns.example.', 'NS'))).toEqual([])
    expect(answersOf(await askFrom('127.0.0.1', port, 'x.other.test.', 'A'))).toEqual(['192.0.2.3'])
  })

  test('serves the good zones when another is bad, and says what is wrong with that', async () => {
    const good = writeZone('good', 'www A 192.0.2.1')
    const bad = writeZone('bad', 'www A 192.0.2.300')
    const zones = ['--zone', `good.test=${good}`, '--zone', `bad.test=${bad}`]
    const veild = runVeild([...zones, '--listen', '127.0.0.1@0', '--state', join(folder, 'state'), '--workers', '1'])
    const ready = await veild.logged('ready')
    expect(ready).toMatchObject({ zones: 1, zonesFailed: 1 })
    const problem = veild.log().find(({ msg }) => String(msg).startsWith(`${bad}:4:7: `))
    expect(problem).toMatchObject({ level: 'error', zone: 'bad.test.', problem: { line: 4, column: 7 } })
    expect((await askFrom('127.0.0.1', portOf(ready), 'www.bad.test.', 'A')).rcode).toBe(5)
    expect(answersOf(await askFrom('127.0.0.1', portOf(ready), 'www.good.test.', 'A'))).toEqual(['192.0.2.1'])
  })

  test.runIf(canBecomeNobody())('becomes the account it is told to, for good', async () => {
    chmodSync(folder, 0o755)
    const path = copyDemo((text) => `${text}\nuser: nobody\n`)
    const veild = runVeild(['--config', path])
    await veild.logged('ready')
    const status = readFileSync(`/proc/${veild.pid}/status`, 'utf8')
    const nobody = Number(/^nobody:[^:]*:(\d+)/m.exec(readFileSync('/etc/passwd', 'utf8'))![1])
    expect(/^Uid:\s+(.*)$/m.exec(status)![1]!.split('\t').map(Number)).toEqual([nobody, nobody, nobody, nobody])
    expect(/^CapEff:\s+(.*)$/m.exec(status)![1]).toMatch(/^0+$/)
    expect(statSync(join(folder, 'state')).uid).toBe(nobody)
    expect(statSync(control()).uid).toBe(nobody)
  })
})

describe('a server that cannot start says why, not in JSON:', () => {
  test.each([
    [2, [], 'no address to listen at'],
    [2, ['--listen', '127.0.0.1@0'], 'no zone to serve'],
    [2, ['--listen', 'localhost', '--zone', 'a=b'], 'not an IP address'],
    [2, ['--listen', '::1@0', '--zone', 'a'], 'a zone and its master file'],
    [2, ['--frob'], '--frob'],
    [2, ['--workers', '0'], 'from 1 to 256'],
    [2, ['--config', '/nowhere/veil.yaml'], 'found no file'],
    [2, ['--config', 'veil.yaml', '--zone', 'a=b'], '--config names the zones'],
  ])('exit code %d for %j', async (code, args, words) => {
    const veild = runVeild([...args, '--state', join(folder, 'state')])
    expect((await veild.ended()).code).toBe(code)
    expect(veild.stderr()).toContain(words)
    expect(veild.stderr()).not.toContain('{"')
    expect(veild.log()).toEqual([])
  })

  test('a configuration with errors, each with its line', async () => {
    const veild = runVeild(['--config', copyDemo((text) => text.replace('overlays:', 'overlay:'))])
    expect((await veild.ended()).code).toBe(2)
    expect(veild.stderr()).toMatch(/veil\.yaml:16:5: found the unknown key "overlay".*Did you mean "overlays"\?/)
    expect(veild.stderr()).toContain('    16 |     overlay: {')
  })

  test('no zone that loads', async () => {
    const bad = writeZone('bad', 'www A 192.0.2.300')
    const veild = runVeild(['--listen', '127.0.0.1@0', '--zone', `bad.test=${bad}`, '--state', join(folder, 'state')])
    expect((await veild.ended()).code).toBe(1)
    expect(veild.stderr()).toContain(`${bad}:4:7: `)
  })

  test('a port that is taken', async () => {
    const { port } = await startDemo()
    const zone = writeZone('a', '')
    const args = ['--listen', `127.0.0.1@${port}`, '--zone', `a=${zone}`, '--state', join(folder, 'other')]
    const veild = runVeild(args)
    expect((await veild.ended()).code).toBe(1)
    expect(veild.stderr()).toContain(`127.0.0.1@${port}`)
  })

  test('a state folder in use, also while the first only starts', async () => {
    await startDemo()
    const second = runVeild(['--config', join(folder, 'veil.yaml')])
    expect((await second.ended()).code).toBe(1)
    expect(second.stderr()).toContain('another veild')
    const both = [0, 1].map(() => runVeild(['--config', join(folder, 'veil.yaml'), '--state', join(folder, 'twice')]))
    const ended = await Promise.race(both.map(async (veild) => ({ veild, ...(await veild.ended()) })))
    expect(ended.code).toBe(1)
    expect(ended.veild.stderr()).toContain('another veild')
    await both.find((veild) => veild !== ended.veild)!.logged('ready')
  })

  test('a state folder of another account', async () => {
    const zone = writeZone('a', '')
    const args = ['--listen', '127.0.0.1@0', '--zone', `a=${zone}`, '--state', '/dev/null/veil']
    const veild = runVeild(args)
    expect((await veild.ended()).code).toBe(1)
    expect(veild.stderr()).toContain('the state folder /dev/null/veil cannot be used')
  })
})

test('--help and --version', async () => {
  const help = runVeild(['--help'])
  expect((await help.ended()).code).toBe(0)
  expect(help.stdout()).toMatch(/^Usage: veild[\s\S]*--zones[\s\S]*Examples:[\s\S]*SIGHUP/)
  const version = runVeild(['--version'])
  expect((await version.ended()).code).toBe(0)
  expect(version.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('a server that was killed leaves nothing in the way of the next', async () => {
  const { veild } = await startDemo()
  veild.signal('SIGKILL')
  await veild.ended()
  expect(existsSync(control())).toBe(true)
  const next = runVeild(['--config', join(folder, 'veil.yaml')])
  await next.logged('ready')
  expect(await sendCommand(control(), 'status', {})).toMatchObject({ ok: true, result: { pid: next.pid } })
})

test('the control channel knows the state of things', async () => {
  const { veild, port } = await startDemo()
  await askFrom('127.0.0.2', port, 'nothing.example.com.', 'A')
  const status = await sendCommand(control(), 'status', {})
  expect(status).toMatchObject({
    ok: true,
    result: {
      pid: veild.pid,
      epoch: 1,
      acknowledgedEpoch: 1,
      zones: { served: 1, failed: [] },
      queries: { received: 1, verdicts: { absent: 1 }, rcodes: { NXDOMAIN: 1 } },
    },
  })
  expect(await sendCommand(control(), 'views', {})).toMatchObject({
    result: [
      { view: 'internal', clients: ['127.0.0.2/32'], zones: 1 },
      { view: 'public', zones: 1 },
    ],
  })
  expect(await sendCommand(control(), 'zones', {})).toMatchObject({
    result: [{ zone: 'example.com.', views: [{ view: 'internal', serial: 2026112101 }, { view: 'public' }] }],
  })
  const question = { name: 'git.example.com', type: 'A', from: '127.0.0.2' }
  expect(await sendCommand(control(), 'view-test', question)).toMatchObject({
    ok: true,
    result: { rule: { name: 'internal' }, answer: { rcode: 'NOERROR', records: [{ rdata: '10.0.4.3' }] } },
  })
  for (const wrong of [{ name: '..' }, { type: 'FROB' }, { from: 'here' }, { at: '192.0.2.1@53' }]) {
    expect(await sendCommand(control(), 'view-test', { ...question, ...wrong })).toMatchObject({ ok: false })
  }
  expect(await sendCommand(control(), 'stop', {})).toEqual({ ok: true, result: { pid: veild.pid } })
  expect((await veild.ended()).code).toBe(0)
})

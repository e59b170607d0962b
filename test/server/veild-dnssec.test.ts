import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { buildQuery, type Message, readMessage } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { sendCommand } from '../../server/control/client.ts'
import type { ReloadReport, ZoneKeys } from '../../server/control/protocol.ts'
import { openStore } from '../../server/state/store.ts'
import { runDnsctl } from '../dnsctl/run.ts'
import { connectUdp } from '../helpers/udp-client.ts'
import { endAll, portOf, runVeild, type VeildProcess } from '../helpers/veild-process.ts'

/** A zone whose keys are everywhere within seconds. */
const QUICK_ZONE = '$TTL 1\n@ SOA ns1 hostmaster 7 3600 600 86400 1\n@ NS ns1\nns1 A 192.0.2.1\n'
const QUICK = '{ max-ttl: 1s, parent: { check: false }, keys: { standby: [], publish-safety: 0s, retire-safety: 0s } }'

const SOA = '$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 86400 300\n@ NS ns1\nns1 A 192.0.2.1\n'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veil-dnssec-'))
})

afterEach(async () => {
  await endAll()
  rmSync(folder, { recursive: true, force: true })
})

const state = () => join(folder, 'state')
const writeZone = (name: string, text: string) => writeFileSync(join(folder, `${name}.zone`), SOA + text)

/** Zones are those of the folder, unless a configuration is written. */
async function start(...flags: string[]): Promise<{ veild: VeildProcess; port: number }> {
  const plain = ['--listen', '127.0.0.1@0', '--workers', '1', '--state', state(), '--no-rate-limit']
  const veild = runVeild([...plain, ...flags])
  return { veild, port: portOf(await veild.logged('ready')) }
}

const startFolder = (...flags: string[]) => start('--zones', folder, ...flags)

function configure(text: string): void {
  writeFileSync(join(folder, 'veil.yaml'), `listen: ["127.0.0.1@53"]\n${text}`)
}

const startConfigured = () => start('--config', join(folder, 'veil.yaml'))

async function stop(veild: VeildProcess): Promise<void> {
  veild.signal('SIGTERM')
  expect((await veild.ended()).code).toBe(0)
}

async function command<Name extends 'reload' | 'keys' | 'status' | 'zones'>(name: Name) {
  const reply = await sendCommand(join(state(), 'control.sock'), name, {})
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.result
}

const reload = () => command('reload') as Promise<ReloadReport>
const keys = () => command('keys') as Promise<readonly ZoneKeys[]>

/** With DO. */
async function ask(port: number, name: string, type: number, from = '127.0.0.1'): Promise<Message> {
  const socket = await connectUdp({ port, from })
  const answer = await socket.ask(buildQuery({ id: 1, name: nameFromText(name), type, edns: { do: true } }))
  socket.close()
  const message = answer && readMessage(answer)
  if (message === undefined) throw new Error(`no answer about ${name}`)
  return message
}

const textsOf = (message: Message, type: number) =>
  message.answer.filter((record) => record.type === type).map(({ rdata }) => rdataToText(type, rdata))

const dnskeys = async (port: number, zone: string) => textsOf(await ask(port, zone, Type.DNSKEY), Type.DNSKEY).sort()
const typesOfAnswer = async (port: number, name: string, type: number) => typesOf(await ask(port, name, type))
const typesOf = (message: Message) => message.answer.map(({ type }) => type)

describe('a zone of which nothing is said', () => {
  test('is signed, with keys that outlive the process', async () => {
    writeZone('a.test', 'www A 192.0.2.2')
    const first = await startFolder()
    const made = first.veild.log().find(({ msg }) => String(msg).startsWith('made keys for a.test.'))
    expect(made).toMatchObject({ level: 'info', zone: 'a.test.' })
    expect(statSync(join(state(), 'key')).mode & 0o777).toBe(0o600)
    const before = await dnskeys(first.port, 'a.test.')
    expect(before.map((text) => text.slice(0, 8))).toEqual(['256 3 13', '256 3 13', '257 3 13'])
    expect(typesOf(await ask(first.port, 'www.a.test.', Type.A))).toEqual([Type.A, Type.RRSIG])
    await stop(first.veild)
    const second = await startFolder()
    expect(await dnskeys(second.port, 'a.test.')).toEqual(before)
    expect(second.veild.log().some(({ msg }) => String(msg).startsWith('made keys'))).toBe(false)
  })

  test('gets new keys where the store was given up, and the log says what that means', async () => {
    writeZone('a.test', '')
    const first = await startFolder()
    const saysLost = ({ level, msg }: { level?: unknown; msg?: unknown }) =>
      level === 'warn' && String(msg).includes('restore the whole state folder')
    expect(first.veild.log().some(saysLost)).toBe(false)
    await stop(first.veild)
    rmSync(join(state(), 'store'), { recursive: true })
    // Without this the operator would not have said that the keys are given up: damaged-store.test.ts.
    rmSync(join(state(), 'store-mark'))
    const second = await startFolder()
    expect(second.veild.log().filter(saysLost)).toHaveLength(1)
  })

  test('is served with the DNSKEY, CDS and CDNSKEY that the operator is told to give to the registrar', async () => {
    writeZone('a.test', '')
    const { port } = await startFolder()
    const told = (await keys())[0]!
    expect(told).toMatchObject({ zone: 'a.test.', signed: true })
    const [ksk, zsk, standby] = told.keys
    const behind = (text: string, type: string) => text.slice(`a.test. IN ${type} `.length)
    expect(await dnskeys(port, 'a.test.')).toEqual(
      [zsk!, standby!, ksk!].map(({ dnskey }) => behind(dnskey, 'DNSKEY')).sort(),
    )
    expect(textsOf(await ask(port, 'a.test.', Type.CDS), Type.CDS)).toContain(behind(ksk!.ds[0]!.text, 'DS'))
    expect(textsOf(await ask(port, 'a.test.', Type.CDNSKEY), Type.CDNSKEY)).toEqual([behind(ksk!.dnskey, 'DNSKEY')])
    expect(zsk!.ds).toEqual([])
  })

  test('has CDS only when no cache has unsigned answers any more, where it was served unsigned before', async () => {
    writeFileSync(join(folder, 'a.test.zone'), QUICK_ZONE)
    const say = (dnssec: string) => configure(`zones: { a.test: { file: a.test.zone, dnssec: ${dnssec} } }\n`)
    say('off')
    const { veild } = await startConfigured()
    await stop(veild)
    say(QUICK)
    const { port } = await startConfigured()
    expect(textsOf(await ask(port, 'a.test.', Type.CDS), Type.CDS)).toEqual([])
    await expect.poll(() => typesOfAnswer(port, 'a.test.', Type.CDS), { timeout: 20_000 }).toContain(Type.CDS)
  })

  test('says what is odd about the clock, in the log and in status', async () => {
    writeZone('a.test', '')
    const first = await startFolder()
    expect(await command('status')).toMatchObject({ dnssec: { alarms: [] } })
    await stop(first.veild)
    const store = openStore(state())
    const ahead = Date.now() + 7 * 86_400_000
    await store.clock.note({ believed: ahead, reading: { wall: ahead, sinceBoot: 0, boot: 'another' }, isHeld: false })
    await store.close()
    const second = await startFolder()
    const said = 'behind what it showed when veild last ran'
    expect(second.veild.log().filter(({ level, msg }) => level === 'warn' && String(msg).includes(said))).toHaveLength(
      1,
    )
    expect(await command('status')).toMatchObject({ dnssec: { alarms: [expect.stringContaining(said)] } })
    const shown = await runDnsctl(folder, ['status', '--state', state()])
    expect(shown.stdout.replace(/\s+/g, ' ')).toContain(said)
  })

  test('is unsigned with --no-dnssec, and no key is made', async () => {
    writeZone('a.test', 'www A 192.0.2.2')
    const { port } = await startFolder('--no-dnssec')
    expect(typesOf(await ask(port, 'www.a.test.', Type.A))).toEqual([Type.A])
    expect(await dnskeys(port, 'a.test.')).toEqual([])
    expect(existsSync(join(state(), 'key'))).toBe(false)
    expect(await keys()).toEqual([])
    expect(await command('zones')).toMatchObject([{ zone: 'a.test.', dnssec: 'off' }])
  })
})

describe('a reload', () => {
  test('gives a new zone keys and keeps those of the others', async () => {
    writeZone('a.test', '')
    const { port } = await startFolder()
    const before = await dnskeys(port, 'a.test.')
    expect(await reload()).toMatchObject({ outcome: 'unchanged', epoch: 1, notes: [] })
    writeZone('b.test', '')
    const notes = [{ isRisky: false, text: expect.stringContaining('Signed now: b.test. `dnsctl key ds`') }]
    expect(await reload()).toMatchObject({ outcome: 'reloaded', changed: ['b.test.'], notes })
    expect(await dnskeys(port, 'a.test.')).toEqual(before)
    expect(await dnskeys(port, 'b.test.')).toHaveLength(3)
    expect((await keys()).map(({ zone, signed }) => [zone, signed])).toEqual([
      ['a.test.', true],
      ['b.test.', true],
    ])
  })

  test('changes how a zone is signed, and no longer signs where that is asked for; keys stay', async () => {
    writeZone('a.test', '')
    const say = (dnssec: string) => configure(`zones: { a.test: { file: a.test.zone, dnssec: ${dnssec} } }\n`)
    say('{}')
    const { port } = await startConfigured()
    const before = await dnskeys(port, 'a.test.')
    const nsecTypes = async () => (await ask(port, 'x.a.test.', Type.A)).authority.map(({ type }) => type)
    expect(await nsecTypes()).toContain(Type.NSEC)
    say('{ denial: nsec3-white-lies }')
    expect(await reload()).toMatchObject({ outcome: 'reloaded', changed: ['a.test.'] })
    expect(await nsecTypes()).toContain(Type.NSEC3)
    expect(await command('zones')).toMatchObject([{ signing: { denial: 'nsec3-white-lies', algorithms: [13] } }])
    say('off')
    expect(await reload()).toMatchObject({ outcome: 'reloaded' })
    expect(await nsecTypes()).toEqual([Type.SOA])
    expect(await keys()).toMatchObject([{ zone: 'a.test.', signed: false }])
    say('{}')
    await reload()
    expect(await dnskeys(port, 'a.test.')).toEqual(before)
  })

  test('adds the keys of another algorithm', async () => {
    writeZone('a.test', 'www A 192.0.2.2')
    const say = (algorithm: string) =>
      configure(`zones: { a.test: { file: a.test.zone, dnssec: { algorithm: ${algorithm} } } }\n`)
    say('13')
    const { port } = await startConfigured()
    const before = await dnskeys(port, 'a.test.')
    say('[13, 15]')
    await reload()
    await expect
      .poll(() => typesOfAnswer(port, 'www.a.test.', Type.A), { timeout: 20_000 })
      .toEqual([Type.A, Type.RRSIG, Type.RRSIG])
    // The parent may have a DS: keys follow when all caches have their signatures (RFC 6781 §4.1.4).
    expect(await dnskeys(port, 'a.test.')).toEqual(before)
    expect(await command('status')).toMatchObject({ dnssec: { signed: 1, off: 0, algorithms: [13, 15] } })
  })

  test('keeps a zone as it was, signed as it was, when a TTL is too long for its signatures', async () => {
    writeZone('a.test', 'www 172800 A 192.0.2.2')
    const say = (dnssec: string) => configure(`zones: { a.test: { file: a.test.zone, dnssec: ${dnssec} } }\n`)
    say('{ denial: white-lies }')
    const { port } = await startConfigured()
    say('{ denial: compact, validity: 2d }')
    const report = await reload()
    expect(report).toMatchObject({ outcome: 'incomplete', failed: [{ zone: 'a.test.', kept: true }] })
    expect(report.failed[0]!.problems).toMatchObject([
      { line: 5, found: 'a TTL of 172800 seconds in a zone that is signed' },
    ])
    expect(await command('zones')).toMatchObject([{ signing: { denial: 'white-lies' } }])
    expect((await ask(port, 'x.a.test.', Type.A)).rcode).toBe(3)
    expect(typesOf(await ask(port, 'www.a.test.', Type.A))).toEqual([Type.A, Type.RRSIG])
  })
})

describe('a zone that brings its signatures', () => {
  /** Serves a.test, and writes it with signatures of its own to `a.test.zone`; its DNSKEY records. */
  async function presign(): Promise<string[]> {
    writeZone('a.test', 'www A 192.0.2.2')
    configure('zones: { a.test: { file: a.test.zone } }\n')
    const { veild, port } = await startConfigured()
    const own = await dnskeys(port, 'a.test.')
    await stop(veild)
    const exported = join(folder, 'exported')
    const argv = ['zone', 'export', 'a.test', '--signed', '--config', join(folder, 'veil.yaml'), '--state', state()]
    expect(await runDnsctl(folder, [...argv, '--output', exported])).toMatchObject({ exitCode: 0 })
    renameSync(exported, join(folder, 'a.test.zone'))
    rmSync(state(), { recursive: true })
    return own
  }

  test('is signed with keys made here, unless --presigned says to serve it as it is', async () => {
    const brought = await presign()
    writeZone('b.test', 'www A 192.0.2.3')
    const plain = await startFolder()
    const made = await dnskeys(plain.port, 'a.test.')
    expect(made).toHaveLength(3)
    expect(brought).not.toEqual(expect.arrayContaining(made))
    expect((await ask(plain.port, 'x.a.test.', Type.A)).authority.map(({ type }) => type)).toContain(Type.NSEC)
    await stop(plain.veild)
    rmSync(state(), { recursive: true })

    const { port } = await startFolder('--presigned')
    expect(await dnskeys(port, 'a.test.')).toEqual(brought)
    expect(typesOf(await ask(port, 'www.a.test.', Type.A))).toEqual([Type.A, Type.RRSIG])
    expect((await ask(port, 'x.a.test.', Type.A)).authority.map(({ type }) => type)).toContain(Type.NSEC3)
    expect(await command('zones')).toMatchObject([
      { zone: 'a.test.', dnssec: 'presigned' },
      { zone: 'b.test.', dnssec: 'signed' },
    ])
    expect((await keys()).map(({ zone }) => zone)).toEqual(['b.test.'])
    expect(await reload()).toMatchObject({ outcome: 'unchanged' })
  })

  test('changes at a reload from presigned to signed here, though its records stay the same', async () => {
    const brought = await presign()
    const say = (dnssec: string) => configure(`zones: { a.test: { file: a.test.zone, dnssec: ${dnssec} } }\n`)
    say('presigned')
    const { port } = await startConfigured()
    expect(await dnskeys(port, 'a.test.')).toEqual(brought)
    say('{}')
    expect(await reload()).toMatchObject({ outcome: 'reloaded' })
    const made = await dnskeys(port, 'a.test.')
    expect(made).toHaveLength(3)
    expect(made).not.toEqual(brought)
    say('presigned')
    expect(await reload()).toMatchObject({ outcome: 'reloaded' })
    expect(await dnskeys(port, 'a.test.')).toEqual(brought)
  })
})

test('signalling records stand in the zone of the name server, in views that have the bootstrapped zone', async () => {
  writeZone('op.test', 'ns A 192.0.2.3')
  writeFileSync(join(folder, 'new.test.zone'), '$TTL 1\n@ SOA ns.op.test. h 7 1 1 1 1\n@ NS ns.op.test.\n')
  configure(`views: { internal: { clients: [127.0.0.2] }, public: {} }
zones:
  op.test: { file: op.test.zone }
  new.test: { file: new.test.zone, views: [internal], dnssec: ${QUICK.replace('{', '{ bootstrap: true,')} }
`)
  const { port } = await startConfigured()
  const owner = '_dsboot.new.test._signal.ns.op.test.'
  const signals = async () => typesOf(await ask(port, owner, Type.CDS, '127.0.0.2'))
  await expect.poll(signals, { timeout: 20_000 }).toContain(Type.CDS)
  for (const type of [Type.CDS, Type.CDNSKEY]) {
    const signalled = await ask(port, owner, type, '127.0.0.2')
    expect(typesOf(signalled)).toContain(Type.RRSIG)
    expect(textsOf(signalled, type)).toEqual(textsOf(await ask(port, 'new.test.', type, '127.0.0.2'), type))
    expect(textsOf(signalled, type).length).toBeGreaterThan(0)
    expect((await ask(port, owner, type)).answer).toEqual([])
  }
  // For strangers not even the empty non-terminal above is there.
  const stranger = await ask(port, '_signal.ns.op.test.', Type.A)
  expect(
    stranger.authority.filter(({ type }) => type === Type.NSEC).map(({ rdata }) => rdataToText(Type.NSEC, rdata)),
  ).toEqual([expect.stringContaining('NXNAME')])
})

import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Class, Rcode, Type } from '../../dns/constants.ts'
import { buildQuery, type Message, readMessage } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import type { SlotListing } from '../../server/keys/slot-changes.ts'
import { HIDDEN_NAME, INSIDER, type SealedServer, sealedServer } from '../helpers/sealed-server.ts'
import { connectUdp } from '../helpers/udp-client.ts'
import { until } from '../helpers/until.ts'
import { portOf } from '../helpers/veild-process.ts'

const PASSPHRASE = 'correct horse battery staple'
const OTHER = 'twelve monkeys and a bell'
const NOT_READY = [{ code: 15, data: Uint8Array.of(0, 14) }]

let server: SealedServer

afterEach(() => server.remove())

const rcodeOf = ({ flags }: Message) => flags & 0x0f

/** SERVFAIL without any record, whoever asks for whatever. */
async function expectLocked(): Promise<void> {
  const questions = [
    ['www.example.com', Type.A, '127.0.0.1'],
    ['example.com', Type.DNSKEY, '127.0.0.1'],
    ['absent.example.com', Type.TXT, INSIDER],
    [HIDDEN_NAME, Type.A, INSIDER],
    ['elsewhere.test', Type.A, INSIDER],
  ] as const
  for (const [name, type, from] of questions) {
    const message = await server.ask(name, type, from)
    expect(rcodeOf(message)).toBe(Rcode.ServFail)
    expect([message.answer, message.authority].flat()).toEqual([])
    expect(message.edns?.options).toEqual(NOT_READY)
  }
  expect(rcodeOf(await server.askByTcp('www.example.com'))).toBe(Rcode.ServFail)
}

async function expectServing(): Promise<void> {
  const known = await server.ask('www.example.com')
  expect(rcodeOf(known)).toBe(Rcode.NoError)
  expect(known.answer.map(({ type }) => type)).toEqual([Type.A, Type.RRSIG])
  expect(known.edns?.options).toEqual([])
  expect((await server.ask(HIDDEN_NAME, Type.A, INSIDER)).answer).not.toEqual([])
  expect((await server.ask(HIDDEN_NAME)).answer).toEqual([])
}

describe('a server whose key file is gone', () => {
  it('starts locked, says so everywhere, and serves with the old keys once it is back', async () => {
    server = sealedServer()
    const heard = join(server.folder, 'heard')
    const words = ['/bin/sh', '-c', `cat > ${heard}`]
    server.configure(`guard: { notify: [{ command: ${JSON.stringify(words)} }] }`)
    const first = await server.start()
    await expectServing()
    const keys = (await server.json<{ zones: unknown }>('key list')).zones
    await server.stop(first)
    const key = join(server.state, 'key')
    renameSync(key, `${key}.away`)

    const veild = await server.start()
    await expectLocked()
    const lines = veild.log().map(({ msg }) => msg)
    expect(lines).toContain('LOCKED: every question gets SERVFAIL until dnsctl unlock')
    expect(lines).toContain('veild started locked: what opens its store was not there')
    const shown = await server.dnsctl('status')
    expect(shown.exitCode).toBe(1)
    expect(shown.stdout).toContain('veild is locked and serves nothing: dnsctl unlock')
    expect(shown.stdout.replace(/\s+/g, ' ')).toContain(`the key file ${key} is missing`)
    expect(await server.status()).toMatchObject({ sealing: { state: 'locked' }, zones: { served: 0 } })
    expect(server.ledger().entries.at(-1)).toMatchObject({ event: 'start', sealing: 'locked', alarms: ['locked'] })

    // States are no secret, but nothing moves.
    const told = await server.json<{ zones: { rollover: RolloverReport }[] }>('key explain example.com')
    expect(told.zones[0]!.rollover.keys).toHaveLength(3)
    expect(told.zones[0]!.rollover.alarms).toEqual([expect.stringContaining('`dnsctl unlock`')])
    expect(await server.dnsctl('key roll example.com --role zsk')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Veild is locked, and changes nothing'),
    })
    expect((await server.dnsctl('unlock')).exitCode).toBe(1)
    expect((await server.dnsctl('reload')).stderr).toContain('locked')
    await expectLocked()
    renameSync(`${key}.away`, key)
    expect(await server.dnsctl('unlock')).toMatchObject({ exitCode: 0, stderr: '' })
    await expectServing()
    expect((await server.json<{ zones: unknown }>('key list')).zones).toEqual(keys)
    await until(
      'somebody was told',
      () => existsSync(heard) && readFileSync(heard, 'utf8').includes('"alarm":"locked"'),
    )
    expect((await server.dnsctl('unlock')).stdout).toContain('not locked')
  }, 240_000)

  it('says SERVFAIL to what is no ordinary question too', async () => {
    server = sealedServer('sealing: { unlock: passphrase }')
    const veild = await server.start()
    const client = await connectUdp({ port: portOf(await veild.logged('ready')) })
    const chaos = buildQuery({ id: 1, name: nameFromText('version.bind.'), type: Type.TXT, edns: {} })
    // The class is the last of the question, in front of OPT's 11 octets.
    chaos[chaos.length - 11 - 1] = Class.Chaos
    const cookie = { code: 10, data: Uint8Array.from({ length: 8 }, () => 7) }
    for (const message of [
      chaos,
      buildQuery({ id: 1, name: nameFromText('example.com.'), type: Type.ANY, edns: { options: [cookie] } }),
    ]) {
      const answer = readMessage((await client.ask(message))!)!
      expect(rcodeOf(answer)).toBe(Rcode.ServFail)
      expect(answer.edns?.options).toContainEqual(NOT_READY[0])
    }
    client.close()
  }, 240_000)
})

describe('a store that a passphrase opens', () => {
  it('gets it at the first unlocking, and after each start and each lock', async () => {
    server = sealedServer('sealing: { unlock: passphrase }')
    let veild = await server.start()
    await expectLocked()
    expect(readdirSync(server.state)).not.toContain('key')
    const short = await server.dnsctl('unlock', ['short', PASSPHRASE, OTHER, PASSPHRASE, PASSPHRASE])
    expect(short).toMatchObject({ exitCode: 0, stderr: '' })
    await expectServing()
    expect(await server.json('slot list')).toMatchObject({
      slots: [{ id: 1, kind: 'passphrase', cost: { memoryOctets: 2 ** 28, operations: 3 } }],
    })
    const before = (await server.ask('example.com', Type.DNSKEY)).answer

    expect(await server.dnsctl('lock')).toMatchObject({ exitCode: 0, stderr: '' })
    await expectLocked()
    expect((await server.dnsctl('lock')).stderr).toContain('locked already')
    const wrong = await server.dnsctl('unlock', [OTHER])
    expect(wrong).toMatchObject({ exitCode: 1 })
    expect(wrong.stderr).toContain('This passphrase opens no slot of the store')
    await expectLocked()
    expect(await server.json('unlock --stdin', `${PASSPHRASE}\n`)).toMatchObject({ sealing: { slot: { id: 1 } } })
    await expectServing()
    expect((await server.status()).workers.map(({ deaths }) => deaths)).toEqual([0, 0, 0])

    await server.stop(veild, 'SIGKILL')
    veild = await server.start()
    await expectLocked()
    expect((await server.dnsctl('unlock', [PASSPHRASE])).exitCode).toBe(0)
    const after = (await server.ask('example.com', Type.DNSKEY)).answer
    const rdatas = (records: typeof after) =>
      records.filter(({ type }) => type === Type.DNSKEY).map(({ rdata }) => rdata)
    expect(rdatas(after)).toEqual(rdatas(before))
    const { entries, isWhole } = server.ledger()
    expect(isWhole).toBe(true)
    expect(entries.map(({ event, sealing, alarms }) => [event, sealing, alarms.join(' ')])).toEqual([
      ['start', 'locked', 'locked'],
      ['unlock', 'open', ''],
      ['lock', 'locked', ''],
      ['unlock', 'open', ''],
      ['start', 'locked', 'locked unclean-end'],
      ['unlock', 'open', ''],
    ])
    const told = veild.stdout() + veild.stderr() + JSON.stringify(entries)
    for (const each of [PASSPHRASE, OTHER]) expect(told).not.toContain(each)
  }, 240_000)

  it('is locked again where its zones cannot be served', async () => {
    server = sealedServer('sealing: { unlock: passphrase }')
    await server.start()
    writeFileSync(join(server.folder, 'example.com.zone'), 'not a zone\n')
    const refused = await server.json<{ error: { what: string } }>('unlock --stdin', PASSPHRASE)
    expect(refused.exitCode).toBe(1)
    expect(refused.error.what).toContain('opened and locked again: example.com. has errors')
    await expectLocked()
  }, 240_000)
})

describe('slots', () => {
  it('are added and removed by the running server and without it, the last one never', async () => {
    server = sealedServer()
    const veild = await server.start()
    const slots = async () =>
      (await server.json<{ slots: SlotListing[] }>('slot list')).slots.map(({ id, kind }) => `${id} ${kind}`)
    expect(await slots()).toEqual(['1 key-file'])
    expect(await server.dnsctl('slot rm 1')).toMatchObject({ exitCode: 1 })
    expect((await server.dnsctl('slot add passphrase', [PASSPHRASE, PASSPHRASE])).stdout).toContain(
      'slot 2, a passphrase',
    )
    expect((await server.dnsctl('slot add key-file --file usb.key')).stdout).toContain('slot 3, a key file')
    expect(readFileSync(join(server.folder, 'usb.key'))).toHaveLength(32)
    expect(await slots()).toEqual(['1 key-file', '2 passphrase', '3 key-file'])
    expect((await server.dnsctl('slot rm 1')).stdout).toContain('Removed')
    expect((await server.dnsctl('slot rm 1')).stderr).toContain('no slot 1')
    await server.stop(veild)

    // Without the server: its key file opens nothing any more, the passphrase does.
    expect((await server.dnsctl('slot add credential --file cred', [OTHER])).stderr).toContain('opens no slot')
    expect((await server.dnsctl('slot add credential --file cred', [PASSPHRASE])).stdout).toContain('slot 1')
    expect((await server.dnsctl('slot rm 2', [PASSPHRASE])).exitCode).toBe(0)
    expect(await slots()).toEqual(['1 credential', '3 key-file'])
    server.configure('sealing: { key-file: usb.key }')
    const second = await server.start()
    await expectServing()
    expect(second.log().filter(({ alarm }) => alarm !== undefined)).toMatchObject([{ alarm: 'other-slot' }])
    await server.stop(second)

    server.configure('sealing: { unlock: credential, credential: cred }')
    const third = await server.start({ CREDENTIALS_DIRECTORY: server.folder })
    await expectServing()
    await server.stop(third)
    rmSync(join(server.folder, 'cred'))
    await server.start({ CREDENTIALS_DIRECTORY: server.folder })
    await expectLocked()
    expect((await server.status()).sealing.reason).toContain('the credential cred is not there')
  }, 240_000)
})

describe('the boot ledger', () => {
  it('tells a crash, a store that was replaced, and lines that were changed', async () => {
    server = sealedServer()
    await server.stop(await server.start())
    expect(server.ledger().entries.map(({ event }) => event)).toEqual(['start', 'stop'])
    await server.stop(await server.start(), 'SIGKILL')
    const path = join(server.state, 'boot-ledger.jsonl')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"event":"stop"', '"event":"lock"'))
    expect(server.ledger().isWhole).toBe(false)
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"sequence":4,"at":"to`)
    const veild = await server.start()
    const { entries } = server.ledger()
    expect(entries.at(-1)).toMatchObject({ sequence: 4, alarms: ['unclean-end', 'ledger-damaged'] })
    expect((await server.status()).sealing.alarms).toHaveLength(2)
    await server.stop(veild)
  }, 240_000)
})

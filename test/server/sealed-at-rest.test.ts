import { spawnSync } from 'node:child_process'
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Type } from '../../dns/constants.ts'
import type { StoredKey } from '../../keys/key-store.ts'
import { generateKey } from '../../keys/make-key.ts'
import { readSealedHeader } from '../../keys/sealed-file.ts'
import { type DataKey, openSealing } from '../../keys/sealing.ts'
import { sealedKeyMaker } from '../../server/keys/key-making.ts'
import { openByPassphrase } from '../../server/keys/vault.ts'
import { openStore, type Store } from '../../server/state/store.ts'
import { countInMemory, filesBelow, findInFiles, type Secret } from '../helpers/find-octets.ts'
import { HIDDEN_NAME, INSIDER, type SealedServer, sealedServer } from '../helpers/sealed-server.ts'
import { portOf, runVeild } from '../helpers/veild-process.ts'

const PASSPHRASE = 'correct horse battery staple'
const SECOND = 'twelve monkeys and a bell'
const SETTINGS = 'sealing: { unlock: passphrase }\ndnssec: { algorithm: [13, 15] }'
const ROUNDS = 40

let server: SealedServer

afterEach(() => server.remove())

/** Whether the search finds what stands in a file in each of the ways in which it might. */
function expectFound({ name, octets }: Secret, secrets: readonly Secret[]): void {
  const planted = join(server.folder, 'planted')
  const part = Buffer.from(octets)
  const shifted = [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift, 7), part, Buffer.alloc(3)]))
  for (const text of [...shifted, part.toString('hex'), ...shifted.map((each) => each.toString('base64'))]) {
    writeFileSync(planted, text)
    expect(findInFiles([planted], secrets)).toEqual([`${name} in ${planted}`])
  }
}

/** A passphrase, and the names that are in the overlay alone. */
const TEXTS = [PASSPHRASE, SECOND, 'vault-7f3a', 'edited-3', 'edited-2']

const textSecrets = (): Secret[] => TEXTS.map((text) => ({ name: text, octets: Buffer.from(text), isText: true }))

/** The octets that are the private key itself: a scalar, or a seed. */
function scalarOf(privateKey: KeyObject): Buffer {
  return Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url')
}

function openKeys(store: Store, dataKey: DataKey, zone: string): Secret[] {
  return store.keys.get(zone)!.keys.map((key) => {
    const pkcs8 = dataKey.open(key.sealed!, zone, key.id)!
    const scalar = scalarOf(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }))
    return { name: `${key.role} ${key.algorithm} of ${zone}`, octets: scalar }
  })
}

/** Makes keys of a zone anew, over and over; what they were. */
async function rewrite(store: Store, dataKey: DataKey): Promise<Secret[]> {
  const made: Secret[] = []
  const generate = async (algorithm: number): Promise<KeyObject> => {
    const key = await generateKey(algorithm)
    made.push({ name: `key ${made.length}`, octets: scalarOf(key) })
    return key
  }
  const make = sealedKeyMaker(dataKey, generate)
  for (let round = 0; round < ROUNDS; round++) {
    const zone = `z${round % 7}.test.`
    const keys: StoredKey[] = []
    for (const algorithm of [13, 15]) {
      for (const role of ['ksk', 'zsk'] as const) {
        const states = { role, algorithm, created: round, duty: 'active', dutySince: round, records: {} } as const
        keys.push({ ...(await make(zone, { role, algorithm }, keys)), ...states })
      }
    }
    const set = { zone, epoch: round + 1, goal: 'secure', isPaused: false, keys } as const
    await store.keys.put([{ set, entry: undefined }])
  }
  return made
}

function coreFiles(): string[] {
  return readdirSync(server.folder).filter((name) => name.startsWith('core'))
}

/** Seals the overlay, and edits it three times. */
async function sealAndEdit(answers: readonly string[] = [PASSPHRASE]): Promise<void> {
  expect((await server.dnsctl('zone seal internal.zone', answers)).exitCode).toBe(0)
  const editor = join(server.folder, 'editor.sh')
  writeFileSync(editor, `#!/bin/sh\nn=$(grep -c edited "$1"); echo "edit""ed-$((n + 1)) A 192.0.2.9" >> "$1"\n`)
  chmodSync(editor, 0o755)
  for (let edit = 0; edit < 3; edit++) {
    const done = await server.dnsctl('zone edit internal.zone', answers, { VISUAL: editor })
    expect(done).toMatchObject({ exitCode: 0, stderr: '' })
  }
}

describe('the disk alone', () => {
  it('holds no private key, no passphrase and no sealed name, in free pages neither', async () => {
    server = sealedServer(SETTINGS)
    const veild = await server.start()
    expect((await server.dnsctl('unlock', [PASSPHRASE, PASSPHRASE])).exitCode).toBe(0)
    await sealAndEdit()
    await server.dnsctl('reload')
    expect((await server.ask('edited-3.example.com', Type.A, INSIDER)).answer).not.toEqual([])
    expect((await server.dnsctl('slot add passphrase', [SECOND, SECOND])).exitCode).toBe(0)
    expect((await server.dnsctl('slot rm 1', [SECOND])).exitCode).toBe(0)
    await server.stop(veild)

    const store = openStore(server.state)
    expect(store.claim()).toBeUndefined()
    const { sealing } = await openByPassphrase(Buffer.from(SECOND), store.keys)
    const made = await rewrite(store, sealing)
    const zoneFileKey = new Uint8Array(32)
    sealing.writeZoneFileKey(zoneFileKey)
    const served = openKeys(store, sealing, 'example.com.')
    const secrets = [...made, ...served, { name: 'key of zone files', octets: zoneFileKey }]
    sealing.end()
    await store.close()

    expect(made).toHaveLength(4 * ROUNDS)
    const files = filesBelow(server.folder)
    expect(files.map((file) => file.slice(server.folder.length + 1))).toEqual(
      expect.arrayContaining(['internal.zone', 'state/store/data.mdb', 'state/secret', 'state/boot-ledger.jsonl']),
    )
    expect(findInFiles(files, secrets)).toEqual([])
    expect(findInFiles(files, textSecrets())).toEqual([])

    // That nothing was found is worth something only if it would have been.
    expectFound({ ...secrets[0]!, octets: secrets[0]!.octets.subarray(9) }, secrets)
    expectFound({ ...secrets.at(-2)!, octets: secrets.at(-2)!.octets.subarray(0, 16) }, secrets)
    expectFound({ name: 'vault-7f3a', octets: Buffer.from('vault-7f3a') }, textSecrets())
  }, 300_000)
})

describe('what goes on while an overlay is sealed', () => {
  const NAMES = ['vault-7f3a', 'edited-1']
  const secrets = NAMES.map((name) => ({ name, octets: Buffer.from(name), isText: true as const }))

  it('brings hidden names into no file, but what strangers asked for into log and incidents', async () => {
    server = sealedServer()
    writeFileSync(join(server.folder, 'internal.zone'), '$TTL 60\nvault-7f3a.staging A 192.0.2.7\nwww A 192.0.2.99\n')
    const logs = join(server.folder, 'logs')
    const first = await server.start()
    await sealAndEdit([])
    await server.dnsctl('reload')
    // Free pages of a disk are the file system's; those of the store are looked at below.
    const insider = async (): Promise<void> => {
      for (const name of [HIDDEN_NAME, 'edited-1.example.com', `x.${HIDDEN_NAME}`, HIDDEN_NAME.toUpperCase()]) {
        for (const type of [Type.A, Type.AAAA, Type.TXT]) await server.ask(name, type, INSIDER)
      }
      for (let at = 0; at < 200; at++) await server.ask(`guess-${at}.example.com`, Type.A, INSIDER)
    }
    await insider()
    const commands = ['zone check', 'prove-hidden --quick', 'leak', 'status', 'zone list', 'key list', 'incident list']
    for (const line of commands) await server.dnsctl(line)
    await server.dnsctl('attack example.com --methods walk,nsec3,transfer')
    await server.dnsctl('reload')
    await server.stop(first)
    writeFileSync(logs, first.stdout() + first.stderr())
    const files = filesBelow(server.folder)
    expect(files.length).toBeGreaterThan(7)
    expect(findInFiles(files, secrets)).toEqual([])

    const second = await server.start()
    for (let at = 0; at < 5; at++) await server.ask(HIDDEN_NAME)
    await server.dnsctl('reload')
    await server.stop(second)
    writeFileSync(logs, second.stdout() + second.stderr())
    const places = findInFiles(filesBelow(server.folder), secrets).map((found) =>
      found.split(' in ').map((part) => part.replace(`${server.folder}/`, '')),
    )
    for (const [name, path] of places) {
      expect(name).toBe('vault-7f3a')
      expect(['logs', 'state/store/data.mdb']).toContain(path)
    }
    expectFound(secrets[0]!, secrets)
    for (const octets of [
      Buffer.from('VAULT-7F3A'),
      Buffer.from('vault-7f3a', 'utf16le'),
      Buffer.from('vault-7f3a', 'utf16le').swap16(),
    ]) {
      writeFileSync(join(server.folder, 'planted'), octets)
      expect(findInFiles([join(server.folder, 'planted')], secrets)).toHaveLength(1)
    }
  }, 300_000)
})

describe('a slot that was removed', () => {
  it('opens copies of before, and nothing of what is there today: neither keys nor overlays', async () => {
    server = sealedServer()
    const veild = await server.start()
    await server.dnsctl('zone seal internal.zone')
    expect((await server.dnsctl('slot add key-file --file usb.key')).exitCode).toBe(0)
    const published = (await server.ask('example.com', Type.DNSKEY)).answer.map(({ rdata }) => rdata)
    const store = openStore(server.state)
    const before = store.keys.header()!
    const [lost, kept] = [join(server.state, 'key'), join(server.folder, 'usb.key')].map((path) => readFileSync(path))
    const stolen = openSealing(before, lost!)!.sealing
    server.configure('sealing: { key-file: usb.key }')
    const removed = await server.dnsctl('slot rm 1')
    expect(removed).toMatchObject({ exitCode: 0, stderr: '' })
    expect(removed.stdout).toContain('the keys in the store, and 1 overlay')

    // As it stands on the disk now, to whoever has what opened the store before, and a copy of the store of that time.
    const after = store.keys.header()!
    expect(after.slots.map(({ id }) => id)).toEqual([2])
    expect(openSealing(after, lost!)).toBeUndefined()
    const { keys } = store.keys.get('example.com.')!
    for (const { sealed, id } of keys) expect(stolen.open(sealed!, 'example.com.', id)).toBeUndefined()
    expect(readSealedHeader(readFileSync(server.overlay))!.store).not.toBe(stolen.fingerprint)
    const { sealing } = openSealing(after, kept!)!
    expect(openKeys(store, sealing, 'example.com.')).toHaveLength(keys.length)
    await store.close()

    // The running server goes on with the new data key, makes keys with it, and starts with it.
    expect((await server.dnsctl('key roll example.com --role zsk')).exitCode).toBe(0)
    server.configure('')
    expect((await server.dnsctl('reload')).exitCode).toBe(0)
    expect((await server.ask(HIDDEN_NAME, Type.A, INSIDER)).answer).not.toEqual([])
    await server.stop(veild)
    server.configure('sealing: { key-file: usb.key }')
    await server.start()
    expect((await server.ask(HIDDEN_NAME, Type.A, INSIDER)).answer).not.toEqual([])
    const again = (await server.ask('example.com', Type.DNSKEY)).answer.map(({ rdata }) => Buffer.from(rdata))
    expect(again.some((rdata) => rdata.equals(published[0]!))).toBe(true)
  }, 120_000)
})

describe('the memory of a server', () => {
  it('holds no passphrase, and no private key once it is locked', async ({ skip }) => {
    server = sealedServer(SETTINGS)
    const veild = await server.start()
    await server.dnsctl('unlock', [PASSPHRASE, PASSPHRASE])
    await server.dnsctl('zone seal internal.zone', [PASSPHRASE])
    await server.dnsctl('reload')
    await server.ask(HIDDEN_NAME, Type.A, INSIDER)
    for (let at = 0; at < 20; at++) await server.ask(`absent-${at}.example.com`)

    const store = openStore(server.state)
    const { sealing } = await openByPassphrase(Buffer.from(PASSPHRASE), store.keys)
    const zoneFileKey = new Uint8Array(32)
    sealing.writeZoneFileKey(zoneFileKey)
    // OpenSSL keeps scalars as numbers, the lowest octet first.
    const keys = openKeys(store, sealing, 'example.com.').flatMap(({ octets }) => [
      Buffer.from(octets),
      Buffer.from(octets).reverse(),
    ])
    sealing.end()
    await store.close()
    const wanted = [Buffer.from(PASSPHRASE), Buffer.from(zoneFileKey), ...keys]
    const unlocked = countInMemory(veild.pid, wanted)
    if (unlocked === undefined) return skip('the memory of another process may not be read here')
    const [passphrase, fileKey, ...scalars] = unlocked
    expect(passphrase).toBe(0)
    // Else nothing is proved by its absence later.
    expect(fileKey).toBeGreaterThan(0)
    for (let at = 0; at < scalars.length; at += 2) expect(scalars[at]! + scalars[at + 1]!).toBeGreaterThan(0)

    expect((await server.dnsctl('lock')).exitCode).toBe(0)
    expect(countInMemory(veild.pid, wanted)).toEqual(wanted.map(() => 0))
  }, 240_000)

  it('is not left behind by a crash, and neither command line nor environment has the passphrase', async ({ skip }) => {
    server = sealedServer('sealing: { unlock: passphrase }')
    const script = `cd ${server.folder} && ulimit -c unlimited && exec "$0" "$@"`
    const control = ['-c', `cd ${server.folder} && ulimit -c unlimited && kill -SEGV $$`]
    spawnSync('sh', control)
    if (coreFiles().length === 0) return skip('this system writes no core files into the folder of a process')

    for (const name of coreFiles()) rmSync(join(server.folder, name))
    const veild = runVeild(['--config', join(server.folder, 'veil.yaml')], {}, ['sh', '-c', script])
    portOf(await veild.logged('ready'))
    await server.dnsctl('unlock', [PASSPHRASE, PASSPHRASE])
    for (const name of ['cmdline', 'environ']) {
      expect(readFileSync(`/proc/${veild.pid}/${name}`, 'latin1')).not.toContain(PASSPHRASE)
    }
    expect(readFileSync(`/proc/${veild.pid}/limits`, 'latin1')).toMatch(/^Max core file size\s+0\s+0\s/m)
    veild.signal('SIGSEGV')
    await veild.ended()
    expect(coreFiles()).toEqual([])
  }, 120_000)
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { keyTagOf } from '../../dns/key-tag.ts'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { checkHistory } from '../../keys/key-history.ts'
import { findRRset, type ReceivedRRset } from '../../keys/validation/received-rrset.ts'
import { verifyRRset } from '../../keys/validation/verify-rrset.ts'
import { sendCommand } from '../../server/control/client.ts'
import { unlockKeys } from '../../server/keys/key-file.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { openStoreToRead } from '../../server/state/read-only-store.ts'
import { LONG } from '../helpers/long.ts'
import { connectUdp } from '../helpers/udp-client.ts'
import { endAll, portOf, runVeild, type VeildProcess } from '../helpers/veild-process.ts'

const ZONE = 'roll.test.'
const APEX = nameFromText(ZONE)
/** Seconds: of everything in the zone. */
const TTL = 1
const FILE = `$TTL ${TTL}\n@ SOA ns1 hostmaster 7 3600 600 86400 ${TTL}\n@ NS ns1\nns1 A 192.0.2.1\n`

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veil-rollovers-'))
  writeFileSync(join(folder, 'roll.zone'), FILE)
})

afterEach(async () => {
  await endAll()
  rmSync(folder, { recursive: true, force: true })
})

const state = () => join(folder, 'state')

function configure(keys: string): void {
  const signing = `{ max-ttl: ${TTL}s, parent: { check: false }, keys: { publish-safety: 0s, retire-safety: 0s, ${keys} } }`
  writeFileSync(
    join(folder, 'veil.yaml'),
    `listen: ["127.0.0.1@53"]\nzones: { roll.test: { file: roll.zone, dnssec: ${signing} } }\n`,
  )
}

async function start(): Promise<{ veild: VeildProcess; port: number }> {
  const flags = ['--listen', '127.0.0.1@0', '--workers', '2', '--state', state(), '--no-rate-limit']
  const veild = runVeild(['--config', join(folder, 'veil.yaml'), ...flags])
  return { veild, port: portOf(await veild.logged('ready')) }
}

async function command(name: 'rollovers' | 'key-pause' | 'key-resume' | 'key-ds-said' | 'key-roll', args: object) {
  const reply = await sendCommand(join(state(), 'control.sock'), name, { isDryRun: false, ...args } as never, 60_000)
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.result as unknown
}

const rollover = async () => ((await command('rollovers', { zone: ZONE })) as RolloverReport[])[0]!

/** What was answered, and when the answer had come, in seconds. */
interface Heard {
  readonly at: number
  readonly rrset: ReceivedRRset
}

/** Asks for DNSKEY and SOA again and again, until the server does not answer any more. */
async function listen(port: number, heard: { keys: Heard[]; soas: Heard[] }, isOver: () => boolean): Promise<void> {
  const client = await connectUdp({ port, timeoutMs: 500 })
  while (!isOver()) {
    for (const [type, list] of [
      [Type.DNSKEY, heard.keys],
      [Type.SOA, heard.soas],
    ] as const) {
      const answer = await client.ask(buildQuery({ id: 1, name: APEX, type, edns: { do: true } }))
      const message = answer && readMessage(answer)
      const rrset = message && findRRset(message.answer, APEX, type)
      if (rrset !== undefined) list.push({ at: Date.now() / 1000, rrset })
    }
    await delay(20)
  }
  client.close()
}

/** Whoever has the one RRset in a cache and gets the other, or the other way round, must find that they fit. */
function expectToFit({ keys, soas }: { keys: Heard[]; soas: Heard[] }): void {
  expect(soas.length).toBeGreaterThan(50)
  for (const { at, rrset } of soas) {
    const near = keys.filter((each) => Math.abs(each.at - at) <= TTL)
    for (const { rrset: dnskeys } of near) {
      const tags = new Set(dnskeys.rdatas.map(keyTagOf))
      expect(rrset.rrsigs.some(({ keyTag }) => tags.has(keyTag))).toBe(true)
    }
    const [sample] = near
    if (sample !== undefined) {
      expect(verifyRRset(rrset, { apex: APEX, dnskeys: sample.rrset.rdatas }, at)).toMatchObject({ kind: 'valid' })
    }
  }
}

/** Seconds from the start of a server to its end. */
const LIVES = LONG ? [2.5, 3.1, 1.3, 4.2, 2.05, 3.6] : [3.1, 4.2]

describe('a server that rolls its ZSK all the time', () => {
  test('and is killed in the middle goes on each time: nothing is bogus, no key lost, the history holds', {
    timeout: 300_000,
  }, async () => {
    configure('standby: [], zsk-lifetime: 3s')
    const heard = { keys: [] as Heard[], soas: [] as Heard[] }
    for (const seconds of LIVES) {
      const { veild, port } = await start()
      let isOver = false
      const listening = listen(port, heard, () => isOver)
      await delay(seconds * 1000)
      veild.signal('SIGKILL')
      await veild.ended()
      isOver = true
      await listening
      await expectWholeStore()
    }
    expectToFit(heard)
    const rolled = new Set(heard.soas.flatMap(({ rrset }) => rrset.rrsigs.map(({ keyTag }) => keyTag)))
    console.info(`${heard.soas.length} answers, ${rolled.size} keys in turn, ${LIVES.length} kills`)
    expect(rolled.size).toBeGreaterThan(1)
  })
})

/** The history is whole, and every private key opens. */
async function expectWholeStore(): Promise<void> {
  const store = openStoreToRead(state())!
  try {
    expect(checkHistory(ZONE, store.keys.history(ZONE))).toBeUndefined()
    const sealing = await unlockKeys(state(), { header: store.keys.header, putHeader: async () => {} })
    const { keys } = store.keys.get(ZONE)!
    expect(keys.length).toBeGreaterThanOrEqual(2)
    for (const { id, sealed } of keys) expect(sealing.open(sealed!, ZONE, id)).toBeDefined()
  } finally {
    await store.close()
  }
}

describe('commands', () => {
  test('pause, resume, roll and say what the parent has; each step asks the server itself', {
    timeout: 120_000,
  }, async () => {
    configure('standby: [], zsk-lifetime: unlimited')
    const { veild } = await start()
    const ofRole = async (role: string) => (await rollover()).keys.filter((key) => key.role === role)
    await expect.poll(async () => (await ofRole('ksk'))[0]!.records.ds?.state, { timeout: 30_000 }).toBe('rumoured')
    const [first] = await ofRole('ksk')
    expect((await rollover()).waits).toMatchObject([{ record: 'ds', reason: { kind: 'parent', expects: 'present' } }])
    await expect(command('key-ds-said', { zone: ZONE, keyTag: first!.keyTag, says: 'withdrawn' })).rejects.toThrow(
      'cannot be said to be withdrawn',
    )
    await command('key-ds-said', { zone: ZONE, keyTag: first!.keyTag, says: 'submitted' })
    await command('key-pause', { zone: ZONE })
    await expect(command('key-roll', { zone: ZONE, role: 'zsk' })).rejects.toThrow('stands still')
    expect((await rollover()).isPaused).toBe(true)
    await command('key-resume', { zone: ZONE })
    const dry = (await command('key-roll', { zone: ZONE, role: 'zsk', isDryRun: true })) as RolloverReport
    expect(dry.changes).toMatchObject([{ kind: 'make', role: 'zsk' }])
    expect(await ofRole('zsk')).toHaveLength(1)
    const [old] = await ofRole('zsk')
    await command('key-roll', { zone: ZONE, role: 'zsk' })
    expect(await ofRole('zsk')).toHaveLength(2)
    await expect
      .poll(async () => (await ofRole('zsk')).map(({ keyTag }) => keyTag), { timeout: 60_000 })
      .not.toContain(old!.keyTag)
    await expect(command('key-roll', { zone: ZONE, algorithm: 13, role: 'csk' })).rejects.toThrow('No key')
    await expect(command('key-roll', { zone: ZONE, algorithm: 15 })).rejects.toThrow(
      'is rolled to another by the configuration',
    )
    await expect(command('key-roll', { zone: 'other.test.', role: 'zsk' })).rejects.toThrow('is not signed here')
    expect((await rollover()).alarms).toEqual([])
    const checked = veild.log().filter(({ msg }) => String(msg).endsWith('the step is served, and verifies'))
    expect(checked.length).toBeGreaterThan(2)
    expect(checked.every(({ workers }) => workers === 2)).toBe(true)
  })
})

/**
 * Two real servers over real sockets, one of which keeps secrets: strangers receive the same octets from both, whatever
 * they ask, by UDP and TCP, and that stays so while the secrets change.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { type BurstClient, connectTcpBurst, connectUdpBurst } from '../helpers/burst-client.ts'
import { LONG } from '../helpers/long.ts'
import { INSIDER, removeFolders, STRANGER, startTwoViews, type TwoViews, type Zones } from '../helpers/two-views.ts'
import { answersOf, askFrom, endAll } from '../helpers/veild-process.ts'
import { wireName } from '../helpers/zone.ts'
import {
  COMPANY,
  COMPANY_SERIAL,
  innocentZones,
  leakingZones,
  questionsAround,
  type World,
  worldOf,
} from './secrets.ts'

const SEEDS = LONG ? 15 : 1
const EDITS = 2
/** Messages that a server's receive buffer holds with ease. */
const BURST = 64

afterEach(async () => {
  await endAll()
  removeFolders()
})

describe.each(Array.from({ length: SEEDS }, (_, seed) => seed + 1))('world %d', (seed) => {
  it('looks the same to strangers with and without its secrets, while these come, change and go', async () => {
    let world = worldOf(seed, 100 * seed)
    const keeping = await startTwoViews(world.zones)
    const innocent = await startTwoViews(innocentZones(world))
    const questions = questionsAround([...world.hidden, ...world.visible, 'no.where.'], seed, 1000)
    expect(questions.length).toBeGreaterThan(3000)
    expect(await differences(keeping, innocent, questions)).toEqual([])
    await expectInsidersToSee(keeping, world)
    for (let edit = 1; edit <= EDITS; edit++) {
      const before = world.hidden
      world = worldOf(seed, 100 * seed + edit)
      const internalSerial = await serialFor(keeping, INSIDER)
      keeping.write(world.zones)
      expect((await keeping.mustReload()).changed).toContain(`${COMPANY}.`)
      expect(await serialFor(keeping, STRANGER)).toBe(COMPANY_SERIAL)
      expect(await serialFor(keeping, INSIDER)).toBe(internalSerial + 1)
      const again = questionsAround(changed(before, world.hidden), seed + edit, 200)
      expect(await differences(keeping, innocent, again)).toEqual([])
      await expectInsidersToSee(keeping, world)
    }
  }, 120_000)
})

describe('the comparison notices', () => {
  const world = worldOf(7, 700)
  const names = ['ent2', 'staging9.ent2', ...world.hidden.slice(0, 10)]
  const questions = questionsAround(
    names.map((name) => (name.endsWith('.') ? name : `${name}.${COMPANY}.`)),
    7,
    100,
  )

  it.each<[string, Zones]>([
    ['secrets in the file for everyone', leakingZones(world)],
    ['one hidden record, and what it keeps alive above it', withLine(world, 'secret.staging9.ent2 TXT hidden')],
    ['a serial that moved', withSerial(world, COMPANY_SERIAL + 1)],
  ])('%s', async (_what, leaking) => {
    const servers = [await startTwoViews(leaking), await startTwoViews(innocentZones(world))] as const
    const found = await differences(...servers, questions)
    expect(found.length).toBeGreaterThan(10)
    expect(new Set(found.map(({ transport }) => transport))).toEqual(new Set(['UDP', 'TCP']))
  })
})

interface Difference {
  readonly transport: 'UDP' | 'TCP'
  readonly question: string
  readonly answers: readonly string[]
}

/** What strangers receive from the two servers, where it is not the same octet for octet; silence counts. */
async function differences(a: TwoViews, b: TwoViews, questions: readonly Uint8Array[]): Promise<Difference[]> {
  const found: Difference[] = []
  for (const [transport, connect] of [
    ['UDP', connectUdpBurst],
    ['TCP', connectTcpBurst],
  ] as const) {
    const clients = await Promise.all([a, b].map(({ port }) => connect({ port, from: STRANGER })))
    const [first, second] = await Promise.all(clients.map((client) => askEach(client, questions)))
    for (const client of clients) client.close()
    questions.forEach((question, at) => {
      const shown = [first![at], second![at]].map(shownOf)
      if (shown[0] !== shown[1]) found.push({ transport, question: hex(question), answers: shown })
    })
  }
  return found
}

async function askEach(client: BurstClient, questions: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
  const all: (Uint8Array | undefined)[] = []
  for (let at = 0; at < questions.length; at += BURST) {
    all.push(...(await client.exchange(questions.slice(at, at + BURST), SURE)).answers)
  }
  return all
}

/** The answer in hexadecimal, but for the time and the hash of a server cookie: each server has a secret of its own. */
function shownOf(answer: Uint8Array | undefined): string {
  return hex(answer).replace(/(000a0018.{24}).{24}/, '$1')
}

/** A question that every server answers. */
const SURE = buildQuery({ id: 0, name: wireName(COMPANY), type: 6 })

async function expectInsidersToSee({ port }: TwoViews, { hosts }: World): Promise<void> {
  const client = await connectTcpBurst({ port, from: INSIDER })
  for (const [name, address] of hosts) {
    const host = `${name}.${COMPANY}.`
    expect(answersOf(await askFrom(INSIDER, port, host, 'A'))).toEqual([address])
    const { last } = await client.exchange([], buildQuery({ id: 0, name: wireName(host), type: 1 }))
    expect(answersOf(readMessage(last)!)).toEqual([address])
    expect(answersOf(await askFrom(STRANGER, port, host, 'A'))).not.toContain(address)
  }
  client.close()
}

async function serialFor({ port }: TwoViews, client: string): Promise<number> {
  return Number(answersOf(await askFrom(client, port, `${COMPANY}.`, 'SOA'))[0]!.split(' ')[2])
}

function changed(before: readonly string[], after: readonly string[]): string[] {
  const kept = before.filter((name) => after.includes(name))
  return [...new Set([...before, ...after])].filter((name) => !kept.includes(name))
}

function withLine(world: World, line: string): Zones {
  const zones = innocentZones(world)
  return { ...zones, [COMPANY]: { base: `${zones[COMPANY]!.base}${line}\n` } }
}

function withSerial(world: World, serial: number): Zones {
  const zones = innocentZones(world)
  return { ...zones, [COMPANY]: { base: zones[COMPANY]!.base.replace(`${COMPANY_SERIAL}`, `${serial}`) } }
}

function hex(octets: Uint8Array | undefined): string {
  return octets === undefined ? 'silence' : Buffer.from(octets).toString('hex')
}

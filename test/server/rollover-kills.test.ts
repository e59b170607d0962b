import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkHistory } from '../../keys/key-history.ts'
import type { RolloverKey } from '../../keys/rollover/key-state.ts'
import { is, isServed } from '../../keys/rollover/record-states.ts'
import { sendCommand } from '../../server/control/client.ts'
import { unlockKeys } from '../../server/keys/key-file.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { openStoreToRead } from '../../server/state/read-only-store.ts'
import { freePort } from '../helpers/daemon.ts'
import { LONG } from '../helpers/long.ts'
import { createRandom } from '../helpers/random.ts'
import { endAll, runVeild, type VeildProcess } from '../helpers/veild-process.ts'
import { KILL_ZONE, LONG_ROLLS, SHORT_ROLLS, type Stage } from './crashes/kill-stages.ts'
import { faultHeard, type Listening, listen } from './crashes/listening.ts'

const ZONE = KILL_ZONE
/** Seconds: of everything in the zone, and of the DS. */
const TTL = 1
const SEED = Number(process.env.VEIL_SEED ?? Date.now())
const random = createRandom(SEED)

/** Kills in each stage but the first; in `npm test` a fixed few. */
const KILLS = LONG ? 3 : 1

let folder: string
let port: number

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'veil-kills-'))
  port = await freePort()
  const file = `$TTL ${TTL}\n@ SOA ns1 hostmaster 7 3600 600 86400 ${TTL}\n@ NS ns1\nns1 A 192.0.2.1\n`
  writeFileSync(join(folder, 'kill.zone'), file)
})

afterEach(async () => {
  await endAll()
  rmSync(folder, { recursive: true, force: true })
})

const state = () => join(folder, 'state')

function configure({ settings, keys }: Stage): void {
  const algorithm = keys[0]?.split(' ')[2] ?? 13
  const parent = `parent: { check: false, ds-ttl: ${TTL}s }`
  const rolling = `keys: { publish-safety: 0s, retire-safety: 0s, zsk-lifetime: unlimited, ${settings} }`
  const dnssec = `{ algorithm: ${algorithm}, max-ttl: ${TTL}s, ${parent}, ${rolling} }`
  const head = `listen: ["127.0.0.1@${port}"]\nworkers: 2\nstate: state\nrate-limit: { enabled: false }\n`
  writeFileSync(join(folder, 'veil.yaml'), `${head}zones: { kill.test: { file: kill.zone, dnssec: ${dnssec} } }\n`)
}

async function start(): Promise<VeildProcess> {
  const veild = runVeild(['--config', join(folder, 'veil.yaml')])
  await veild.logged('ready')
  return veild
}

async function command(name: string, args: object = {}): Promise<unknown> {
  const whole = { zone: ZONE, isDryRun: false, ...args } as never
  const reply = await sendCommand(join(state(), 'control.sock'), name as 'rollovers', whole, 20_000)
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.result
}

const report = async () => ((await command('rollovers')) as RolloverReport[])[0]!

/** An operator who does at the parent what is waited for, and says so. */
async function followRolls(heard: Listening): Promise<RolloverReport> {
  const { waits, keys } = await report()
  for (const { key: id, reason } of waits) {
    if (reason.kind !== 'parent') continue
    const { keyTag, algorithm } = keys.find((key) => key.id === id)!
    const name = `key${algorithm}.${keyTag}`
    const has = (heard.ds.at(-1)?.what ?? '').split(',').filter((each) => each !== '' && each !== name)
    const isWanted = reason.expects === 'present'
    heard.ds.push({ what: [...has, ...(isWanted ? [name] : [])].sort().join(','), from: Date.now() / 1000 })
    await command('key-ds-said', { keyTag, says: isWanted ? 'submitted' : 'withdrawn' })
  }
  return report()
}

function isDone({ keys, goal }: RolloverReport, stage: Stage): boolean {
  if (stage.keys.length === 0)
    return (
      goal === 'insecure' && keys.every((key) => Object.values(key.records).every(({ state }) => state === 'hidden'))
    )
  const there = keys.map(({ duty, role, algorithm }) => `${duty} ${role} ${algorithm}`).sort()
  return there.join() === [...stage.keys].sort().join() && keys.every(isAtRest)
}

function isAtRest(key: RolloverKey): boolean {
  return Object.keys(key.records).every((name) =>
    is(key, name as 'zrrsig', name === 'zrrsig' && key.duty === 'standby' ? 'hidden' : 'omnipresent'),
  )
}

/** The history is whole, and every private key opens; how many entries somebody has asked for. */
async function readWholeStore(): Promise<number> {
  const store = openStoreToRead(state())!
  try {
    const history = store.keys.history(ZONE)
    expect(checkHistory(ZONE, history)).toBeUndefined()
    // No step was found not to verify, and taken back.
    expect(history.entries.filter(({ by }) => by === 'check').map(({ what }) => what)).toEqual([])
    const sealing = await unlockKeys(state(), { header: store.keys.header, putHeader: async () => {} })
    for (const { id, sealed } of store.keys.get(ZONE)!.keys) {
      // One that is offline has none here.
      if (sealed !== undefined) expect(sealing.open(sealed, ZONE, id)).toBeDefined()
    }
    return history.entries
      .filter(({ what }) => !what.includes('said that the DS'))
      .filter(({ by }) => by === 'operator').length
  } finally {
    await store.close()
  }
}

/** Times, in Unix seconds, between which validators may reject answers: somebody has agreed to that. */
interface Window {
  readonly from: number
  readonly until: number
}

/** Goes through a stage, killed so many times at moments that chance chooses, and started anew after each. */
async function liveThrough(stage: Stage, heard: Listening, kills: number): Promise<Window | undefined> {
  configure(stage)
  await stage.prepare?.(folder, random)
  let asked = await readWholeStore().catch(() => 0)
  const before = asked
  const from = Date.now() / 1000
  let until: number | undefined
  for (let left = kills; ; left--) {
    const veild = await start()
    const killAt = left > 0 ? Date.now() + 100 + random.below(2_500) : Number.POSITIVE_INFINITY
    let working: Promise<void> | undefined
    try {
      const first = await report()
      if (stage.ask !== undefined && asked === before) await command(...stage.ask(first))
      working = stage.work?.(folder, first)
      if (left === 0) await working
      // Where it is killed meanwhile, it is done again.
      else working = working?.catch(() => {})
      while (Date.now() < killAt) {
        const now = stage.isReached === undefined ? await followRolls(heard) : await report()
        if (until === undefined && hasGivenUp(now)) until = Date.now() / 1000 + TTL + SLACK
        if (left === 0 && (stage.isReached?.(now) ?? isDone(now, stage))) break
        await delay(50)
      }
    } finally {
      veild.signal('SIGKILL')
      await veild.ended()
      await working
    }
    asked = await readWholeStore()
    if (left === 0) return stage.isBogusForTtl ? { from, until: until! } : undefined
  }
}

/** Seconds between what is on disk and what all workers serve. */
const SLACK = 0.5

/** Whether the key that somebody else may have is not served any more. */
function hasGivenUp({ keys }: RolloverReport): boolean {
  return !keys.some((key) => key.isCompromised && isServed(key, 'dnskey'))
}

/** What was heard before and after these times. */
function outside(heard: Listening, windows: readonly Window[]): Listening {
  const isOutside = ({ at }: { readonly at: number }) => !windows.some(({ from, until }) => from <= at && at <= until)
  return { ...heard, keys: heard.keys.filter(isOutside), data: heard.data.filter(isOutside) }
}

describe('a veild that is killed while it rolls', { timeout: 900_000 }, () => {
  it.each(LONG ? LONG_ROLLS : SHORT_ROLLS)(
    '%s goes on each time: nothing is bogus, no key is lost, the history holds',
    async (title, stages) => {
      const heard: Listening = { keys: [], data: [], ds: [{ what: '', from: 0 }] }
      let isOver = false
      const listening = listen(ZONE, port, heard, () => isOver)
      const windows: Window[] = []
      let kills = 0
      for (const [index, stage] of stages.entries()) {
        const count = index === 0 ? 0 : KILLS
        windows.push(...[(await liveThrough(stage, heard, count)) ?? []].flat())
        // The last one, too, is no orderly end.
        kills += count + 1
      }
      isOver = true
      await listening
      const judged = outside(heard, windows)
      expect(judged.data.length).toBeGreaterThan(50)
      expect(faultHeard(ZONE, judged, TTL)).toBeUndefined()
      const tags = new Set(heard.keys.flatMap(({ rrset }) => rrset.rrsigs.map(({ keyTag }) => keyTag)))
      console.info(
        `${title}: ${kills} kills, ${heard.keys.length + heard.data.length} answers, ${tags.size} keys signed the key set, ${heard.ds.length} DS RRsets`,
      )
    },
  )
})

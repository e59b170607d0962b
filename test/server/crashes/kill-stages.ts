import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import type { KeyRole } from '../../../keys/key-role.ts'
import type { RolloverReport } from '../../../server/keys/rollover-protocol.ts'
import type { Random } from '../../helpers/random.ts'
import { VEILD } from '../../helpers/veild.ts'
import { bindFiles } from '../../keys/formats/samples.ts'

/** A configuration, what an operator does once it is served, and what the keys are in the end. */
export interface Stage {
  readonly settings: string
  /** What is asked for once, over the control channel. */
  readonly ask?: (report: RolloverReport) => readonly [name: Asked, args: object]
  /** What is done with dnsctl in a folder, each time that the server has begun; it may be killed meanwhile. */
  readonly work?: (folder: string, report: RolloverReport) => Promise<void>
  /** What is done in the folder before the server begins, once. */
  readonly prepare?: (folder: string, random: Random) => Promise<void>
  /** Whether the stage is over, where it is not at rest then; and nobody does at the parent what is waited for. */
  readonly isReached?: (report: RolloverReport) => boolean
  /** Whether validators reject answers for a TTL, as somebody has agreed to. */
  readonly isBogusForTtl?: boolean
  /** As `active ksk 15`; none: the zone is unsigned. */
  readonly keys: readonly string[]
}

type Asked = 'key-roll' | 'key-cancel' | 'key-emergency' | 'dnssec-disable' | 'dnssec-enable'

export const KILL_ZONE = 'kill.test.'

const TWO_KEYS: Stage = { settings: 'standby: []', keys: ['active ksk 13', 'active zsk 13'] }
const ONE_KEY: Stage = { settings: 'standby: [], combined: true', keys: ['active csk 13'] }
const STANDBY: Stage = {
  settings: 'standby: [ksk, zsk]',
  keys: ['active ksk 13', 'active zsk 13', 'standby ksk 13', 'standby zsk 13'],
}
const OTHER_ALGORITHM: Stage = { settings: 'standby: []', keys: ['active ksk 15', 'active zsk 15'] }

const roll = (stage: Stage, role: string): Stage => ({ ...stage, ask: () => ['key-roll', { role }] })
const giveUp = (stage: Stage, role: string, manner: 'continuity' | 'security' = 'continuity'): Stage => ({
  ...stage,
  ask: ({ keys }) => {
    const { keyTag } = keys.find((key) => key.role === role && key.duty === 'active')!
    return ['key-emergency', { keyTag, manner }]
  },
})

/** One that is killed in `npm test`. */
export const SHORT_ROLLS: readonly Rolls[] = [['from algorithm 13 to 15', [TWO_KEYS, OTHER_ALGORITHM]]]

export type Rolls = readonly [title: string, stages: readonly Stage[]]

export const LONG_ROLLS: readonly Rolls[] = [
  ...SHORT_ROLLS,
  ['a ZSK and a KSK', [TWO_KEYS, roll(TWO_KEYS, 'zsk'), roll(TWO_KEYS, 'ksk')]],
  ['a CSK', [ONE_KEY, roll(ONE_KEY, 'csk')]],
  ['from two keys to one, and back', [TWO_KEYS, ONE_KEY, TWO_KEYS]],
  ['to standby keys', [STANDBY, roll(STANDBY, 'zsk'), roll(STANDBY, 'ksk')]],
  ['emergencies', [TWO_KEYS, giveUp(TWO_KEYS, 'zsk'), giveUp(TWO_KEYS, 'ksk')]],
  ['emergencies with standby keys', [STANDBY, giveUp(STANDBY, 'zsk'), giveUp(STANDBY, 'ksk')]],
  // Another KSK has a DS, and validators reject nothing; what a ZSK has signed is rejected for a TTL.
  ['a KSK given up at once', [STANDBY, giveUp(STANDBY, 'ksk', 'security')]],
  ['a ZSK given up at once', [STANDBY, { ...giveUp(STANDBY, 'zsk', 'security'), isBogusForTtl: true }]],
  [
    'insecure, and back',
    [
      TWO_KEYS,
      { ...TWO_KEYS, keys: [], ask: () => ['dnssec-disable', {}] as const },
      { ...TWO_KEYS, ask: () => ['dnssec-enable', {}] as const },
    ],
  ],
  [
    'a KSK, cancelled when its DS is asked for',
    [
      TWO_KEYS,
      { ...roll(TWO_KEYS, 'ksk'), isReached: isDsAwaited },
      { ...TWO_KEYS, ask: () => ['key-cancel', {}] as const },
    ],
  ],
  ['to keys that are imported', [TWO_KEYS, await importing(TWO_KEYS)]],
  [
    'a ZSK, under a KSK that was taken offline',
    [TWO_KEYS, { ...TWO_KEYS, work: takeOffline }, roll(TWO_KEYS, 'zsk'), { ...TWO_KEYS, work: signAhead }],
  ],
  ['restored on an empty machine, and a KSK', [TWO_KEYS, { ...TWO_KEYS, prepare: restore }, roll(TWO_KEYS, 'ksk')]],
]

function isDsAwaited({ keys }: RolloverReport): boolean {
  return keys.some(({ replaces, records: { ds } }) => replaces !== undefined && ds?.state === 'rumoured')
}

/** Brings in a KSK and a ZSK of BIND's that nobody has seen anything of, in the place of those that are there. */
async function importing(stage: Stage): Promise<Stage> {
  const files = new Map<string, string>()
  const tags: number[] = []
  for (const role of ['ksk', 'zsk'] as const) {
    const made = await bindFiles(role, { algorithm: 13, apex: KILL_ZONE, state: hiddenState(role) })
    tags.push(made.keyTag)
    files.set(`${role}.key`, made.public).set(`${role}.private`, made.private).set(`${role}.state`, made.state)
  }
  return {
    ...stage,
    work: async (folder, { keys }) => {
      if (keys.some(({ keyTag }) => tags.includes(keyTag))) return
      for (const [name, text] of files) writeFileSync(join(folder, name), text)
      await run(folder, ['key', 'import', KILL_ZONE, ...files.keys(), '--replace', '--yes'])
    },
  }
}

function hiddenState(role: KeyRole): string {
  const records = role === 'ksk' ? ['DNSKEY', 'KRRSIG', 'DS'] : ['DNSKEY', 'ZRRSIG']
  const states = records.map((record) => `${record}State: hidden\n`).join('')
  return `KSK: ${role === 'ksk' ? 'yes' : 'no'}\nZSK: ${role === 'zsk' ? 'yes' : 'no'}\n${states}GoalState: omnipresent\n`
}

const PASSPHRASE = 'correct horse battery staple'
/** Files of the KSK, by folder: each try writes one of its own. */
const copies = new Map<string, string[]>()

async function takeOffline(folder: string, { keys }: RolloverReport): Promise<void> {
  if (!keys.some(({ role, isPrivate }) => role === 'ksk' && isPrivate)) return
  const before = copies.get(folder) ?? []
  const out = `ksk-${before.length}.age`
  copies.set(folder, [...before, out])
  const words = ['key', 'bundle', 'take-offline', KILL_ZONE, '--weeks', '1', '--out', out, '--stdin', '--yes']
  await run(folder, words, PASSPHRASE)
}

/** Another bundle, whatever came of the last. */
async function signAhead(folder: string): Promise<void> {
  rmSync(join(folder, 'request'), { force: true })
  rmSync(join(folder, 'bundle'), { force: true })
  await run(folder, ['key', 'bundle', 'request', KILL_ZONE, '--weeks', '2', '--out', 'request'])
  const [copy] = copies.get(folder)!
  const words = ['key', 'bundle', 'sign', 'request', '--key', copy!, '--out', 'bundle', '--stdin', '--yes']
  await run(folder, words, PASSPHRASE)
  await run(folder, ['key', 'bundle', 'import', 'bundle'])
}

const DNSCTL = join(VEILD, '../../dnsctl/dnsctl.js')
/** Restores that are killed before one is not. */
const KILLED_RESTORES = 5

/** Has a backup of the keys, loses the machine, and brings them back; what brings them is killed again and again. */
async function restore(folder: string, random: Random): Promise<void> {
  const identity = await generateIdentity()
  writeFileSync(join(folder, 'identity'), `${identity}\n`)
  await run(folder, ['key', 'backup', '--to', 'keys.age', '--recipient', await identityToRecipient(identity)])
  rmSync(join(folder, 'state'), { recursive: true })
  const words = ['key', 'restore', 'keys.age', '--identity', 'identity']
  for (let left = KILLED_RESTORES; left > 0; left--) {
    const child = spawn(process.execPath, [DNSCTL, ...words], { cwd: folder, stdio: 'ignore' })
    const timer = setTimeout(() => child.kill('SIGKILL'), 200 + random.below(2_000))
    await once(child, 'close')
    clearTimeout(timer)
    if (child.exitCode === 0) return
  }
  // The last that was killed may have had it on disk already.
  await run(folder, words).catch((error: Error) => {
    if (!error.message.includes('has keys')) throw error
  })
}

/** In a process of its own: to derive a key from a passphrase takes seconds, in which this one has others to listen to. */
async function run(folder: string, words: readonly string[], input = ''): Promise<void> {
  const child = spawn(process.execPath, [DNSCTL, ...words], { cwd: folder })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  child.stdin.on('error', () => {}).end(input)
  await once(child, 'close')
  if (child.exitCode !== 0) throw new Error(`dnsctl ${words.join(' ')}: ${output}`)
}

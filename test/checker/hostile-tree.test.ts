import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NOTHING_DECLARED } from '../../checker/declarations/declarations.ts'
import { createHost } from '../../checker/facts/host.ts'
import { createTreeRoot } from '../../checker/root/tree-root.ts'
import { LONG } from '../helpers/long.ts'
import { until } from '../helpers/until.ts'
import { allFacts } from './facts-of-folder.ts'
import { createRecordingRoot } from './recording-root.ts'
import { STOCK_TIME, stockRoot } from './stock.ts'

const HOSTCHECK = join(import.meta.dirname, '../../dist/checker/hostcheck.js')
const FACTS = await allFacts()
const OUTSIDE = 'what lies outside of the root 7c1f'
const ESCAPES = '\u001b[2J\u001b]0;taken over\u0007\u009b31m\u202e\r'
/** Control and format characters but the end of a line. */
const STEERING = /[^\P{Cc}\n]|\p{Cf}/u
/** A whole look at a tree may take so long, on processors that are shared with other tests. */
const MOST_MILLISECONDS = 60_000
/** The root refuses a folder of more than 100,000 names; fewer are gone through. */
const NAMES = LONG ? 100_001 : 3000
const LEVELS = 200

const folder = mkdtempSync(join(tmpdir(), 'hostcheck-hostile-'))
const outside = mkdtempSync(join(tmpdir(), 'hostcheck-outside-'))
const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close()
  for (const each of [folder, outside]) rmSync(each, { recursive: true, force: true })
})

/** What stands where a configuration should be; each makes it at a path. */
const KINDS: readonly ((path: string, text: string) => void)[] = [
  (path) => symlinkSync(`${path.split('/').at(-1)}`, path),
  (path) => symlinkSync(`${'../'.repeat(40)}${outside.slice(1)}/settings`, path),
  (path) => symlinkSync(join(outside, 'settings'), path),
  (path) => symlinkSync(path.includes('a') ? '/proc/self/mem' : '/dev/zero', path),
  (path) => execFileSync('mkfifo', [path]),
  (path) => makeDevice(path),
  (path) => void servers.push(createServer().listen(path)),
  (path) => mkdirSync(path),
  (path) => {
    writeFileSync(path, '')
    truncateSync(path, 20 * 1024 ** 3)
  },
  (path) =>
    writeFileSync(
      path,
      Uint8Array.from({ length: 60_000 }, (_, index) => (index * 7919) % 256),
    ),
  (path, text) => writeFileSync(path, text.replace(/[=:] ?(\w+)/g, `$&${ESCAPES}`)),
  (path, text) => writeFileSync(path, `${text}\n`.repeat(3).replaceAll(' ', ESCAPES)),
]

/** /dev/zero has no end, and only root can make one. */
function makeDevice(path: string): void {
  if (userInfo().uid === 0) execFileSync('mknod', [path, 'c', '1', '5'])
  else mkdirSync(path)
}

/** A tree in which every file that a fact reads is something else: after as many turns as there are kinds, each was each. */
function makeTree(turn: number): string {
  const tree = join(folder, String(turn))
  const recording = createRecordingRoot(stockRoot())
  const { host } = createHost({ root: recording.root, now: STOCK_TIME, declared: NOTHING_DECLARED, observations: [] })
  for (const fact of FACTS) host.get(fact)
  for (const [index, path] of [...recording.read].entries()) {
    const reading = recording.root.read(path)
    const at = join(tree, path)
    mkdirSync(dirname(at), { recursive: true })
    // A socket's path is short.
    const kind = KINDS[(index + turn) % KINDS.length]!
    if (kind === KINDS[6] && at.length > 100) continue
    kind(at, reading.outcome === 'read' ? reading.text : '')
  }
  return tree
}

function addNames(tree: string): void {
  const sites = join(tree, 'etc/apache2/sites-enabled')
  rmSync(sites, { recursive: true, force: true })
  mkdirSync(sites, { recursive: true })
  for (let index = 0; index < NAMES; index++) symlinkSync('../nowhere', join(sites, `${index}.conf`))
  const strange = [`${ESCAPES}x`, 'a\nb * * * * * root id', "'; id; '", '$(id)', '-rf', ' ', '*'.repeat(200)]
  mkdirSync(join(tree, 'etc/cron.d'), { recursive: true })
  for (const name of strange) writeFileSync(join(tree, 'etc/cron.d', name), `* * * * * root echo ${ESCAPES} > /tmp/x\n`)
  mkdirSync(join(tree, 'etc/logcheck', ...Array.from({ length: LEVELS }, () => 'd')), { recursive: true })
  symlinkSync('..', join(tree, 'etc/logcheck/up'))
}

/** Again and again the folder is away, a link out of the tree in its place, and back. */
const SWAPPING = `
const { renameSync } = require('node:fs')
for (;;) {
  for (const [from, to] of [['app', 'kept'], ['link', 'app'], ['app', 'link'], ['kept', 'app']]) renameSync('etc/' + from, 'etc/' + to)
}`

function look(...words: readonly string[]) {
  const run = spawnSync(process.execPath, [HOSTCHECK, ...words], {
    timeout: MOST_MILLISECONDS,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { PATH: process.env.PATH, COLUMNS: '100', NO_COLOR: '1' },
  })
  expect(run.signal, run.stderr.slice(-500)).toBe(null)
  return run
}

beforeAll(() => {
  writeFileSync(join(outside, 'settings'), `${OUTSIDE}\n`)
})

describe('a hostile tree', () => {
  const turns = LONG ? KINDS.map((_, index) => index) : [0]

  it.each(turns)('is judged in bounded time, shows nothing from outside, and steers no terminal: turn %i', (turn) => {
    const tree = makeTree(turn)
    addNames(tree)
    const shown = look('run', '--root', tree, '--profile', 'large', '--all')
    expect([0, 1]).toContain(shown.status)
    expect(`${shown.stdout}${shown.stderr}`).not.toMatch(STEERING)
    const told = look('run', '--root', tree, '--profile', 'large', '--format', 'json')
    expect(`${shown.stdout}${told.stdout}`).not.toContain(OUTSIDE)
    expect(told.stdout).not.toMatch(STEERING)
  })

  it('gets into no bundle either, and a bundle of it is judged like it', () => {
    const tree = join(folder, String(turns[0]))
    const file = join(folder, 'hostile.bundle.gz')
    expect(look('collect', '--root', tree, '--output', file).status).toBe(0)
    expect(String(execFileSync('zcat', [file], { maxBuffer: 256 * 1024 * 1024 }))).not.toContain(OUTSIDE)
    expect([0, 1]).toContain(look('run', '--bundle', file, '--profile', 'large').status)
  })

  it('may change while it is read: a folder that becomes a link leads nowhere', async () => {
    const tree = join(folder, 'changing')
    mkdirSync(join(tree, 'etc/app'), { recursive: true })
    writeFileSync(join(tree, 'etc/app/settings'), 'inside\n')
    symlinkSync(outside, join(tree, 'etc/link'))
    // As many others that what was held of it is let go, and it is gone to anew.
    const others = Array.from({ length: 60 }, (_, index) => `/etc/${index}`)
    for (const each of others) mkdirSync(join(tree, each))
    const root = createTreeRoot(tree, 'x')
    expect(root.read('/etc/app/settings')).toMatchObject({ text: 'inside\n' })
    const changing = spawn(process.execPath, ['-e', SWAPPING], { cwd: tree, stdio: 'ignore' })
    const seen = new Set<string>()
    await until('the folder is changed', () => existsSync(join(tree, 'etc/kept')))
    const end = Date.now() + (LONG ? 20_000 : 1500)
    while (Date.now() < end) {
      const reading = root.read('/etc/app/settings')
      seen.add(reading.outcome === 'read' ? reading.text : reading.outcome)
      for (const each of others) root.list(each)
    }
    changing.kill()
    expect([...seen]).toContain('inside\n')
    expect([...seen]).not.toContain(`${OUTSIDE}\n`)
  })
})

import { type ChildProcess, spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTreeRoot } from '../../../checker/root/tree-root.ts'
import { runHostcheck } from '../run.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hostcheck-root-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the root of a process', () => {
  it('shows what the process sees', () => {
    const root = createTreeRoot(`/proc/${process.pid}/root`, 'x')
    expect(root.read('/etc/hostname')).toMatchObject({ text: readFileSync('/etc/hostname', 'utf8') })
    expect(root.list('/etc')).toMatchObject({ outcome: 'listed', names: expect.arrayContaining(['hostname']) })
    expect(root.status('/')).toMatchObject({ outcome: 'found', type: 'directory' })
    expect(root.status('/etc/hostname/x')).toMatchObject({ outcome: 'absent' })
  })

  it('is refused in words where its process is gone, or where no folder is', async () => {
    const ended = async (path: string) => {
      const { exitCode, stderr } = await runHostcheck(folder, ['run', '--root', path])
      return `${exitCode} ${stderr.replaceAll(/\s+/g, ' ')}`
    }
    expect(await ended('/proc/4194304/root')).toMatch(/^64 error: There is no folder \/proc\/4194304\/root/)
    expect(await ended('/etc/hostname')).toMatch(/^64 error: There is no folder/)
  })
})

describe('the root of a process in a mount namespace of its own', () => {
  let inside: ChildProcess | undefined
  let ready = false
  const [mounted, outside] = [join(folder, 'mounted'), join(folder, 'outside')]

  beforeAll(async () => {
    for (const each of [mounted, outside]) mkdirSync(each)
    writeFileSync(join(outside, 'name'), 'of the host\n')
    // What stands in `mounted` stands there in the namespace alone; `outside` is covered there.
    const script = `
      mount -t tmpfs none ${outside} && mount -t tmpfs none ${mounted} && mkdir ${mounted}/etc || exit 1
      echo inside > ${mounted}/etc/name; ln -s ${mounted}/etc/name ${mounted}/absolute
      ln -s ${outside} ${mounted}/covered; echo ready; exec sleep 60`
    inside = spawn('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    ready = await new Promise<boolean>((resolve) => {
      inside?.stdout?.once('data', () => resolve(true))
      inside?.once('close', () => resolve(false)).once('error', () => resolve(false))
    })
  })
  afterAll(() => {
    inside?.kill('SIGKILL')
  })

  it('shows what is mounted there, links followed there, and never this host', ({ skip }) => {
    skip(!ready, 'no namespaces for users here: skipped')
    const root = createTreeRoot(`/proc/${inside!.pid}/root`, 'x')
    expect(root.read(`${mounted}/etc/name`)).toMatchObject({ text: 'inside\n' })
    expect(root.read(`${mounted}/absolute`)).toMatchObject({ text: 'inside\n' })
    expect(root.list(`${mounted}/etc`)).toEqual({ outcome: 'listed', names: ['name'] })
    expect(root.link(`${mounted}/absolute`)).toBe(`${mounted}/etc/name`)
    expect(root.digest(`${mounted}/etc/name`)).toMatchObject({ outcome: 'digested' })
    expect(root.read(`${mounted}/covered/name`)).toMatchObject({ outcome: 'absent' })
    expect(createTreeRoot(`/proc/${inside!.pid}/root${mounted}`, 'x').read('/absolute')).toMatchObject({
      outcome: 'absent',
    })
  })
})

describe('a folder that is held', () => {
  it('stays the one that was looked at, whatever is put in its place', () => {
    const tree = join(folder, 'tree')
    mkdirSync(join(tree, 'etc/deep'), { recursive: true })
    writeFileSync(join(tree, 'etc/deep/name'), 'inside\n')
    const root = createTreeRoot(tree, 'x')
    expect(root.read('/etc/deep/name')).toMatchObject({ text: 'inside\n' })
    renameSync(join(tree, 'etc'), join(tree, 'old'))
    symlinkSync('/etc', join(tree, 'etc'))
    expect(root.read('/etc/hostname')).toMatchObject({ outcome: 'absent' })
    expect(root.list('/etc')).toMatchObject({ names: ['deep'] })
  })

  it('is opened again where many were held since, and told as moved where a link took its place', () => {
    const tree = join(folder, 'wide')
    mkdirSync(join(tree, 'etc'), { recursive: true })
    writeFileSync(join(tree, 'etc/name'), 'inside\n')
    const root = createTreeRoot(tree, 'x')
    expect(root.read('/etc/name')).toMatchObject({ text: 'inside\n' })
    for (let number = 0; number < 100; number++) {
      mkdirSync(join(tree, `${number}`))
      writeFileSync(join(tree, `${number}`, 'name'), `${number}`)
      expect(root.read(`/${number}/name`)).toMatchObject({ text: `${number}` })
    }
    expect(root.read('/etc/name')).toMatchObject({ text: 'inside\n' })
    for (let number = 0; number < 100; number++) root.list(`/${number}`)
    renameSync(join(tree, 'etc'), join(tree, 'old'))
    symlinkSync('/etc', join(tree, 'etc'))
    const moved = { outcome: 'unreadable', why: 'it was moved meanwhile' }
    expect(root.read('/etc/hostname')).toMatchObject(moved)
    expect(root.list('/etc')).toMatchObject(moved)
  })
})

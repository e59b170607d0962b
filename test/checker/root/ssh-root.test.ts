import { chmodSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadCatalogue } from '../../../checker/catalogue/load-catalogue.ts'
import type { Judge } from '../../../checker/controls/judge.ts'
import { JUDGES } from '../../../checker/controls/judges.ts'
import { NOTHING_DECLARED } from '../../../checker/declarations/declarations.ts'
import { createRounds } from '../../../checker/judging/rounds.ts'
import { type Bundle, readBundle, rootOfBundle } from '../../../checker/root/bundle.ts'
import { collectBundle } from '../../../checker/root/collect-bundle.ts'
import { createLiveRoot, runCommand } from '../../../checker/root/live-root.ts'
import { NOT_YET } from '../../../checker/root/memory-root.ts'
import type { Root } from '../../../checker/root/root.ts'
import { lookOverSsh } from '../../../checker/root/ssh-root.ts'
import { SshError } from '../../../checker/root/ssh-session.ts'
import { missingSshServer, type SshServer, startSshServer } from '../../helpers/ssh-server.ts'
import { type Imagined, imagined, judged as judgement } from '../imagined.ts'
import { runHostcheck } from '../run.ts'

const missing = missingSshServer()
if (missing !== undefined) {
  if (process.env.CI === 'true') throw new Error(`${missing} is not installed`)
  console.warn(`skipped: install ${missing}`)
}
const folder = mkdtempSync(join(tmpdir(), 'hostcheck-ssh-'))
let server: SshServer
let judged = 0

function countingJudges(): Readonly<Record<string, Judge>> {
  const counting =
    (judge: Judge): Judge =>
    (host) => {
      judged++
      return judge(host)
    }
  return Object.fromEntries(Object.entries(JUDGES).map(([id, judge]) => [id, counting(judge)]))
}

beforeAll(async () => {
  if (missing !== undefined) return
  mkdirSync(join(folder, 'sub'))
  writeFileSync(join(folder, 'secret.conf'), 'password = hunter2\nport = 1\n')
  writeFileSync(join(folder, "it's; $(touch x) `id`\n\u001b[31m"), 'odd name\n')
  writeFileSync(join(folder, 'sub/raw'), Uint8Array.of(0, 1, 254, 255))
  writeFileSync(join(folder, 'sub/long'), 'x'.repeat(5_000_000))
  symlinkSync('sub/../secret.conf', join(folder, 'link'))
  symlinkSync('sub', join(folder, 'through'))
  linkSync(join(folder, 'secret.conf'), join(folder, 'sub/same'))
  chmodSync(join(folder, 'secret.conf'), 0o640)
  server = await startSshServer()
})
afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(missing !== undefined)('another host over ssh', () => {
  const over = <T>(look: (root: Root) => T) => lookOverSsh(server.destination, look, server)
  const bundleOf = (root: Root) =>
    collectBundle(root, {
      label: 'x',
      at: 1,
      wanted: [
        { pattern: `${folder}/**`, content: 'text' },
        { pattern: `${folder}/through/*`, content: { octets: 3 } },
        { pattern: `${folder}/sub/long`, content: 'digest' },
        { pattern: '/proc/sys/kernel/ostype', content: 'text' },
      ],
      leftOut: [],
    })

  it('shows what the host itself shows, octet for octet', async () => {
    const [there, here] = [await over(bundleOf), bundleOf(createLiveRoot())]
    // Other tests write into the folders above meanwhile.
    const below = ({ entries }: Bundle) =>
      [...entries].filter(([path]) => path.startsWith(folder) || path.startsWith('/proc/sys/')).sort()
    expect(below(there)).toEqual(below(here))
    expect(below(there).length).toBeGreaterThan(5)
    expect(there.entries.get(`${folder}/sub/same`)).toMatchObject({ links: { count: 2 } })
    const paths = [...there.entries.keys()]
    expect(paths).toHaveLength(paths.filter((path) => here.entries.has(path)).length)
    expect(paths.some((path) => path.includes('touch x'))).toBe(true)
    const root = rootOfBundle(there)
    expect(root.read(`${folder}/link`)).toMatchObject({ text: 'password = [redacted]\nport = 1\n' })
    expect(root.read('/proc/sys/kernel/ostype')).toMatchObject({ text: 'Linux\n' })
  })

  it('finds what is there beside paths that no call of find could take, and does not go through those', async () => {
    const odd = [
      `/${'a'.repeat(150_000)}`,
      '/a'.repeat(500_000),
      ...Array.from({ length: 400 }, (_, i) => `/${i}/${'b'.repeat(4000)}`),
    ]
    const statuses = await over((root) => [...odd, `${folder}/secret.conf`].map((path) => root.status(path).outcome))
    expect(statuses.at(-1)).toBe('found')
    expect(statuses.slice(0, 2)).toEqual(['unreadable', 'unreadable'])
  })

  it('runs none but the allowed commands, and says which it could not', async () => {
    const readings = await over((root) => [root.run('fail2ban-status'), root.run('systemctl-failed')])
    for (const reading of readings) expect(['ran', 'unavailable']).toContain(reading.outcome)
  })

  it('is judged in few rounds, until nothing is left out for not having been fetched', async () => {
    const controls = [...loadCatalogue().values()]
    const rounds = createRounds(controls, countingJudges())
    const [now, declared] = [Math.floor(Date.now() / 1000), { ...NOTHING_DECLARED, profile: 'large' as const }]
    let looks = 0
    const findings = await over((root) => {
      looks++
      return rounds.judge({ root, now, declared, observations: [] })
    })
    expect(new Set(findings.map(({ control }) => control)).size).toBe(controls.length)
    expect(rounds.isWhole()).toBe(true)
    expect(looks).toBeLessThanOrEqual(9)
    // Most of them are judged twice: once to ask, once to know.
    expect(judged).toBeLessThan(controls.length * 4)
    const left = findings.filter(({ reason }) => reason.includes(NOT_YET))
    expect(left.map(({ control, reason }) => `${control}: ${reason}`)).toEqual([])
  })

  it('says why it failed', async () => {
    const options = { ...server, options: [...server.options, '-o', 'User=nobody-of-that-name'] }
    const failed = lookOverSsh(server.destination, () => 0, options)
    await expect(failed).rejects.toThrow(/^ssh to host-under-test ended with 255: .*Permission denied/)
    await expect(lookOverSsh('x', () => 0, { program: '/nowhere/ssh' })).rejects.toThrow(/could not be started/)
    await expect(lookOverSsh('x', () => 0, { program: '/bin/true' })).rejects.toThrow(SshError)
    await expect(lookOverSsh('x', () => 0, { program: '/bin/yes' })).rejects.toThrow(/sent more than|ended/)
  })

  it('takes no destination for an option', async () => {
    for (const destination of ['-oProxyCommand=id', '', 'a b', 'a\nb', '-']) {
      await expect(lookOverSsh(destination, () => 0, server)).rejects.toThrow(/is no destination for ssh/)
    }
  })
})

describe('a host behind a stand-in for ssh', () => {
  /** A folder with an `ssh` that runs what it is sent here, after these lines. */
  function standIn(lines: string): string {
    const bin = mkdtempSync(join(folder, 'bin-'))
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\n{ cat <<'EOF'\n${lines}\nEOF\ncat; } | sh -s\n`, { mode: 0o755 })
    return bin
  }
  const runThere = (lines: string, argv: readonly string[], world?: Imagined) => {
    vi.stubEnv('PATH', `${standIn(lines)}:${process.env.PATH}`)
    return runHostcheck(folder, argv, world).finally(() => vi.unstubAllEnvs())
  }

  it('is told plainly where its find is that of busybox, and what to do', async () => {
    const busybox = 'find() { echo "find: unrecognized: -readable" >&2; return 1; }'
    const { exitCode, stderr } = await runThere(busybox, ['run', '--host', 'web1'])
    expect(exitCode).toBe(64)
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(/web1 has no GNU find.*Next: install findutils there; or/)
  })

  it('is not taken for one without files where its find is ended half-way', async () => {
    const halfWay = 'find() { command find "$@" | head -c 3000; case "$*" in *-prune*) return 137;; esac; }'
    const program = join(standIn(halfWay), 'ssh')
    const text = await lookOverSsh('x', (root) => root.read('/etc/passwd').outcome, { program })
    expect(text).toBe('read')
    expect(await lookOverSsh('x', (root) => root.list('/etc').outcome, { program })).toBe('listed')
  })

  it('is collected into a bundle, to be judged without it', async () => {
    const few = `find() {
      case "$*" in *-prune*|*-mindepth*) return 0;; esac
      while [ "\${1#/}" != "$1" ]; do shift; done
      command find / /etc /etc/hostname "$@"
    }`
    const world = imagined({ 'MAIL-VRFY-01': [judgement('fail')] })
    const argv = ['collect', '--host', 'web1', '--output', 'web1.gz']
    const { exitCode, stdout, stderr } = await runThere(few, argv, world)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(/Written: .*web1\.gz, .* paths of web1 in/)
    const bundle = readBundle(readFileSync(join(folder, 'web1.gz')))
    expect(rootOfBundle(bundle).read('/etc/hostname')).toMatchObject({ text: readFileSync('/etc/hostname', 'utf8') })
    expect([...bundle.entries.keys()].sort()).toEqual(['/', '/etc', '/etc/hostname'])
  })
})

describe('commands of this host', () => {
  it('run without a shell, with limits', () => {
    expect(runCommand(['echo', '$(id)'])).toMatchObject({ outcome: 'ran', exitCode: 0, stdout: '$(id)\n' })
    expect(runCommand(['false'])).toMatchObject({ outcome: 'ran', exitCode: 1 })
    expect(runCommand(['no-such-program'])).toEqual({ outcome: 'unavailable', why: 'it is not installed' })
    expect(runCommand(['yes'])).toEqual({ outcome: 'unavailable', why: 'it printed too much' })
    expect(runCommand(['env'])).toMatchObject({ stdout: expect.not.stringContaining('HOME') })
  })

  it('run once in a look', () => {
    const root = createLiveRoot()
    expect(root.run('iptables-save')).toBe(root.run('iptables-save'))
  })
})

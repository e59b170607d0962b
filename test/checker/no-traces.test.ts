import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const HOSTCHECK = join(import.meta.dirname, '../../dist/checker/hostcheck.js')
const STOCK = join(import.meta.dirname, 'stock/debian-12.bundle.gz')
const STRACE = '/usr/bin/strace'
const isMissing = !existsSync(STRACE)
if (isMissing) {
  if (process.env.CI === 'true') throw new Error('strace is not installed')
  console.warn('skipped: install strace')
}
const folder = mkdtempSync(join(tmpdir(), 'hostcheck-traces-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** System calls by which a process changes what is on a disk, and those by which it starts another or talks to one. */
const CHANGES =
  'creat,mkdir,mkdirat,rmdir,unlink,unlinkat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mknod,mknodat,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,truncate,ftruncate,utimensat,setxattr,lsetxattr,fsetxattr,mount,umount2,ioctl'
const OTHERS = 'openat,open,execve,connect,sendto,bind,kill'
/** What is written to without being a file, and what ioctl asks terminals and pipes. */
const HARMLESS = /^(?:ioctl\(\d+, (?:TCGETS|TIOCG|FIONBIO|FIOCLEX|FIONREAD)|openat\([^)]*"\/dev\/(?:null|tty)")/

interface Trace {
  readonly status: number | null
  readonly stdout: string
  readonly calls: readonly string[]
}

function traced(...words: readonly string[]): Trace {
  const log = join(folder, 'trace')
  const { status, stdout } = spawnSync(
    STRACE,
    ['-f', '-qq', '-s', '300', '-e', `trace=${CHANGES},${OTHERS}`, '-o', log, process.execPath, HOSTCHECK, ...words],
    { encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024, cwd: '/' },
  )
  const calls = readFileSync(log, 'utf8')
    .split('\n')
    .map((line) => line.replace(/^\d+ +/, ''))
  return { status, stdout, calls: calls.filter((call) => /^\w+\(/.test(call)) }
}

/** Calls that change something. */
function changes({ calls }: Trace): readonly string[] {
  return calls.filter((call) => {
    if (HARMLESS.test(call)) return false
    if (/^open(?:at)?\(/.test(call)) return /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND/.test(call)
    return !/^(?:execve|connect|sendto|bind|kill)\(/.test(call)
  })
}

function started({ calls }: Trace): readonly string[] {
  return calls.flatMap((call) => (call.endsWith('= 0') ? (/^execve\("([^"]+)"/.exec(call)?.[1] ?? []) : [])).slice(1)
}

describe.skipIf(isMissing)('a look leaves no trace', () => {
  it('of a bundle: it writes nothing, starts nothing, and talks to nobody', () => {
    const trace = traced('run', '--bundle', STOCK, '--profile', 'large')
    expect(trace.status, trace.stdout.slice(-500)).toBe(1)
    expect(trace.calls.length).toBeGreaterThan(50)
    expect(changes(trace)).toEqual([])
    expect(started(trace)).toEqual([])
    expect(trace.calls.filter((call) => /^(?:connect|sendto|bind)\(/.test(call))).toEqual([])
  })

  it('of the live host: what is not read by hostcheck itself is read by the allowed commands, which change nothing', () => {
    const trace = traced('run', '--profile', 'large')
    expect([0, 1]).toContain(trace.status)
    expect(changes(trace)).toEqual([])
    const allowed =
      /\/(?:nft|wg|iptables-save|ip6tables-save|xtables-\w+-multi|fail2ban-client|systemctl|python3[\d.]*)$/
    expect(started(trace).filter((program) => !allowed.test(program))).toEqual([])
  })
})

describe('what a look costs', () => {
  it.each([
    ['the stock tree', ['--bundle', STOCK]],
    ['this host, live', []],
  ])('%s: told, not held to', (name, words) => {
    const before = process.hrtime.bigint()
    const measured = spawnSync(
      'bash',
      [
        '-c',
        'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>/dev/null',
        'time',
        process.execPath,
        HOSTCHECK,
        'run',
        '--profile',
        'large',
        ...words,
      ],
      { encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL' },
    )
    const seconds = Number(process.hrtime.bigint() - before) / 1e9
    const [user, system] = measured.stderr.trim().split(/\s+/).slice(-2).map(Number)
    console.info(`${name}: ${(user! + system!).toFixed(2)} s of CPU, ${seconds.toFixed(2)} s in all`)
    expect([0, 1]).toContain(measured.status)
    expect(user).toBeGreaterThan(0)
  })
})

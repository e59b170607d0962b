import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../helpers/until.ts'

/**
 * A Debian that lives: this system with its packages as they are installed, over which everything that is written goes into
 * memory, with processes, mounts and a journal of its own. It is in the network of whoever starts it. What is run there
 * changes nothing here. For systemd stands a `systemctl` that runs what units say; all else is what Debian ships.
 */
export interface LivingHost {
  /** Runs a script there, as an operator would paste it into a root shell. */
  readonly run: (script: string) => SpawnSyncReturns<string>
  /** Runs hostcheck there and gives its JSON. */
  readonly hostcheck: (...args: readonly string[]) => Record<string, unknown>
  /** Pastes what `hostcheck fix --show` prints for controls into a shell, word for word; gives the commands. */
  readonly mend: (controls: string | readonly string[], declarations?: string) => readonly string[]
  /** Text of a file there; '' where there is none. */
  readonly read: (path: string) => string
  readonly end: () => Promise<void>
}

const REPOSITORY = join(import.meta.dirname, '../../..')
const HOSTCHECK = join(REPOSITORY, 'dist/checker/hostcheck.js')
const SYSTEMCTL = join(import.meta.dirname, 'living-systemctl.sh')
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
}
const PATIENCE_MS = 240_000

export interface LivingHostOptions {
  /** A script that is run there first. */
  readonly prepare?: string
  /** A folder of this system that is seen there, as /mnt. */
  readonly sees?: string
}

/** Starts one. */
export async function startLivingHost({ prepare = '', sees = '' }: LivingHostOptions = {}): Promise<LivingHost> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-living-'))
  const upper = join(folder, 'memory')
  mkdirSync(upper)
  writeFileSync(join(folder, 'start'), START)
  const child = spawn(
    'unshare',
    [...NAMESPACES, '--fork', '--kill-child', 'sh', join(folder, 'start'), upper, sees, REPOSITORY],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: ENVIRONMENT,
    },
  )
  let errors = ''
  child.stderr.on('data', (data) => (errors += data))
  const closed = new Promise((resolve) => child.once('close', resolve))
  const first = () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0]!
  const run = (script: string) =>
    spawnSync('nsenter', ['-t', first(), '-m', '-p', '-u', '-r', '-w', 'sh', '-c', script], {
      encoding: 'utf8',
      env: ENVIRONMENT,
      timeout: PATIENCE_MS,
    })
  const end = async () => {
    child.kill('SIGKILL')
    await closed
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await until('the host lives', () => {
      if (child.exitCode !== null) throw new Error(errors)
      return run('test -S /dev/log').status === 0
    })
    succeed(run(`install -m 755 ${quoted(SYSTEMCTL)} /usr/local/bin/systemctl`))
    if (prepare !== '') succeed(run(prepare))
  } catch (error) {
    await end()
    throw error
  }
  const hostcheck = (...args: readonly string[]) => {
    const { stdout, stderr } = run([process.execPath, HOSTCHECK, ...args, '--json'].map(quoted).join(' '))
    if (stdout === '') throw new Error(stderr)
    return JSON.parse(stdout) as Record<string, unknown>
  }
  return {
    run,
    hostcheck,
    end,
    mend: (controls, declarations) => {
      const given = declarations === undefined ? [] : ['--declarations', declarations]
      const { fixes } = hostcheck('fix', '--show', ...[controls].flat(), ...given) as {
        fixes: { commands: string[] }[]
      }
      const commands = fixes.flatMap((fix) => fix.commands)
      succeed(run(`set -e\n${commands.join('\n')}`))
      return commands
    },
    read: (path) => run(`cat ${quoted(path)}`).stdout,
  }
}

/** What stands in the way of starting one; undefined: nothing. */
export function obstacleToLivingHost(packages: readonly string[]): string | undefined {
  const missing = packages.filter((name) => spawnSync('dpkg', ['-s', name]).status !== 0)
  if (missing.length > 0) return `apt install ${missing.join(' ')}`
  const tried = spawnSync('unshare', [...NAMESPACES, '--fork', 'true'], { env: ENVIRONMENT })
  return tried.status === 0 ? undefined : `run as root: ${tried.stderr}`
}

const NAMESPACES = ['--mount', '--pid', '--uts']

function succeed({ status, stdout, stderr }: SpawnSyncReturns<string>): void {
  if (status !== 0) throw new Error(`it ended with ${status}\n${stdout}\n${stderr}`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The root: what is here, read only, with memory over it; then a journal as every Debian 12 has one. */
const START = `set -e
mount --make-rprivate /
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs none run
mount -t tmpfs none tmp
mount -t tmpfs none dev
for each in null zero full random urandom tty kmsg; do : > "dev/$each"; mount --bind "/dev/$each" "dev/$each"; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /dev/fd/0 dev/stdin
[ -z "$2" ] || mount --bind "$2" mnt
# It may lie in /tmp, which is empty here.
mkdir -p ".$3"
mount --bind -o ro "$3" ".$3"
mkdir -p run/systemd/journal run/sshd run/lock run/fail2ban
ln -s /run/systemd/journal/dev-log dev/log
exec chroot . /lib/systemd/systemd-journald
`

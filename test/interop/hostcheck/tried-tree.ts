import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../helpers/until.ts'

/**
 * A copy of a built Debian, over which everything that is written goes into memory. What is run there has processes, mounts
 * and a network of its own, in which there is nobody else; nothing runs there but what is asked for, and no init.
 */
export interface TriedTree {
  /** Where this process sees it. */
  readonly folder: string
  /** Runs a script as root of it. */
  readonly run: (script: string) => SpawnSyncReturns<string>
  /** Runs a script where nothing is mounted over it, so that its /proc and /sys are the folders that they are. */
  readonly runBare: (script: string) => SpawnSyncReturns<string>
  /** Files and links that were written since `mark` was called last, and are otherwise than in the base. */
  readonly written: () => readonly string[]
  readonly mark: () => void
  readonly end: () => Promise<void>
}

const ENVIRONMENT = {
  PATH: '/run/stand-ins:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
}
const PATIENCE_MS = 900_000

/** Commands that need what the tree has not, and why: in their place one that prints what it was called with. */
export type StandIns = Readonly<Record<string, string>>

export async function startTriedTree(base: string, standIns: StandIns): Promise<TriedTree> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-tried-'))
  const [memory, root] = [join(folder, 'memory'), join(folder, 'memory/root')]
  mkdirSync(memory)
  writeFileSync(join(folder, 'enter'), ENTER)
  execFileSync('sh', ['-c', MOUNT, 'sh', base, memory])
  const child = spawn('unshare', ['--net', '--uts', '--ipc', 'sh', '-c', ALONE], { stdio: 'ignore', env: ENVIRONMENT })
  const closed = new Promise((resolve) => child.once('close', resolve))
  const inside = (argv: readonly string[], input = '') =>
    spawnSync('nsenter', ['-t', `${child.pid}`, '-n', '-u', '-i', ...argv], {
      encoding: 'utf8',
      input,
      env: ENVIRONMENT,
      timeout: PATIENCE_MS,
      maxBuffer: 64 * 1024 * 1024,
    })
  const run = (script: string) =>
    inside(['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', join(folder, 'enter'), root, script])
  const end = async () => {
    child.kill('SIGKILL')
    await closed
    execFileSync('sh', ['-c', 'umount -l "$1/root" && umount -l "$1"', 'sh', memory])
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await until('it has a network of its own', () => {
      if (child.exitCode !== null) throw new Error(`unshare ended with ${child.exitCode}`)
      return readFileSync(`/proc/${child.pid}/comm`, 'utf8').trim() === 'sleep'
    })
    const made = run([BOOTED, SYSTEMCTL_INSTALLED, ...Object.keys(standIns).map(standInFor)].join('\n'))
    if (made.status !== 0) throw new Error(`${made.stdout}\n${made.stderr}`)
  } catch (error) {
    await end()
    throw error
  }
  const [upper, mark] = [join(memory, 'upper'), join(memory, 'mark')]
  const written = () =>
    execFileSync('find', [upper, '-cnewer', mark, '!', '-type', 'd'], { encoding: 'utf8' })
      .split('\n')
      .filter((path) => path !== '')
      .map((path) => path.slice(upper.length))
      .filter((path) => !isSameFile(join(upper, path), join(base, path)))
  return {
    folder: root,
    run,
    runBare: (script) => inside(['chroot', root, 'sh', '-s'], script),
    written,
    mark: () => writeFileSync(mark, ''),
    end,
  }
}

function isSameFile(one: string, other: string): boolean {
  const isFile = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
  return isFile(one) && isFile(other) && readFileSync(one).equals(readFileSync(other))
}

/** What stands in the way of copies that vanish with whoever made them; `outside` are the mounts that are not to be touched. */
export function obstacleToTriedTree(outside: string | undefined): string | undefined {
  if (process.getuid?.() !== 0) return 'run as root'
  return outside === undefined || readlinkSync('/proc/self/ns/mnt') === outside ? 'npm run remedies:try' : undefined
}

function standInFor(name: string): string {
  return `mkdir -p /run/stand-ins && printf '#!/bin/sh\\necho "stand-in for ${name}:" "$@"\\n' > /run/stand-ins/${name} && chmod 0755 /run/stand-ins/${name}`
}

/** For init: the links of units are made by systemd's own; what is to be started has to be a unit, and is not. */
const SYSTEMCTL = `#!/bin/sh
verb=$1
shift
for each; do [ "$each" = --now ] || units="$units $each"; done
case $verb in
  daemon-reload) exit 0 ;;
  enable | disable | mask | unmask)
    # shellcheck disable=SC2086
    SYSTEMD_OFFLINE=1 exec /usr/bin/systemctl "$verb" $units ;;
  start) echo "stand-in for systemctl: start $units" ;;
  stop | restart | reload | reload-or-restart) ;;
  *) echo "no stand-in for systemctl $verb" >&2; exit 1 ;;
esac
for unit in $units; do
  case $unit in *.*) ;; *) unit=$unit.service ;; esac
  template=$(echo "$unit" | sed 's/@[^.]*/@/')
  # Units that generators make of other files.
  case $unit in systemd-cryptsetup@*) continue ;; esac
  for path in "/etc/init.d/\${unit%.service}" /etc/systemd/system/"$unit" /lib/systemd/system/"$unit" /lib/systemd/system/"$template"; do
    [ -e "$path" ] && continue 2
  done
  echo "Unit $unit not found." >&2
  exit 5
done
`

const SYSTEMCTL_INSTALLED = `mkdir -p /run/stand-ins
cat > /run/stand-ins/systemctl <<'END'\n${SYSTEMCTL}END\nchmod 0755 /run/stand-ins/systemctl`

const MOUNT = `set -e
mount -t tmpfs none "$2"
mkdir "$2/upper" "$2/work" "$2/root"
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
`

const ALONE = 'ip link set lo up && hostname mail.example.com && exec sleep infinity'

/** What the installer wrote, and what units make when they start. */
const BOOTED = `echo '127.0.1.1 mail.example.com mail' >> /etc/hosts
mkdir -p /run/sshd /run/fail2ban /run/postgresql /run/php
systemd-machine-id-setup
mkdir -p "/var/log/journal/$(cat /etc/machine-id)"`

/** Of the kernel's settings a remedy may change those of its own network alone. */
const ENTER = `set -e
cd "$1"
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount --bind proc/sys/net proc/sys/net
mount -o remount,bind,rw proc/sys/net
mount -t sysfs -o ro sysfs sys
mount -t tmpfs none dev
for each in null zero full random urandom tty; do : > "dev/$each"; mount --bind "/dev/$each" "dev/$each"; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /dev/fd/0 dev/stdin
ln -s /dev/fd/1 dev/stdout
ln -s /dev/fd/2 dev/stderr
exec chroot . bash -c "$2" </dev/null
`

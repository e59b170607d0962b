import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../helpers/until.ts'

/** A mail server with real daemons, in a network and a mount namespace of its own: mail-world.sh says of what. */
export interface MailWorld {
  /** Copies the files that controls of mail read into a folder: what hostcheck takes as the root of a system. */
  readonly copyTo: (folder: string) => void
  /** Runs commands there, in one shell. */
  readonly run: (script: string) => { readonly status: number | null; readonly stdout: string; readonly stderr: string }
  readonly end: () => Promise<void>
}

const ENVIRONMENT = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }
const SCRIPT = join(import.meta.dirname, 'mail-world.sh')

/** Of a system: the configuration, what is installed, and the programs that a jail needs. */
const COPIED = [
  ...['/etc', '/bin', '/sbin', '/lib', '/var/log', '/var/lib/dpkg/status', '/usr/lib/systemd/system'],
  ...['/usr/sbin/nft', '/usr/sbin/postfix', '/usr/bin/fail2ban-*', '/usr/lib/python3/dist-packages/systemd'],
]

/** What is missing, or undefined. */
export function missingForMail(): string | undefined {
  const found = (command: string) => spawnSync('which', [command], { env: ENVIRONMENT }).status === 0
  const commands = ['postfix', 'fail2ban-client', 'nft', 'nsenter', 'unshare'].filter((command) => !found(command))
  const hasJournal = spawnSync('/usr/bin/python3', ['-c', 'import systemd.journal']).status === 0
  if (commands.length === 0 && hasJournal) return undefined
  return 'apt install postfix fail2ban nftables util-linux systemd python3-systemd'
}

/** Starts it in the network of this name (ip-netns(8)). */
export async function startMailWorld(network: string): Promise<MailWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-mail-'))
  let told = ''
  // Not `ip netns exec`: it mounts another /sys, and journald ends without its control groups.
  const holder = spawn(
    'nsenter',
    [`--net=/run/netns/${network}`, 'unshare', '--mount', '--propagation', 'private', 'bash', SCRIPT, folder],
    { stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT },
  )
  for (const stream of [holder.stdout, holder.stderr]) stream.on('data', (octets) => (told += String(octets)))
  const closed = once(holder, 'exit')
  const inside = (script: string) =>
    spawnSync('nsenter', ['-t', String(holder.pid), '-m', '-n', 'bash', '-c', script], {
      encoding: 'utf8',
      env: ENVIRONMENT,
      timeout: 120_000,
    })
  try {
    await until(
      'the mail server starts',
      () => {
        if (holder.exitCode !== null) throw new Error(`it ended: ${told}`)
        return inside(`cat ${folder}/ready`).status === 0
      },
      60,
    )
  } catch (error) {
    holder.kill('SIGKILL')
    throw new Error(told, { cause: error })
  }
  return {
    copyTo: (image) => {
      const copied = inside(`tar -cf - ${COPIED.join(' ')} 2>/dev/null | tar -xf - -C ${image}`)
      if (copied.status !== 0) throw new Error(copied.stderr)
    },
    run: inside,
    end: async () => {
      inside(`fail2ban-client stop; postfix stop; kill $(cat ${folder}/journald)`)
      holder.kill('SIGTERM')
      await closed
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

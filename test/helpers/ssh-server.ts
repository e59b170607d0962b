import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { startDaemon } from './daemon.ts'

export interface SshServer {
  readonly destination: string
  /** Options of ssh with which its own configuration leads there. */
  readonly options: readonly string[]
  readonly stop: () => Promise<void>
}

const SSHD = '/usr/sbin/sshd'

/** The package to install where there is no sshd; undefined: it is there. */
export function missingSshServer(): string | undefined {
  return existsSync(SSHD) ? undefined : 'openssh-server'
}

/** Debian's sshd on a loopback port, with keys of its own in a temporary folder. */
export async function startSshServer(): Promise<SshServer> {
  // Where it gives up its privileges; Debian's unit makes it.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true })
  const daemon = await startDaemon({
    name: 'sshd',
    command: SSHD,
    prepare: writeConfiguration,
    arguments: (_, folder) => ['-D', '-e', '-f', join(folder, 'sshd_config')],
    ready: accepts,
  })
  return {
    destination: 'host-under-test',
    options: ['-F', join(daemon.folder, 'ssh_config')],
    stop: () => daemon.stop(),
  }
}

function writeConfiguration(port: number, folder: string): void {
  for (const name of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])
  }
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(join(folder, 'user.pub')))
  writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${readFileSync(join(folder, 'host.pub'), 'utf8')}`)
  writeFileSync(join(folder, 'sshd_config'), serverLines(folder, port).join('\n'))
  writeFileSync(join(folder, 'ssh_config'), clientLines(folder, port).join('\n'))
}

function serverLines(folder: string, port: number): string[] {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    `PidFile ${folder}/pid`,
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'StrictModes no',
    'UsePAM no',
  ]
}

function clientLines(folder: string, port: number): string[] {
  return [
    'Host host-under-test',
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${userInfo().username}`,
    `  IdentityFile ${folder}/user`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${folder}/known_hosts`,
    '  StrictHostKeyChecking yes',
    '  BatchMode yes',
  ]
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createClientNetwork } from '../../helpers/client-network.ts'
import type { LivingHost } from './living-host.ts'

const HOST = { IPv4: '10.95.0.1', IPv6: 'fd00:95::1' }
const OUTSIDE = { IPv4: '10.95.0.2', IPv6: 'fd00:95::2' }
type ByFamily<Value> = Readonly<Record<keyof typeof OUTSIDE, Value>>
/** Whom a connection is tried as, and the port: what a site does to send data out, or what a host with mail and updates needs. */
export type Try = `${string}:${number}`

/** A network outside, where somebody listens as in this one; a firewall of this network stays in it, whichever host made it. */
export interface WayOut {
  /** Which of the tries connect, by IPv4 and by IPv6. */
  readonly opened: (host: LivingHost, tries: readonly Try[]) => ByFamily<readonly Try[]>
  /** Which of the ports of this network, at each of which somebody listens, answer to the one outside. */
  readonly entered: (ports: readonly number[]) => ByFamily<readonly number[]>
  /** Takes all rules of this network away. */
  readonly clear: () => void
  readonly end: () => Promise<void>
}

/** Makes it; this process is in a network of its own (own-network.ts). */
export async function startWayOut(ports: readonly number[]): Promise<WayOut> {
  const network = createClientNetwork({
    here: [`${HOST.IPv4}/24`, `${HOST.IPv6}/64`],
    there: [`${OUTSIDE.IPv4}/24`, `${OUTSIDE.IPv6}/64`],
  })
  const listeners = await Promise.all([
    startListener(process.execPath, ['-e', LISTENER, ...ports.map(String)]),
    startListener('ip', ['netns', 'exec', OTHER_NETWORK, process.execPath, '-e', LISTENER, ...ports.map(String)]),
  ])
  const enters = (address: string, port: number) =>
    network.run('timeout', '2', 'bash', '--norc', '-c', `: </dev/tcp/${address}/${port}`).status === 0
  const connects = (host: LivingHost, address: string, each: Try) => {
    const [user, port] = each.split(':')
    const as = `setpriv --reuid ${user} --regid ${user === '_apt' ? 'nogroup' : user} --clear-groups`
    // Without --norc it reads what root's shell begins with: Node gives it a socket, as ssh does.
    return host.run(`${as} timeout 10 bash --norc -c ': </dev/tcp/${address}/${port}'`).status === 0
  }
  return {
    opened: (host, tries) => ({
      IPv4: tries.filter((each) => connects(host, OUTSIDE.IPv4, each)),
      IPv6: tries.filter((each) => connects(host, OUTSIDE.IPv6, each)),
    }),
    entered: (tried) => ({
      IPv4: tried.filter((port) => enters(HOST.IPv4, port)),
      IPv6: tried.filter((port) => enters(HOST.IPv6, port)),
    }),
    clear: () => void spawnSync('nft', ['flush', 'ruleset']),
    end: async () => {
      for (const end of listeners) await end()
      network.remove()
    },
  }
}

const OTHER_NETWORK = `veil-client-${process.pid}`

async function startListener(command: string, args: readonly string[]): Promise<() => Promise<void>> {
  const listener = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(listener, 'close')
  const early = closed.then(([code]) => Promise.reject(new Error(`a listener ended with ${code}`)))
  await Promise.race([once(listener.stdout, 'data'), early])
  early.catch(() => undefined)
  return async () => {
    listener.kill()
    await closed
  }
}

/**
 * Has the kernel log what the firewalls of all networks log, not of the first one alone, which is that of whoever started this
 * process; returns what undoes it.
 */
export function logPacketsHere(): () => void {
  const control = (...args: string[]) => {
    const run = spawnSync('nsenter', ['-t', String(process.ppid), '-n', '/usr/sbin/sysctl', ...args], {
      encoding: 'utf8',
    })
    if (run.status !== 0) throw new Error(run.stderr)
    return run.stdout.trim()
  }
  const before = control('-n', LOG_OF_ALL)
  control('-qw', `${LOG_OF_ALL}=1`)
  return () => void control('-qw', `${LOG_OF_ALL}=${before}`)
}

const LOG_OF_ALL = 'net.netfilter.nf_log_all_netns'

/** Listens on each port, by IPv4 and IPv6. */
const LISTENER = `
const ports = process.argv.slice(1)
let open = 0
for (const port of ports) {
  require('node:net').createServer((socket) => socket.on('error', () => {}).end())
    .listen(Number(port), '::', () => ++open === ports.length && console.log('ready'))
}
`

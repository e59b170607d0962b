import { cite, type Evidence } from '../judging/judgement.ts'
import { cronJobs } from './cron.ts'
import { fact } from './fact.ts'
import { systemd } from './systemd.ts'

export interface SshTunnel {
  /** Where it is declared: `db-tunnel.service`. */
  readonly name: string
  /** It takes whatever key the other side shows. */
  readonly isUnverified: boolean
  readonly evidence: Evidence
}

const FORWARDS = /(?:^|[\s/])(?:autossh|ssh)\s.*\s-[A-Za-z]*[LRDwN]/
/** A line that is longer is no command, and would be looked through once for each `ssh` in it. */
const LONGEST_COMMAND = 4000
const UNVERIFIED = /StrictHostKeyChecking[=\s]+(?:no|off)\b|UserKnownHostsFile[=\s]+\/dev\/null/i

/** Tunnels of ssh(1) that a service or cron keeps up. */
export const sshTunnels = fact('ssh tunnels', (host): readonly SshTunnel[] => {
  const units = host.get(systemd)
  const started = units.names
    .filter((name) => name.endsWith('.service') && units.isEnabled(name))
    .flatMap((name) => {
      const start = units.unit(name)?.last('Service', 'ExecStart')
      if (start === undefined || !forwards(start.value)) return []
      return [{ name, isUnverified: UNVERIFIED.test(start.value), evidence: cite(start.at) }]
    })
  const kept = host
    .get(cronJobs)
    .filter(({ command }) => forwards(command))
    .map(({ command, at }) => ({ name: at.path, isUnverified: UNVERIFIED.test(command), evidence: cite(at) }))
  return [...started, ...kept]
})

function forwards(command: string): boolean {
  return command.length <= LONGEST_COMMAND && FORWARDS.test(command)
}

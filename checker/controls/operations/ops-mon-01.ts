import type { Host } from '../../facts/host.ts'
import { isRunning } from '../../facts/processes.ts'
import { sockets } from '../../facts/sockets.ts'
import { systemd } from '../../facts/systemd.ts'
import { placeOfUnit } from '../../facts/unit-evidence.ts'
import { type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'
import type { Judged } from '../judge.ts'

/** Agents that something else asks, and the port it asks at; those without a port send by themselves. */
const AGENTS: readonly { readonly unit: string; readonly port?: number }[] = [
  { unit: 'prometheus-node-exporter', port: 9100 },
  { unit: 'zabbix-agent', port: 10050 },
  { unit: 'zabbix-agent2', port: 10050 },
  { unit: 'nagios-nrpe-server', port: 5666 },
  { unit: 'munin-node', port: 4949 },
  { unit: 'netdata', port: 19_999 },
  { unit: 'snmpd', port: 161 },
  { unit: 'telegraf' },
  { unit: 'collectd' },
  { unit: 'icinga2' },
  { unit: 'monit' },
]

/** Somebody has to notice that the host is ill: an agent is enabled, and something asks it. */
export function opsMon01(host: Host): Judged {
  const units = host.get(systemd)
  const enabled = AGENTS.filter((agent) => units.isEnabled(agent.unit))
  if (enabled.length === 0) {
    const reason = 'No agent of a monitoring system is enabled, so nobody would notice that the host is ill.'
    return [{ subject: HOST, state: 'fail', cause: 'no-agent', reason, evidence: [] }]
  }
  return enabled.map((agent) => (own: Host) => judgeAgent(own, agent))
}

function judgeAgent(host: Host, agent: { readonly unit: string; readonly port?: number }): Judgement {
  const subject = `agent ${agent.unit}`
  const evidence: Evidence[] = placeOfUnit(host, agent.unit)
  if (agent.port === undefined) {
    return {
      subject,
      state: 'pass',
      cause: 'sends',
      reason: 'It is enabled, and sends what it measures by itself.',
      evidence,
    }
  }
  const asked = host.get(sockets).find((socket) => !socket.isListening && socket.port === agent.port)
  if (asked !== undefined) {
    const seen: Evidence = {
      source: 'status',
      path: '/proc/net/tcp',
      excerpt: `${asked.remoteAddress} is connected to port ${agent.port}`,
    }
    return {
      subject,
      state: 'pass',
      cause: 'asked',
      reason: `${asked.remoteAddress} asks it right now.`,
      evidence: [...evidence, seen],
    }
  }
  const told = host.declared.monitors.find((monitor) => monitor.agent === agent.unit)
  if (told !== undefined) {
    const said: Evidence = { source: 'declaration', path: 'monitors', excerpt: `${told.agent} by ${told.by}` }
    return {
      subject,
      state: 'pass',
      cause: 'declared',
      reason: `It is enabled, and ${told.by} is declared to ask it.`,
      evidence: [...evidence, said],
    }
  }
  const reason = host.get(isRunning)
    ? 'It is enabled, but nothing was connected to it: an agent that nobody asks tells nobody.'
    : 'It is enabled; whether anything asks it cannot be seen in a system that does not run.'
  return { subject, state: 'warn', cause: 'never-asked', reason, evidence: [...evidence] }
}

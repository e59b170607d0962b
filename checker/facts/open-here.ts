import { isIPv6 } from 'node:net'
import type { Evidence } from '../judging/judgement.ts'
import { ownAddresses } from './addresses.ts'
import type { Family } from './firewall/filter.ts'
import { standingOf } from './firewall/standing.ts'
import type { Host } from './host.ts'
import { isRunning } from './processes.ts'
import { sockets } from './sockets.ts'
import { kernelSetting } from './sysctl.ts'

/** What of this host answers at one of its addresses, as it shows from inside. */
export interface Answering {
  /** TCP ports at which something listens there, and which no firewall of this host shuts. */
  readonly open: readonly { readonly port: number; readonly evidence: readonly Evidence[] }[]
  /** TCP ports at which something listens there, shut to the world by a firewall of this host. */
  readonly shut: readonly { readonly port: number; readonly evidence: readonly Evidence[] }[]
}

/** Whether the address is one of this host: of an interface, or declared. */
export function isOwn(host: Host, address: string): boolean {
  return [...host.get(ownAddresses), ...host.declared.publicAddresses].includes(address)
}

/** What answers at an own address; undefined for another one, and for a host that does not run. */
export function answeringAt(host: Host, address: string): Answering | undefined {
  if (!isOwn(host, address) || !host.get(isRunning)) return undefined
  const family: Family = isIPv6(address) ? 'IPv6' : 'IPv4'
  const ports = new Set(
    host
      .get(sockets)
      .filter(({ protocol, isListening }) => protocol === 'tcp' && isListening)
      .filter((socket) => listensAt(host, socket.address, address))
      .map(({ port }) => port),
  )
  const open: Answering['open'][number][] = []
  const shut: Answering['shut'][number][] = []
  for (const port of [...ports].sort((one, other) => one - other)) {
    const gate = gateOf(host, family, String(port))
    const listener: Evidence = { source: 'status', path: '/proc/net/tcp', excerpt: `something listens at port ${port}` }
    const evidence = [listener, ...gate.evidence]
    if (gate.isShut) shut.push({ port, evidence })
    else open.push({ port, evidence })
  }
  return { open, shut }
}

/** Whether a firewall of this host keeps the world from a TCP port: as it is now where that is known, else as boot brings it. */
export function gateOf(
  host: Host,
  family: Family,
  port: string,
): { readonly isShut: boolean; readonly evidence: readonly Evidence[] } {
  const { live, boot, isLiveKnown } = standingOf(host, { hook: 'input', family, protocol: 'tcp', port })
  const ruling = isLiveKnown ? live : boot
  return { isShut: ruling?.ruling === 'deny', evidence: ruling === undefined ? [] : [ruling.at] }
}

/** What listens at every address listens there; so does what listens at an inner one, where a router leads a public one to it. */
function listensAt(host: Host, listening: string, address: string): boolean {
  if (listening === address) return true
  if (listening === '0.0.0.0') return !isIPv6(address)
  if (listening === '::') return isIPv6(address) || kernelSetting(host, 'net.ipv6.bindv6only').live?.value !== '1'
  const isTranslated = !host.get(ownAddresses).includes(address)
  return isTranslated && !/^127\.|^::1$/.test(listening)
}

import { type Evidence, placeIn } from '../judging/judgement.ts'
import { ownAddresses } from './addresses.ts'
import { fact } from './fact.ts'
import { citeLater } from './firewall/filter.ts'
import type { Host } from './host.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { sockets } from './sockets.ts'

/** A TCP connection that is open: with whom, and by the port of which of the two. */
export interface Flow {
  readonly address: string
  readonly port: number
  /** The port is the host's own: the other one asks. */
  readonly isIncoming: boolean
  readonly evidence: Evidence
}

const CONNTRACK = '/proc/net/nf_conntrack'

/** Open connections: of the host's sockets, and those that the kernel tracks, also of containers whose packets it forwards. */
export const flows = fact('open connections', (host): readonly Flow[] => [...ofSockets(host), ...ofConntrack(host)])

function ofSockets(host: Host): readonly Flow[] {
  return host.get(sockets).flatMap(({ protocol, isListening, address, port, remoteAddress, remotePort }) => {
    if (protocol !== 'tcp' || isListening) return []
    const pair = `${withPort(address, port)} and ${withPort(remoteAddress, remotePort)}`
    const evidence: Evidence = { source: 'file', path: '/proc/net/tcp', excerpt: `a connection of ${pair}` }
    return [
      { address: remoteAddress, port: remotePort, isIncoming: false, evidence },
      { address: remoteAddress, port, isIncoming: true, evidence },
    ]
  })
}

const TRACKED = /^ipv[46]\s+\d+\s+tcp\s.*\sESTABLISHED\s+src=(\S+)\s+dst=(\S+)\s+sport=\d+\s+dport=(\d+)\s/

/** `ipv4 2 tcp 6 431999 ESTABLISHED src=… dst=… sport=… dport=… src=…`: who asked stands first. */
function ofConntrack(host: Host): readonly Flow[] {
  const file = readIfThere(host.root, CONNTRACK)
  if (file === undefined) return []
  const own = new Set(host.get(ownAddresses))
  return linesOf(file).flatMap(({ text, number }) => {
    const [, from, to, port] = TRACKED.exec(text) ?? []
    if (from === undefined || to === undefined) return []
    const isIncoming = own.has(shortest(to))
    const evidence = citeLater(placeIn(file, number))
    return [{ address: shortest(isIncoming ? from : to), port: Number(port), isIncoming, evidence }]
  })
}

/** Connection tracking writes all eight groups of an IPv6 address. */
function shortest(address: string): string {
  if (!/^[0-9a-f]{4}(:[0-9a-f]{4}){7}$/i.test(address)) return address
  return new URL(`http://[${address}]`).hostname.slice(1, -1)
}

export function withPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

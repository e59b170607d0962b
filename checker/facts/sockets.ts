import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { namesIn } from './paths.ts'
import { type Process, processes } from './processes.ts'
import { readIfThere } from './read-lines.ts'

/** A socket that listens, or a TCP connection. */
export interface Socket {
  readonly protocol: 'tcp' | 'udp'
  readonly isListening: boolean
  /** Text form of the address: `127.0.0.1`, `::`. */
  readonly address: string
  readonly port: number
  readonly remoteAddress: string
  readonly remotePort: number
  readonly inode: string
  /** Who holds it; undefined where only root may know. */
  readonly process: Process | undefined
}

const TABLES = [
  { file: 'tcp', protocol: 'tcp' },
  { file: 'tcp6', protocol: 'tcp' },
  { file: 'udp', protocol: 'udp' },
  { file: 'udp6', protocol: 'udp' },
] as const
const LISTEN = '0A'
const ESTABLISHED = '01'

/** Sockets of every network namespace that a process is in (proc(5), net/tcp). */
export const sockets = fact('sockets', (host): readonly Socket[] => {
  const owners = ownersOf(host)
  const namespaces = new Map<string, string>([['own', '/proc/net']])
  for (const { network, pid } of host.get(processes)) {
    if (network !== undefined && !namespaces.has(network)) namespaces.set(network, `/proc/${pid}/net`)
  }
  const byInode = new Map<string, Socket>()
  for (const folder of namespaces.values()) {
    for (const { file, protocol } of TABLES) {
      for (const socket of readTable(host, `${folder}/${file}`, protocol, owners))
        byInode.set(`${protocol} ${socket.inode} ${socket.port} ${socket.remotePort}`, socket)
    }
  }
  return [...byInode.values()]
})

function ownersOf(host: Host): ReadonlyMap<string, Process> {
  const owners = new Map<string, Process>()
  for (const process of host.get(processes)) {
    const folder = `/proc/${process.pid}/fd`
    for (const name of namesIn(host.root, folder)) {
      const inode = /^socket:\[(\d+)\]$/.exec(host.root.link(`${folder}/${name}`) ?? '')?.[1]
      if (inode !== undefined) owners.set(inode, process)
    }
  }
  return owners
}

function readTable(
  host: Host,
  path: string,
  protocol: Socket['protocol'],
  owners: ReadonlyMap<string, Process>,
): readonly Socket[] {
  const lines = readIfThere(host.root, path)?.text.split('\n').slice(1) ?? []
  return lines.flatMap((line) => {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/)
    if (local === undefined || remote === undefined || inode === undefined) return []
    const isListening = protocol === 'udp' ? endpointOf(remote).port === 0 : state === LISTEN
    if (!isListening && state !== ESTABLISHED) return []
    const [here, there] = [endpointOf(local), endpointOf(remote)]
    return [
      {
        protocol,
        isListening,
        address: here.address,
        port: here.port,
        remoteAddress: there.address,
        remotePort: there.port,
        inode,
        process: owners.get(inode),
      },
    ]
  })
}

/** `0100007F:0CEA`: words of 32 bits in the order of a little-endian machine. */
function endpointOf(text: string): { readonly address: string; readonly port: number } {
  const [digits = '', port = '0'] = text.split(':')
  const octets = (digits.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse())
  const address =
    octets.length === 4
      ? octets.map((octet) => Number.parseInt(octet, 16)).join('.')
      : shortened(octets.map((octet) => octet.toLowerCase()))
  return { address, port: Number.parseInt(port, 16) }
}

/** IPv6 in its shortest form (RFC 5952 §4); v4-mapped addresses as IPv4. */
function shortened(octets: readonly string[]): string {
  if (octets.slice(0, 12).join('') === '00000000000000000000ffff') {
    return octets
      .slice(12)
      .map((octet) => Number.parseInt(octet, 16))
      .join('.')
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    Number.parseInt(`${octets[index * 2] ?? '00'}${octets[index * 2 + 1] ?? '00'}`, 16).toString(16),
  )
  const runs = [...groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].sort(
    (one, other) => other[0].length - one[0].length,
  )
  const longest = runs[0]
  if (longest === undefined) return groups.join(':')
  const text = groups.join(':')
  const before = text.slice(0, longest.index)
  const after = text.slice(longest.index + longest[0].length)
  return `${before}::${after.replace(/^:/, '')}`
}

import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { namesIn } from './paths.ts'
import { readIfThere } from './read-lines.ts'

export interface Process {
  readonly pid: number
  /** Name of the program, at most 15 octets (proc(5), comm). */
  readonly name: string
  /** Words of its command line. */
  readonly words: readonly string[]
  /** Path of the program; undefined where only root may know. */
  readonly program: string | undefined
  /** Effective user. */
  readonly uid: number
  /** Effective capabilities, as a mask. */
  readonly capabilities: bigint
  readonly noNewPrivileges: boolean
  /** Its root folder; undefined where only root may know. */
  readonly rootFolder: string | undefined
  /** Names its network namespace: `net:[4026531840]`. */
  readonly network: string | undefined
  /** Uids of a user namespace are not those of the host. */
  readonly isMapped: boolean
}

/** Processes that run; none in a tree that does not run. */
export const processes = fact('processes', (host): readonly Process[] =>
  namesIn(host.root, '/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readProcess(host, Number(pid)) ?? []),
)

/** Whether the root is of a system that runs: it has a /proc with processes. */
export const isRunning = fact(
  'running system',
  (host): boolean => host.root.status('/proc/self').outcome === 'found' || host.get(processes).length > 0,
)

function readProcess(host: Host, pid: number): Process | undefined {
  const folder = `/proc/${pid}`
  const status = host.root.read(`${folder}/status`)
  if (status.outcome !== 'read') return undefined
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status.text)?.[1] ?? ''
  const words = (readIfThere(host.root, `${folder}/cmdline`)?.text ?? '').split('\0').filter((word) => word !== '')
  const map = readIfThere(host.root, `${folder}/uid_map`)?.text.trim().split(/\s+/)
  return {
    pid,
    name: field('Name'),
    words,
    program: host.root.link(`${folder}/exe`),
    uid: Number(field('Uid').split(/\s+/)[1] ?? -1),
    capabilities: capabilitiesOf(field('CapEff')),
    noNewPrivileges: field('NoNewPrivs') === '1',
    rootFolder: host.root.link(`${folder}/root`),
    network: host.root.link(`${folder}/ns/net`),
    isMapped: map !== undefined && map.length >= 2 && map[1] !== '0',
  }
}

function capabilitiesOf(digits: string): bigint {
  return /^[0-9a-f]{1,16}$/.test(digits) ? BigInt(`0x${digits}`) : 0n
}

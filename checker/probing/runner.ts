import type { Observation, Probe } from '../probes/probe.ts'
import type { Target } from '../targets/targets.ts'
import type { Gate } from './gate.ts'
import type { RunWords } from './run-words.ts'

const DNS_PORT = 53

/** What a probe would send, in words: a line for each kind of thing. */
export interface Plan {
  readonly what: string
  readonly to: string
  readonly times: number
}

/** What a probe needs besides its gate. */
export interface RunnerMeans {
  readonly gate: Gate
  readonly runWords: RunWords
  /** The text of a file that a target names; throws where it cannot be read. */
  readonly readText: (path: string) => string
  /** A word that nobody can guess. */
  readonly nonce: () => string
  readonly wait: (milliseconds: number) => Promise<void>
}

/** How a probe is carried out. */
export interface Runner {
  // biome-ignore lint/suspicious/noExplicitAny: the table holds runners of all kinds of results.
  readonly probe: Probe<any>
  /** What a target must have for it: a sentence that says what is missing, or undefined. */
  readonly lacks: (target: Target) => string | undefined
  readonly plan: (target: Target) => readonly Plan[]
  readonly run: (means: RunnerMeans) => Promise<readonly Observation<unknown>[]>
}

/** Addresses that the target names one by one: prefixes are fences, and nobody walks along them. */
export function singleAddresses(target: Target): readonly string[] {
  return target.prefixes.filter((prefix) => !prefix.includes('/'))
}

/** Numbers of the ports that the target names of a protocol. */
export function portsOf({ ports }: Pick<Target, 'ports'>, protocol: 'tcp' | 'udp'): readonly number[] {
  return ports.filter((port) => port.endsWith(`/${protocol}`)).map((port) => Number.parseInt(port, 10))
}

/** The usual port of name servers where the target names it of a protocol, else the first that it names. */
export function dnsPortOf(target: Pick<Target, 'ports'>, protocol: 'tcp' | 'udp'): number | undefined {
  const ports = portsOf(target, protocol)
  return ports.includes(DNS_PORT) ? DNS_PORT : ports[0]
}

import { probe } from './probe.ts'

/** Ports that answered from outside. */
export interface OpenPortsResult {
  /** `443/tcp`. */
  readonly open: readonly string[]
  /** How many TCP and UDP ports were tried. */
  readonly tried: { readonly tcp: number; readonly udp: number }
  /** A port that is known to be open was open: without that, a scanner that was banned looks like a host that is clean. */
  readonly controlSeen: boolean
}

/** Its observations come from an own scan, or from an nmap run that was brought in; `from` is where it stood. */
export const openPorts = probe<OpenPortsResult>(
  'open-ports',
  'one TCP connection to each port asked for, closed at once',
)

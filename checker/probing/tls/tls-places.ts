import type { Target } from '../../targets/targets.ts'
import { portsOf, singleAddresses } from '../runner.ts'
import { TLS_ROADS, type TlsRoad } from './begin-tls.ts'

/** Whose ports are named, beside those that are known. */
const UNKNOWN_ROAD: TlsRoad = { protocol: 'TLS' }
const FIRST_FREE_PORT = 1024

export interface TlsPort {
  readonly port: number
  readonly road: TlsRoad
}

/** TCP ports of a target that may speak TLS: those that are known to, and high ones that are nobody's. */
export function tlsPorts(target: Target): readonly TlsPort[] {
  return portsOf(target, 'tcp').flatMap((port) => {
    const road = TLS_ROADS.get(port) ?? (port >= FIRST_FREE_PORT ? UNKNOWN_ROAD : undefined)
    return road === undefined ? [] : [{ port, road }]
  })
}

/** `192.0.2.1:443`, `[2001:db8::1]:443`, `www.example.com:443`. */
export function targetText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Why there is nothing to shake hands with; undefined: there is. */
export function lacksTls(target: Target): string | undefined {
  if (target.names.length + singleAddresses(target).length === 0) return 'it names no host and no single address'
  return tlsPorts(target).length === 0 ? 'it names no TCP port that may speak TLS' : undefined
}

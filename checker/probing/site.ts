import type { Target } from '../targets/targets.ts'
import type { Gate } from './gate.ts'
import type { Get } from './http-get.ts'
import { portsOf } from './runner.ts'

/** Why a target has no web site; undefined: it has. */
export function lacksSite(target: Target): string | undefined {
  if (target.names.length === 0) return 'it names no host'
  return webPorts(target).length === 0 ? 'it has no TCP port for HTTP' : undefined
}

/** One site of a target as people reach it: https where it may be, else http. */
export interface Site {
  readonly name: string
  readonly url: (path: string) => string
  readonly get: (path: string) => Get
}

/** The sites of a target, at the first of their addresses. */
export async function sitesOf(gate: Gate): Promise<readonly Site[]> {
  const port = webPorts(gate.target)[0]!
  const isSecure = isSecurePort(port)
  return Promise.all(
    gate.target.names.map(async (name) => {
      const [address] = await gate.resolve(name)
      const shown = port === (isSecure ? 443 : 80) ? '' : `:${port}`
      return {
        name,
        url: (path) => `${isSecure ? 'https' : 'http'}://${name}${shown}${path}`,
        get: (path) => ({ address: address!, port, host: name, isSecure, path }),
      }
    }),
  )
}

/** TCP ports of a target that may speak HTTP, with TLS first: mail and others are left out. */
export function webPorts(target: Target): readonly number[] {
  const tcp = portsOf(target, 'tcp')
  const web = tcp.filter((port) => isSecurePort(port) || PLAIN.has(port) || port > 1023)
  return [...web.filter(isSecurePort), ...web.filter((port) => !isSecurePort(port))]
}

const PLAIN: ReadonlySet<number> = new Set([80, 81])

export function isSecurePort(port: number): boolean {
  return port === 443 || port === 8443
}

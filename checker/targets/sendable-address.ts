import { isIP } from 'node:net'
import { prefixHolds } from '../facts/prefixes.ts'

/** Nobody's own, whatever a list of targets says: this network, link-local, multicast, reserved, broadcast; mapped IPv4. */
const NEVER = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  'fe80::/10',
  'ff00::/8',
]

/** Shortest prefixes that one operator may call its own. */
export const SHORTEST_PREFIX = { 4: 16, 6: 32 } as const

/** Whether something may be sent to the address: it lies in a prefix of the target, and is somebody's at all. */
export function maySendTo(prefixes: readonly string[], address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false
  return (
    !NEVER.some((prefix) => prefixHolds(prefix, address)) && prefixes.some((prefix) => prefixHolds(prefix, address))
  )
}

/** Why a prefix cannot be a target's; undefined: it can. */
export function flawOfPrefix(prefix: string): string | undefined {
  const [network = '', length] = prefix.split('/')
  const family = isIP(network) as 4 | 6
  const shortest = SHORTEST_PREFIX[family]
  if (length !== undefined && Number(length) < shortest) {
    return `"${prefix}", which is wider than /${shortest}`
  }
  if (NEVER.some((never) => prefixHolds(never, network))) return `"${prefix}", which is no host's address`
  return undefined
}

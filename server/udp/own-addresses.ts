import { networkInterfaces } from 'node:os'
import type { ListenAddress } from '../configuration/types.ts'
import { isWildcard } from './socket-address.ts'

/**
 * The addresses that `bound` stands for: itself, or where it is a wildcard every address of that family which the
 * machine has now. node:dgram cannot say from which of its addresses an answer leaves, so it binds each of them.
 * Link-local addresses are left out.
 */
export function ownAddresses(bound: ListenAddress): ListenAddress[] {
  if (!isWildcard(bound)) return [bound]
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, address }) => family === `IPv${bound.family}` && !/^fe[89ab]/i.test(address))
    .map(({ address }) => ({ ...bound, address }))
}

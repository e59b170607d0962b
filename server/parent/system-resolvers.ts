import { getServers } from 'node:dns'
import { parseAddress } from '../address.ts'
import type { Place } from './exchange.ts'

const DNS_PORT = 53

/** The resolvers of the system, as /etc/resolv.conf has them now. */
export function systemResolvers(): Place[] {
  return getServers().flatMap(placeOf)
}

/** `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:5353`; link-local ones with a zone index are left out. */
function placeOf(text: string): Place[] {
  const match = /^(?:\[([^\]]+)\]:(\d+)|([\d.]+):(\d+)|(.+))$/.exec(text)
  const address = match?.[1] ?? match?.[3] ?? match?.[5] ?? ''
  const port = Number(match?.[2] ?? match?.[4] ?? DNS_PORT)
  return parseAddress(address) === undefined ? [] : [{ address, port }]
}

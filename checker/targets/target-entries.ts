import { readPrefix } from '../../server/address.ts'
import { checked, readable } from '../../server/configuration/entry.ts'

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i

/** A host name, without a dot at its end. */
export const hostName = checked((value) => value.length < 254 && value.split('.').every((label) => LABEL.test(label)), {
  description: 'A host name',
  expected: 'a host name',
  examples: ['www.example.com'],
})

/** An address, or a prefix. */
export const prefix = readable(readPrefix, {
  description: 'An address or an address prefix',
  expected: 'an address prefix',
  examples: ['192.0.2.10', '2001:db8::/64'],
})

/** Whether it is a port of one of these protocols: `tcp|udp`. */
export const isPortOf = (value: string, protocols: string): boolean => {
  const [, number] = new RegExp(`^([1-9]\\d{0,4})/(?:${protocols})$`).exec(value) ?? []
  return number !== undefined && Number(number) < 65_536
}

const isPortRange = (value: string): boolean => {
  const [, first, last] = /^([1-9]\d{0,4})-([1-9]\d{0,4})\/tcp$/.exec(value) ?? []
  return first !== undefined && Number(first) <= Number(last) && Number(last) < 65_536
}

/** A port, or a range of TCP ports. */
export const port = checked((value) => isPortOf(value, 'tcp|udp') || isPortRange(value), {
  description: 'A port, or a range of TCP ports',
  expected: 'a port and its protocol, or a range',
  examples: ['443/tcp', '1-1024/tcp'],
})

import { BlockList, isIP } from 'node:net'

/** Whether a prefix (`10.0.0.0/8`, or one address) holds an address; false for what is neither. */
export function prefixHolds(prefix: string, address: string): boolean {
  const [network = '', length] = prefix.split('/')
  const [family, own] = [isIP(network), isIP(address)]
  if (family === 0 || family !== own) return false
  const bits = length === undefined ? (family === 4 ? 32 : 128) : Number(length)
  if (!Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  const kind = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(network, bits, kind)
  return list.check(address, kind)
}

const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::/128',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]

/** Whether the world can route to an address: none of RFC 6890's private, shared, loopback and link-local ones. */
export function isPublicAddress(address: string): boolean {
  return isIP(address) !== 0 && !NOT_PUBLIC.some((prefix) => prefixHolds(prefix, address))
}

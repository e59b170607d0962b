import { networkInterfaces } from 'node:os'
import { isMappedIPv4 } from '../guard/prefix-trie.ts'
import { parseAddress } from './address.ts'

/** Whether the address is this machine's own: of the loopback interface or another. */
export function isOwnAddress(address: Uint8Array): boolean {
  if (isMappedIPv4(address, 0) && address[12] === 127) return true
  return interfaceAddresses().some((own) => Buffer.compare(own, address) === 0)
}

/** The addresses of its interfaces, 16 octets each. */
export function interfaceAddresses(): Uint8Array[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ address }) => parseAddress(address.replace(/%.*/, '')) ?? [])
}

import { ipv4ToText, ipv6ToText } from '../../dns/address-text.ts'
import { isMappedIPv4 } from '../prefix-trie.ts'
import type { SourceTable } from './source-table.ts'

/** The address of an owner, of those of 16 octets each: `192.0.2.7`, `2001:db8::1`. */
export function addressText(addresses: Uint8Array, owner: number): string {
  return isMappedIPv4(addresses, owner * 16)
    ? ipv4ToText(addresses, owner * 16 + 12)
    : ipv6ToText(addresses, owner * 16)
}

/** What is one source, or one network, to the detectors: `192.0.2.7/32`, `2001:db8:1:2::/64`. */
export function prefixText({ addresses, lengths }: SourceTable, owner: number): string {
  const bits = lengths[owner]!
  const isIPv4 = isMappedIPv4(addresses, owner * 16)
  return `${addressText(addresses, owner)}/${isIPv4 ? bits - 96 : bits}`
}

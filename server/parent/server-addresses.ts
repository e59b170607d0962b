import { Class, Type } from '../../dns/constants.ts'
import type { MessageRecord } from '../../dns/message.ts'
import { namesEqual } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'

/** Types of address records, by family. */
const FAMILY_TYPES = { 4: Type.A, 6: Type.AAAA } as const

/** The types of address records of these families. */
export function familyTypes(families: readonly (4 | 6)[]): number[] {
  return families.map((family) => FAMILY_TYPES[family])
}

/** Whether the address is none of a host: a group's, everybody's, or that of no network (RFC 1122 §3.2.1.3, RFC 4291 §2.4). */
function isNoHost(address: string): boolean {
  return /^(?:0\.|22[4-9]\.|2[345]\d\.|::$|ff)/i.test(address)
}

/** Whether only this host itself is reached by the address. */
export function isLoopback(address: string): boolean {
  return /^(?:127\.|::1$|::ffff:127\.)/i.test(address)
}

/** The addresses of a name among the records, as text, each once; none that are of no host. */
export function addressesIn(
  records: readonly MessageRecord[],
  name: Uint8Array,
  families: readonly (4 | 6)[],
): string[] {
  const types = familyTypes(families)
  const own = records.filter(
    (record) => record.class === Class.In && types.includes(record.type) && namesEqual(record.name, name),
  )
  const addresses = own.map(({ type, rdata }) => rdataToText(type, rdata))
  return [...new Set(addresses)].filter((address) => !isNoHost(address))
}

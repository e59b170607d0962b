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

/** The addresses of a name among the records, as text, each once. */
export function addressesIn(
  records: readonly MessageRecord[],
  name: Uint8Array,
  families: readonly (4 | 6)[],
): string[] {
  const types = familyTypes(families)
  const own = records.filter(
    (record) => record.class === Class.In && types.includes(record.type) && namesEqual(record.name, name),
  )
  return [...new Set(own.map(({ type, rdata }) => rdataToText(type, rdata)))]
}

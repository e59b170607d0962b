import { Type } from '../../dns/constants.ts'
import { namesEqual } from '../../dns/name.ts'
import type { ReadZone } from '../master-file/read.ts'
import { ownerOf, type RecordTable } from '../record-table.ts'
import { typeCovered } from './rrsig-rdata.ts'

/** Whether a zone that was read as presigned is: it has DNSKEY records at its apex, and signatures over them. */
export function bringsSignatures({ table, signatures }: Pick<ReadZone, 'table' | 'signatures'>): boolean {
  const isOfKeys = (record: number): boolean =>
    typeCovered(signatures.octets, signatures.rdatas[record]!) === Type.DNSKEY
  return hasAtApex(table, Type.DNSKEY, () => true) && hasAtApex(signatures, Type.RRSIG, isOfKeys)
}

function hasAtApex(table: RecordTable, type: number, accepts: (record: number) => boolean): boolean {
  for (let record = 0; record < table.count; record++) {
    if (table.types[record] === type && namesEqual(ownerOf(table, record), table.apex) && accepts(record)) return true
  }
  return false
}

import type { PrintableRecord } from '../../zones/master-file/write.ts'
import { ownerOf, type RecordTable, rdataOf } from '../../zones/record-table.ts'

/** The records of a table as objects, one at a time and each good until the next append. */
export function* recordsOf(table: RecordTable): Generator<PrintableRecord> {
  for (let index = 0; index < table.count; index++) {
    const owner = ownerOf(table, index)
    yield { owner, type: table.types[index]!, ttl: table.ttls[index]!, rdata: rdataOf(table, index) }
  }
}

/*
 * Checks of a whole file, once its records are in a table.
 */
import { Type } from '../../dns/constants.ts'
import { nameToText } from '../../dns/name.ts'
import { findOwner, findType, indexOwners, type OwnerIndex } from '../owner-index.ts'
import { type RecordTable, removeRecords } from '../record-table.ts'
import { checkNodes } from './check-nodes.ts'
import { checkOcclusion } from './check-occlusion.ts'
import { checkOwners, checkTargets } from './check-targets.ts'
import { type ProblemLog, report } from './problems.ts'
import type { ZoneFileKind } from './reader.ts'

/**
 * Reports what is wrong between the records of a file, takes out duplicates and gives each RRset one TTL. What a file
 * lacks is only said of a base that was read without errors.
 */
export function checkTable(table: RecordTable, kind: ZoneFileKind, log: ProblemLog): void {
  const isComplete = kind === 'base' && log.errors === 0
  const index = indexOwners(table)
  const removed = checkNodes(index, log)
  if (isComplete) checkApex(index, log)
  checkOwners(index, log)
  checkOcclusion(index, checkTargets(index, isComplete, log), log)
  removeRecords(table, removed)
}

function checkApex(index: OwnerIndex, log: ProblemLog): void {
  const { apex, fileNames } = index.table
  const first = findOwner(index, apex)
  const zone = nameToText(apex)
  const place = { file: fileNames[0] ?? '', line: 1, column: 1 }
  if (findType(index, first, Type.SOA) < 0) {
    report(log, 'error', () => ({
      ...place,
      found: `no SOA record of ${zone}`,
      expected: 'one, for every zone has it (RFC 1035 §5.2)',
      remedy: `Add, for example: ${zone} SOA ns1 hostmaster 1 1d 2h 4w 1h`,
    }))
  }
  if (findType(index, first, Type.NS) < 0) {
    report(log, 'error', () => ({
      ...place,
      found: `no NS record of ${zone}`,
      expected: 'the name servers of the zone (RFC 1035 §5.2)',
      remedy: `Add one NS record for each of them, for example: ${zone} NS ns1`,
    }))
  }
}

import { MAX_VALIDITY, type SignaturePolicy } from '../../keys/signature-policy.ts'
import type { FileProblem } from '../../zones/file-problem.ts'
import type { RecordTable } from '../../zones/record-table.ts'

/** Beyond that, a default TTL is to blame, and one line of it says as much as a thousand. */
const MOST_PROBLEMS = 20
const DAY = 86_400

/**
 * The records of a signed zone with a TTL above the policy's `maxTtl`: a cache could keep them for longer than their
 * signatures hold. At most 20 of them.
 */
export function findLongTtls(table: RecordTable, { maxTtl, validity }: SignaturePolicy): FileProblem[] {
  const problems: FileProblem[] = []
  for (let record = 0; record < table.count && problems.length < MOST_PROBLEMS; record++) {
    const ttl = table.ttls[record]!
    if (ttl <= maxTtl) continue
    problems.push({
      severity: 'error',
      file: table.fileNames[table.files[record]!]!,
      line: table.lines[record]!,
      column: 1,
      found: `a TTL of ${ttl} seconds in a zone that is signed`,
      expected: `at most ${maxTtl}: signatures hold for ${validity}, and no cache may keep a record for longer`,
      remedy: howToFit(ttl),
    })
  }
  return problems
}

function howToFit(ttl: number): string {
  const days = Math.ceil(ttl / DAY)
  if (2 * days * DAY > MAX_VALIDITY) return 'Lower it.'
  return `Lower it, or say \`dnssec: { validity: ${2 * days}d, max-ttl: ${days}d }\` of the zone.`
}

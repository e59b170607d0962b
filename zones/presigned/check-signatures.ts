/*
 * Whether each RRset that is the zone's own has a signature that a validator can use (RFC 4035 §2.2). Whether it verifies
 * is for validators to say.
 */
import { RRSIG_FIXED_OCTETS } from '../../dns/constants.ts'
import { keyTagOf } from '../../dns/key-tag.ts'
import { countLabels, isWildcard, namesEqual, nameToText } from '../../dns/name.ts'
import type { ProblemLog } from '../master-file/problems.ts'
import { isSigned, ownersOf } from '../owners.ts'
import { type PresignedProjection, projectedOwner, projectedRdata } from '../projection.ts'
import { describeRow, reportAtRow, SIGN_AGAIN } from './problems.ts'
import { signatureFields } from './rrsig-rdata.ts'

/** What signs, and what was found of it. */
interface Coverage {
  /** The zone's keys: see `identity`. */
  readonly keys: ReadonlySet<number>
  /** Their algorithms. */
  readonly algorithms: ReadonlySet<number>
  /** RRsets that lack signatures of some algorithm; the first of them, and which. */
  lacking: number
  firstLacking: number
  algorithm: number
}

/**
 * Reports the RRsets without such a signature as errors, and warns once of those that lack one of each algorithm; `keys` is
 * the row of the DNSKEY RRset.
 */
export function checkSignatures(projection: PresignedProjection, keys: number, log: ProblemLog): void {
  const known = keyIdentities(projection, keys)
  const algorithms = new Set(Array.from(known, (key) => key >> 16))
  const coverage: Coverage = { keys: known, algorithms, lacking: 0, firstLacking: -1, algorithm: 0 }
  for (const { first, end, standing } of ownersOf(projection)) {
    for (let row = first; row < end; row++)
      if (isSigned(projection.types[row]!, standing)) checkRow(projection, row, coverage, log)
  }
  // Behind the data come the NSEC3 RRsets, then the signatures.
  for (let row = projection.rrsetCount; row < projection.presigned.signatures.length; row++) {
    checkRow(projection, row, coverage, log)
  }
  if (coverage.lacking > 0) warnOfLacking(projection, coverage, log)
}

function checkRow(projection: PresignedProjection, row: number, coverage: Coverage, log: ProblemLog): void {
  const signatures = projection.presigned.signatures[row]!
  if (signatures < 0) {
    reportAtRow(projection, log, 'error', row, () => ({
      found: `${describeRow(projection, row)} without an RRSIG`,
      expected: 'a signature over every RRset of a presigned zone (RFC 4035 §2.2)',
      remedy: `${SIGN_AGAIN} A record that was added by hand afterwards belongs into the unsigned file.`,
    }))
    return
  }
  const used = usableAlgorithms(projection, row, coverage.keys)
  if (used.size === 0) {
    reportAtRow(projection, log, 'error', signatures, () => ({
      found: `RRSIG over ${describeRow(projection, row)} that no validator can use`,
      expected: `the signer ${nameToText(projection.apex)}, a key among the DNSKEY records, the labels of the owner`,
      remedy: SIGN_AGAIN,
    }))
  } else if (used.size < coverage.algorithms.size && coverage.lacking++ === 0) {
    coverage.firstLacking = row
    coverage.algorithm = [...coverage.algorithms].find((algorithm) => !used.has(algorithm))!
  }
}

/** RFC 4035 §2.2; RFC 6840 §5.11: not every validator insists. */
function warnOfLacking(projection: PresignedProjection, coverage: Coverage, log: ProblemLog): void {
  const { lacking, firstLacking, algorithm } = coverage
  const others = lacking === 1 ? '' : ` and ${lacking - 1} other RRset${lacking === 2 ? '' : 's'}`
  reportAtRow(projection, log, 'warning', firstLacking, () => ({
    found: `${describeRow(projection, firstLacking)}${others} without a signature of algorithm ${algorithm}`,
    expected: 'one of each algorithm that a DNSKEY record has (RFC 4035 §2.2)',
    remedy: `${SIGN_AGAIN} In a change of algorithm its signatures come first, and its key when all of them are there.`,
  }))
}

/** Algorithms of the signatures over the RRset at `row` that a validator can use. */
function usableAlgorithms(projection: PresignedProjection, row: number, keys: ReadonlySet<number>): Set<number> {
  const { first, octets, rdatas, presigned } = projection
  const signatures = presigned.signatures[row]!
  const used = new Set<number>()
  for (let record = first[signatures]!; record < first[signatures + 1]!; record++) {
    if (isUsable(projection, record, row, keys)) used.add(signatureFields(octets, rdatas[record]!).algorithm)
  }
  return used
}

function isUsable(projection: PresignedProjection, record: number, row: number, known: ReadonlySet<number>): boolean {
  const { octets, rdatas, apex } = projection
  const { algorithm, keyTag, labels } = signatureFields(octets, rdatas[record]!)
  const owner = projectedOwner(projection, row)
  const ownLabels = countLabels(owner) - (isWildcard(owner) ? 1 : 0)
  const signer = projectedRdata(projection, record).subarray(RRSIG_FIXED_OCTETS, RRSIG_FIXED_OCTETS + apex.length)
  return labels === ownLabels && known.has(identity(algorithm, keyTag)) && namesEqual(signer, apex)
}

function keyIdentities(projection: PresignedProjection, keys: number): Set<number> {
  const known = new Set<number>()
  for (let record = projection.first[keys]!; record < projection.first[keys + 1]!; record++) {
    const dnskey = projectedRdata(projection, record)
    known.add(identity(dnskey[3]!, keyTagOf(dnskey)))
  }
  return known
}

function identity(algorithm: number, keyTag: number): number {
  return (algorithm << 16) | keyTag
}

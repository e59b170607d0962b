import { nameToText } from '../../dns/name.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import type { ProblemLog } from '../master-file/problems.ts'
import type { PresignedProjection } from '../projection.ts'
import { reportAtRow, SIGN_AGAIN } from './problems.ts'
import { signatureFields, typeCovered } from './rrsig-rdata.ts'

/** Signatures that end within so many seconds are worth a warning. */
export const SOON = 3 * 86_400

/** The signatures that share a fault: how many they are, and the one that has it most. */
interface Fault {
  readonly what: string
  readonly when: string
  count: number
  row: number
  record: number
  /** Unix seconds. */
  time: number
  worst: number
}

/** Warns of signatures that have expired at `now`, Unix seconds, end soon or do not hold yet: once for each of these. */
export function checkTimes(projection: PresignedProjection, now: number, log: ProblemLog): void {
  const { first, rdatas, octets, presigned } = projection
  const expired = createFault('that have expired', 'the first')
  const ending = createFault('that expire within three days', 'the first')
  const future = createFault('that do not hold yet', 'the last to begin')
  for (let row = presigned.signatures.length; row < presigned.rowCount; row++) {
    for (let record = first[row]!; record < first[row + 1]!; record++) {
      const { expiration, inception } = signatureFields(octets, rdatas[record]!)
      // RFC 4034 §3.1.5: times compare as serials do, so that both lie within 68 years of now.
      const left = (expiration - now) | 0
      const ahead = (inception - now) | 0
      if (left < SOON) note(left < 0 ? expired : ending, { row, record, time: now + left, worst: -left })
      if (ahead > 0) note(future, { row, record, time: now + ahead, worst: ahead })
    }
  }
  for (const fault of [expired, ending, future]) if (fault.count > 0) warn(projection, fault, log)
}

/** Unix seconds at which the first signature of the zone ends, of those that lie within 68 years of `now`. */
export function firstExpiration({ first, rdatas, octets, presigned }: PresignedProjection, now: number): number {
  let soonest = Number.POSITIVE_INFINITY
  for (let row = presigned.signatures.length; row < presigned.rowCount; row++) {
    for (let record = first[row]!; record < first[row + 1]!; record++) {
      soonest = Math.min(soonest, now + ((signatureFields(octets, rdatas[record]!).expiration - now) | 0))
    }
  }
  return soonest
}

function createFault(what: string, when: string): Fault {
  return { what, when, count: 0, row: -1, record: -1, time: 0, worst: Number.NEGATIVE_INFINITY }
}

function note(fault: Fault, seen: Pick<Fault, 'row' | 'record' | 'time' | 'worst'>): void {
  fault.count++
  if (seen.worst > fault.worst) Object.assign(fault, seen)
}

function warn(projection: PresignedProjection, { what, when, count, row, record, time }: Fault, log: ProblemLog): void {
  const { octets, owners, rdatas } = projection
  reportAtRow(projection, log, 'warning', row, () => {
    const covered = `${nameToText(octets, owners[row]!)} ${typeToText(typeCovered(octets, rdatas[record]!))}`
    const date = new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ')
    return {
      found: `${count} signature${count === 1 ? '' : 's'} ${what}, ${when} at ${date} UTC over ${covered}`,
      expected: 'signatures that hold now and for some days (RFC 4035 §5.3.1)',
      remedy: `${SIGN_AGAIN} Where the time of this machine is wrong, set its clock.`,
    }
  })
}

import { dayOf, isOver } from '../declarations/day.ts'
import type { Attestation, OperatorFile, Waiver } from '../declarations/operator-file.ts'
import { fitsPattern } from '../declarations/wildcards.ts'
import type { Finding } from '../judging/evaluate.ts'
import { excerptOf, type State } from '../judging/judgement.ts'

/** A finding with what the operator's file says of it. */
export interface SettledFinding extends Finding {
  /** It is accepted for a time, and does not count. */
  readonly waived?: Waiver
  /** A person vouches for it, and so it passes; what it was is `manual`. */
  readonly attested?: Attestation
}

/** An entry of the operator's file that the run did not find as it should be. */
export interface EntryNotice {
  readonly kind: 'waiver-unused' | 'waiver-expired' | 'attestation-unused' | 'attestation-expired'
  readonly entry: Waiver | Attestation
}

export interface Settlement {
  readonly findings: readonly SettledFinding[]
  readonly notices: readonly EntryNotice[]
}

const WAIVABLE: readonly State[] = ['fail', 'warn', 'unknown', 'manual']

/**
 * Lays waivers and attestations over what was found. An expired waiver changes nothing, an expired attestation makes a
 * warning of what is left to a person; both are told, and so is one that fits no finding, unless its control was not judged in this run.
 */
export function settle(findings: readonly Finding[], file: OperatorFile, now: number): Settlement {
  const judged = new Set(findings.map(({ control }) => control))
  const attested = findings.map((finding) => withAttestation(finding, file.attestations, now))
  const settled = attested.map((finding) => withWaiver(finding, file.waivers, now))
  const isUnused = (entry: Waiver | Attestation, among: readonly Finding[], states: readonly State[]) =>
    judged.has(entry.control) && !among.some((finding) => isFor(entry, finding) && states.includes(finding.state))
  return {
    findings: settled,
    notices: [
      ...noticesOf('waiver', file.waivers, now, (entry) => isUnused(entry, attested, WAIVABLE)),
      ...noticesOf('attestation', file.attestations, now, (entry) => isUnused(entry, findings, ['manual'])),
    ],
  }
}

function withAttestation(finding: Finding, attestations: readonly Attestation[], now: number): SettledFinding {
  if (finding.state !== 'manual') return finding
  const attested = attestations.find((each) => isFor(each, finding) && !isOver(each.expires, now))
  if (attested === undefined) return ranOut(finding, attestations)
  const { statement, by, on, at } = attested
  const evidence = {
    source: 'attestation',
    path: at.file,
    line: at.line,
    excerpt: excerptOf(`${by}: ${statement}`),
    at: on,
  } as const
  return { ...finding, attested, state: 'pass', evidence: [...finding.evidence, evidence] }
}

/** What somebody vouched for and does not any more is worse than what nobody was asked yet: it was relied on. */
function ranOut(finding: Finding, attestations: readonly Attestation[]): SettledFinding {
  const last = attestations.filter((each) => isFor(each, finding)).sort((one, other) => other.expires - one.expires)[0]
  if (last === undefined) return finding
  const day = dayOf(last.expires)
  const excerpt = excerptOf(`${last.by}, until ${day}: ${last.statement}`)
  const evidence = { source: 'attestation', path: last.at.file, line: last.at.line, excerpt, at: last.on } as const
  const reason = `${finding.reason} Somebody did until ${day}, and nobody has since.`
  return { ...finding, state: 'warn', reason, evidence: [...finding.evidence, evidence] }
}

function withWaiver(finding: SettledFinding, waivers: readonly Waiver[], now: number): SettledFinding {
  if (!WAIVABLE.includes(finding.state)) return finding
  const waived = waivers.find((each) => isFor(each, finding) && !isOver(each.expires, now))
  return waived === undefined ? finding : { ...finding, waived }
}

function isFor(entry: Waiver | Attestation, finding: Finding): boolean {
  return entry.control === finding.control && fitsPattern(finding.subject, entry.subject)
}

function noticesOf(
  what: 'waiver' | 'attestation',
  entries: readonly (Waiver | Attestation)[],
  now: number,
  isUnused: (entry: Waiver | Attestation) => boolean,
): EntryNotice[] {
  return entries.flatMap((entry): EntryNotice[] => {
    if (isUnused(entry)) return [{ kind: `${what}-unused`, entry }]
    return isOver(entry.expires, now) ? [{ kind: `${what}-expired`, entry }] : []
  })
}

import { createHash } from 'node:crypto'
import type { Control } from '../catalogue/control.ts'
import type { Judge } from '../controls/judge.ts'
import { createHost, type Host, type HostInputs, type Watched, type WatchedHost } from '../facts/host.ts'
import type { Unreadable } from '../root/root.ts'
import { type Evidence, excerptOf, HOST, type Judgement } from './judgement.ts'

/** The cause of a control that the profile leaves out. */
export const LEFT_OUT = 'profile'
/** The cause of a control whose function failed in a way it should not. */
export const FAULT = 'fault'
/** The cause of what stays open because something could not be read. */
const UNREAD = 'unread'
const MOST_UNREAD_TOLD = 5

/** A judgement as a report has it. */
export interface Finding extends Judgement {
  readonly control: string
  /** SHA-256 over control, subject and cause, the first 16 digits: it survives lines that move and values that change. */
  readonly fingerprint: string
}

/** What all controls say of a host. A fault in one of them leaves it open, and takes nothing from the others. */
export function evaluate(
  controls: Iterable<Control>,
  judges: Readonly<Record<string, Judge>>,
  inputs: HostInputs,
): readonly Finding[] {
  return judgeEach(controls, judges, inputs).flatMap(({ findings }) => findings)
}

/** What one control says, and all that could not be read for that. */
export interface Verdict {
  readonly control: Control
  readonly findings: readonly Finding[]
  readonly unread: readonly Unreadable[]
}

/** What each control says of a host, in their order, facts collected once for all of them. */
export function judgeEach(
  controls: Iterable<Control>,
  judges: Readonly<Record<string, Judge>>,
  inputs: HostInputs,
): readonly Verdict[] {
  const watched = createHost(inputs)
  return [...controls].map((control) => {
    try {
      return judgeControl(control, judges[control.id], watched)
    } catch (error) {
      return { control, findings: [findingOf(control.id, faulty(error))], unread: [] }
    }
  })
}

function judgeControl(control: Control, judge: Judge | undefined, { host, watch }: WatchedHost): Verdict {
  if (judge === undefined) throw new Error(`${control.id} has no function`)
  if (isLeftOut(control, host))
    return { control, findings: [findingOf(control.id, leftOut(control, host))], unread: [] }
  const { value, unread } = watch(judge)
  const judged = value.map((each) => (typeof each === 'function' ? watch(each) : { value: each, unread: () => [] }))
  // Asked when all of them are made: what is judged apart may also have read by the judge's own host.
  const shared = unread()
  const judgements = judged.flatMap((each) => judgementsOf(each, shared))
  if (judgements.length === 0) throw new Error(`${control.id} judged nothing`)
  return {
    control,
    findings: judgements.map((judgement) => findingOf(control.id, judgement)),
    unread: [...shared, ...judged.flatMap((each) => each.unread())],
  }
}

/** Judgements that stand on the same readings. Where these say nothing at all, silence must not count for a pass. */
function judgementsOf(
  { value, unread }: Watched<Judgement | readonly Judgement[]>,
  shared: readonly Unreadable[],
): readonly Judgement[] {
  const own = unread()
  const judgements = 'subject' in value ? [value] : value
  const all = [...own, ...shared]
  if (judgements.length === 0 && own.length > 0) return [unreadOf({ subject: HOST, evidence: [] }, all)]
  return judgements.map((judgement) => withoutGuessing(judgement, all))
}

function faulty(error: unknown): Judgement {
  const what = error instanceof Error ? error.message : String(error)
  const frame = error instanceof Error ? /\n\s*(at .*)/.exec(error.stack ?? '')?.[1] : undefined
  return {
    subject: HOST,
    state: 'unknown',
    cause: FAULT,
    reason: `hostcheck itself failed here (${excerptOf(what)}), so this stays open: please report it.`,
    evidence: frame === undefined ? [] : [{ source: 'status', path: 'hostcheck', excerpt: excerptOf(frame) }],
  }
}

function isLeftOut(control: Control, host: Host): boolean {
  return !control.applies.profiles.includes(host.declared.profile) && !host.declared.optIn.includes(control.id)
}

function leftOut(control: Control, host: Host): Judgement {
  return {
    subject: HOST,
    state: 'not-applicable',
    cause: LEFT_OUT,
    reason: `The profile "${host.declared.profile}" leaves this control out; it is for ${control.applies.profiles.join(' and ')} operations.`,
    evidence: [],
  }
}

/** What could not be read is unknown: it makes neither a pass nor a "not applicable". */
function withoutGuessing(judgement: Judgement, unread: readonly Unreadable[]): Judgement {
  const isOpen = unread.length > 0 && ['pass', 'not-applicable'].includes(judgement.state)
  return isOpen ? unreadOf(judgement, unread) : judgement
}

function unreadOf(of: Pick<Judgement, 'subject' | 'evidence'>, unread: readonly Unreadable[]): Judgement {
  const first = unread[0]!
  const more = unread.length > 1 ? ` and ${unread.length - 1} more` : ''
  return {
    ...of,
    state: 'unknown',
    cause: UNREAD,
    reason: `${first.path}${more} could not be read (${first.why}), so this stays open.`,
    evidence: [...of.evidence, ...unread.slice(0, MOST_UNREAD_TOLD).map(evidenceOf)],
  }
}

function evidenceOf(unread: Unreadable): Evidence {
  return { source: 'status', path: unread.path, excerpt: `could not be read: ${unread.why}` }
}

/** A judge that looked twice at a line, or for two reasons, need not show it twice. */
function withoutRepeats(evidence: readonly Evidence[]): readonly Evidence[] {
  const byPlace = new Map<string, Evidence>()
  for (const each of evidence) {
    const place = `${each.source}\n${each.path}\n${each.line ?? each.excerpt}`
    if (!byPlace.has(place)) byPlace.set(place, each)
  }
  return [...byPlace.values()]
}

function findingOf(control: string, judgement: Judgement): Finding {
  const digest = createHash('sha256').update(`${control}\n${judgement.subject}\n${judgement.cause}`).digest('hex')
  return { ...judgement, evidence: withoutRepeats(judgement.evidence), control, fingerprint: digest.slice(0, 16) }
}

import { createHash } from 'node:crypto'
import type { Control } from '../catalogue/control.ts'
import type { Judge } from '../controls/judge.ts'
import { createHost, type Host, type HostInputs, type WatchedHost } from '../facts/host.ts'
import type { Unreadable } from '../root/root.ts'
import { type Evidence, excerptOf, HOST, type Judgement } from './judgement.ts'

/** The cause of a control that the profile leaves out. */
export const LEFT_OUT = 'profile'
/** The cause of a control whose function failed in a way it should not. */
export const FAULT = 'fault'

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
  const watched = createHost(inputs)
  return [...controls].flatMap((control) => {
    try {
      return judgeControl(control, judges[control.id], watched)
    } catch (error) {
      return [findingOf(control.id, faulty(error))]
    }
  })
}

function judgeControl(control: Control, judge: Judge | undefined, watched: WatchedHost): readonly Finding[] {
  if (judge === undefined) throw new Error(`${control.id} has no function`)
  if (isLeftOut(control, watched.host)) return [findingOf(control.id, leftOut(control, watched.host))]
  const { value, unread } = watched.watch(judge)
  if (value.length === 0) throw new Error(`${control.id} judged nothing`)
  return value.map((judgement) => findingOf(control.id, withoutGuessing(judgement, unread)))
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
  const first = unread[0]
  if (first === undefined || !['pass', 'not-applicable'].includes(judgement.state)) return judgement
  const more = unread.length > 1 ? ` and ${unread.length - 1} more` : ''
  return {
    ...judgement,
    state: 'unknown',
    cause: 'unread',
    reason: `${first.path}${more} could not be read (${first.why}), so this stays open.`,
    evidence: [...judgement.evidence, ...unread.slice(0, 5).map(evidenceOf)],
  }
}

function evidenceOf(unread: Unreadable): Evidence {
  return { source: 'status', path: unread.path, excerpt: `could not be read: ${unread.why}` }
}

function findingOf(control: string, judgement: Judgement): Finding {
  const digest = createHash('sha256').update(`${control}\n${judgement.subject}\n${judgement.cause}`).digest('hex')
  return { ...judgement, control, fingerprint: digest.slice(0, 16) }
}

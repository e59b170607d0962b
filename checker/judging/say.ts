import { type Evidence, HOST, type Judgement } from './judgement.ts'

/** What is so of a subject: its state, the kind of finding, one sentence, and what it rests on beside what is known anyway. */
export type Say = (state: Judgement['state'], cause: string, reason: string, more?: readonly Evidence[]) => Judgement

/** Judgements of one subject that all rest on the same evidence first. */
export function sayOf(subject: string, evidence: readonly Evidence[], values?: Judgement['values']): Say {
  return (state, cause, reason, more = []) => ({
    subject,
    state,
    cause,
    reason,
    evidence: [...evidence, ...more],
    ...(values === undefined ? {} : { values }),
  })
}

/** A judgement of the host as a whole that the control has nothing to look at here. */
export function notApplicable(cause: string, reason: string, evidence: readonly Evidence[] = []): Judgement {
  return { subject: HOST, state: 'not-applicable', cause, reason, evidence }
}

/** A judgement of the host as a whole that nobody can tell from here. */
export function unknown(cause: string, reason: string, evidence: readonly Evidence[] = []): Judgement {
  return { subject: HOST, state: 'unknown', cause, reason, evidence }
}

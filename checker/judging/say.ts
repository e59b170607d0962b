import { type Evidence, HOST, type Judgement } from './judgement.ts'

/** A judgement of the host as a whole that the control has nothing to look at here. */
export function notApplicable(cause: string, reason: string, evidence: readonly Evidence[] = []): Judgement {
  return { subject: HOST, state: 'not-applicable', cause, reason, evidence }
}

/** A judgement of the host as a whole that nobody can tell from here. */
export function unknown(cause: string, reason: string, evidence: readonly Evidence[] = []): Judgement {
  return { subject: HOST, state: 'unknown', cause, reason, evidence }
}

import type { Host } from '../facts/host.ts'
import type { Judgement } from '../judging/judgement.ts'

/**
 * The chain logic of a control: what it finds on a host, one judgement for each subject, at least one.
 * It need not care for what cannot be read: a pass that stands on something unread becomes unknown (evaluate.ts).
 *
 * What could not be read by the judge's own host leaves all its passes open. A subject that is judged `Apart` keeps what is
 * read for it to itself.
 */
export type Judge = (host: Host) => Judged
export type Judged = readonly (Judgement | Apart)[]

/**
 * One subject's judgement, made after the judge has returned, by a host of its own: what could not be read by that one leaves
 * open only what is returned here. So a judge that forgets this says less, and never too much.
 */
export type Apart = (host: Host) => Judgement | readonly Judgement[]

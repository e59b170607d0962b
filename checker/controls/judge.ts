import type { Host } from '../facts/host.ts'
import type { Judgement } from '../judging/judgement.ts'

/**
 * The chain logic of a control: what it finds on a host, one judgement for each subject, at least one.
 * It need not care for what cannot be read: a pass that stands on something unread becomes unknown (evaluate.ts).
 */
export type Judge = (host: Host) => readonly Judgement[]

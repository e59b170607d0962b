import { Flag } from '../../dns/constants.ts'
import { Verdict } from '../../guard/verdict.ts'
import { answerTo, contextOf } from '../helpers/answering.ts'
import { signedGenerationOf } from '../helpers/signed-answering.ts'
import { CALM_ZONES } from './world.ts'

/** Knows what a question finds, by the same lookup that answers it, and without limits. */
export interface Oracle {
  /** The verdict on a question of a stranger. */
  verdictOn(message: Uint8Array, from: string): Verdict
  /** Whether the whole answer does not fit into a datagram: TC is no limit then. */
  isTooLarge(message: Uint8Array, from: string): boolean
}

/** Verdicts on names that exist: what has to be answered to everyone. */
export const EXISTING: ReadonlySet<Verdict> = new Set([
  Verdict.Found,
  Verdict.Wildcard,
  Verdict.Nodata,
  Verdict.Referral,
])

export function createOracle(): Oracle {
  const context = contextOf(signedGenerationOf(CALM_ZONES))
  const signed = contextOf(
    signedGenerationOf(
      Object.fromEntries(Object.entries(CALM_ZONES).map(([name, zone]) => [name, { ...zone, signing: {} }])),
    ),
  )
  return {
    verdictOn: (message, from) => {
      answerTo(context, message, { from })
      return context.plan.verdict
    },
    isTooLarge: (message, from) => isTruncated(answerTo(signed, message, { from })),
  }
}

export function isTruncated(answer: Uint8Array | undefined): boolean {
  return answer !== undefined && (((answer[2]! << 8) | answer[3]!) & Flag.TC) !== 0
}

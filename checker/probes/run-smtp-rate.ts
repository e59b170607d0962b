import { openSmtp, type SmtpBudget, type SmtpOptions } from './smtp-client.ts'
import type { SmtpRateResult } from './smtp-rate.ts'

export interface RateOptions extends SmtpOptions {
  readonly domain: string
  /** RCPT commands at most; the probe's own promise is 60. */
  readonly most: number
}

export type RateOutcome =
  | { readonly outcome: 'found'; readonly found: SmtpRateResult }
  | { readonly outcome: 'failed'; readonly why: string }

const MOST_RECIPIENTS = 60
/** Names of one transaction: more are refused by any server for its own sake (RFC 5321 §4.5.3.1.8 asks for a hundred). */
const NAMES_OF_A_TRANSACTION = 20
/** The server has had enough of this client. */
const ENOUGH = /^421|^4\d\d .*(?:too many|rate limit)/i

/** Asks for recipients, one after another, until the server refuses to go on or the most are asked for; and never DATA. */
export async function runSmtpRate(
  address: string,
  port: number,
  options: RateOptions,
  budget: SmtpBudget,
): Promise<RateOutcome> {
  const session = await openSmtp(address, port, options, budget)
  if ('code' in session) return { outcome: 'failed', why: session.why }
  const most = Math.min(options.most, MOST_RECIPIENTS)
  let asked = 0
  try {
    while (asked < most) {
      if (asked % NAMES_OF_A_TRANSACTION === 0) {
        if (asked > 0) await session.say({ verb: 'RSET' })
        await session.say({ verb: 'MAIL' })
      }
      const reply = await session.say({ verb: 'RCPT', address: `hostcheck-${asked}@${options.domain}` })
      if (reply.code === 'end') {
        if (asked === 0) return { outcome: 'failed', why: reply.why }
        break
      }
      asked++
      const line = `${reply.code} ${reply.text}`
      if (ENOUGH.test(line)) return { outcome: 'found', found: { asked, limited: true, reply: line.slice(0, 200) } }
    }
    if (asked < most) return { outcome: 'failed', why: `it ended after ${asked} of ${most} recipients` }
    return { outcome: 'found', found: { asked, limited: false } }
  } finally {
    await session.close()
  }
}

import type { KnownBy } from '../../facts/fact.ts'
import type { Host } from '../../facts/host.ts'
import { type Postfix, type PostfixService, postfix } from '../../facts/postfix.ts'
import { doors } from '../../facts/smtp-path.ts'
import { requiredScore, spamFilterOf, spamRules } from '../../facts/spam-filter.ts'
import { cite, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'

const FRESH_SECONDS = 14 * 86_400
/** Twice what SpamAssassin calls spam by itself. */
const HIGH_SCORE = 10

type Verdict = Pick<Judgement, 'state' | 'cause' | 'reason'>

/** Mail from strangers goes through a filter that runs and whose rules are of these days. */
export function mailSpam01(host: Host): readonly Judgement[] {
  const found = host.get(postfix)
  if (found === undefined) return [notApplicable('no-postfix', 'There is no Postfix here.')]
  const open = doors(found)
  if (open.length === 0) return [notApplicable('no-door', 'No service of Postfix takes mail from strangers.')]
  return open.map((service) => judgeDoor(host, found, service))
}

function judgeDoor(host: Host, found: Postfix, service: PostfixService): Judgement {
  const { state, by, evidence } = spamFilterOf(host, found, service)
  const about = { subject: `service ${service.name}`, evidence: [cite(service.at), ...evidence] }
  if (state === 'absent') {
    return { ...about, state: 'fail', cause: 'absent', reason: 'Nothing looks at mail from strangers for spam.' }
  }
  if (state === 'unwired') {
    const reason = 'SpamAssassin is installed, but no mail goes through it.'
    return { ...about, state: 'fail', cause: 'unwired', reason }
  }
  if (state === 'dead') {
    const reason = 'Postfix asks a filter that nothing starts, so mail goes past it or is put off.'
    return { ...about, state: 'fail', cause: 'dead', reason }
  }
  if (by === 'rspamd')
    return { ...about, state: 'pass', cause: 'wired', reason: 'Mail from strangers goes through rspamd.' }
  const score = host.get(requiredScore)
  if (score !== undefined && Number(score.value) > HIGH_SCORE) {
    const reason = `Mail goes through SpamAssassin, which calls spam only what has ${score.value} points: hardly anything.`
    return { ...about, state: 'warn', cause: 'high-score', reason, evidence: [...about.evidence, score.evidence] }
  }
  const rules = host.get(spamRules)
  return { ...about, ...rulesVerdict(host, rules), evidence: [...about.evidence, ...rules.evidence] }
}

function rulesVerdict(host: Host, { updated, isUpdating }: KnownBy<typeof spamRules>): Verdict {
  if (!isUpdating) {
    return {
      state: 'warn',
      cause: 'no-updates',
      reason: 'Mail goes through SpamAssassin, but nothing ever brings it new rules.',
    }
  }
  if (updated === undefined || host.now - updated > FRESH_SECONDS) {
    return {
      state: 'warn',
      cause: 'stale-rules',
      reason: 'Mail goes through SpamAssassin, but its rules are older than 14 days.',
    }
  }
  return {
    state: 'pass',
    cause: 'wired',
    reason: 'Mail from strangers goes through SpamAssassin, and its rules are of these days.',
  }
}

import type { Host } from '../../facts/host.ts'
import { type Jail, jails, walkJail } from '../../facts/jailkit.ts'
import { scheduleOf } from '../../facts/scheduled.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'
import { hardLinkProblems, limitedShellProblems } from './doors-of-jail.ts'
import { type JailProblem, problemsInside, problemsOfFolder, problemsOfUsers } from './jail-problems.ts'

const MOST_TOLD = 8
/** Standard output, with or without the other. */
const THROWN_AWAY = /(?:^|[^2>])&?1?>{1,2}\s*\/dev\/null/
const SCHEDULE = {
  file: '/etc/cron.d/jk_check',
  content: '17 4 * * * root /usr/sbin/jk_check\n',
}

/** A jail holds: nobody in it may change it, nothing in it gives other rights, and somebody looks. */
export function isoJail01(host: Host): Judged {
  const found = host.get(jails)
  if (found.length === 0) return [notApplicable('no-jails', 'No user here is shut into a jail of jailkit.')]
  const schedule = scheduleOf(host, 'jk_check')
  return found.map((jail) => (own: Host) => judgeJail(own, jail, schedule))
}

function judgeJail(host: Host, jail: Jail, schedule: Evidence | undefined): Judgement {
  const walk = walkJail(host, jail.path)
  const problems = [
    ...problemsOfFolder(host, jail.path),
    ...problemsInside(host, jail, walk),
    ...hardLinkProblems(host, jail, walk),
    ...problemsOfUsers(host, jail),
    ...limitedShellProblems(host, jail),
    ...unseen(jail, schedule),
  ]
  const worst = problems.find(({ state }) => state === 'fail') ?? problems[0]
  const base = { subject: `jail ${jail.path}`, values: { jail: jail.path } }
  if (worst === undefined) {
    const evidence = schedule === undefined ? [] : [schedule]
    if (walk.isCut) {
      const reason = 'It holds more than is looked at here; what was seen of it is sound.'
      return { ...base, state: 'unknown', cause: 'too-large', reason, evidence }
    }
    const reason = 'Nobody in it can change it, nothing in it gives other rights, and jk_check looks at it regularly.'
    return { ...base, state: 'pass', cause: 'sound', reason, evidence }
  }
  const told = [...new Map(problems.map((problem) => [problem.cause, problem.says])).values()]
  return {
    ...base,
    state: worst.state,
    cause: worst.cause,
    reason: sentence(told),
    evidence: problems.slice(0, MOST_TOLD).map(({ evidence }) => evidence),
    remedy: problems.flatMap(({ remedy }) => remedy),
  }
}

/** jk_check tells what it finds on its output alone: cron mails that, unless it is thrown away. */
function unseen(jail: Jail, schedule: Evidence | undefined): readonly JailProblem[] {
  if (schedule === undefined) {
    const evidence: Evidence = { source: 'status', path: jail.path, excerpt: 'nothing runs jk_check' }
    const says = 'nothing runs jk_check, so that nobody sees when it gets a door'
    return [{ state: 'warn', cause: 'unchecked', says, evidence, remedy: [SCHEDULE] }]
  }
  if (!THROWN_AWAY.test(schedule.excerpt)) return []
  const says = 'what jk_check finds is thrown away, so that nobody sees when it gets a door'
  return [{ state: 'warn', cause: 'unseen', says, evidence: schedule, remedy: [SCHEDULE] }]
}

function sentence(parts: readonly string[]): string {
  const text = parts.join('; ')
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`
}

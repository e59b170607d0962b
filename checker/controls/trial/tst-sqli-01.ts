import type { Host } from '../../facts/host.ts'
import { packages } from '../../facts/packages.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable, unknown } from '../../judging/say.ts'
import { sqlInjection } from '../../probes/sql-injection.ts'

const FRESH_SECONDS = 90 * 86_400

/** The operator's own pages were tried with sqlmap, past the firewall, and nothing could be injected. */
export function tstSqli01(host: Host): readonly Judgement[] {
  const runs = host.observed(sqlInjection)
  const hasWeb = ['apache2', 'nginx'].some((name) => host.get(packages).has(name))
  if (runs.length === 0 && !hasWeb) return [notApplicable('no-web', 'There is no web server here.')]
  if (runs.length === 0)
    return [unknown('never-tried', 'Nobody has tried the sites with sqlmap, or brought in what it found.')]
  const latest = new Map(runs.toReversed().map((run) => [run.target, run]))
  return [...latest.values()].map((run) => {
    const { injectable, tried, wafBypassed } = run.found
    const evidence: readonly Evidence[] = [
      {
        source: 'probe',
        path: run.target,
        excerpt: `${tried} parameters tried, ${injectable.length} injectable`,
        at: run.at,
      },
    ]
    const say = (state: Judgement['state'], cause: string, reason: string): Judgement => ({
      subject: run.target,
      state,
      cause,
      reason,
      evidence,
    })
    if (injectable.length > 0)
      return say('fail', 'injectable', `SQL can be injected: ${injectable.slice(0, 3).join('; ')}.`)
    if (tried === 0) return say('unknown', 'nothing-tried', 'The trial found no parameter to try, so it says nothing.')
    if (host.now - run.at > FRESH_SECONDS)
      return say('warn', 'stale', 'Nothing could be injected, but the trial is older than 90 days.')
    if (!wafBypassed)
      return say(
        'warn',
        'behind-waf',
        'Nothing got past the firewall; what the application itself would do was not seen.',
      )
    return say('pass', 'none', `Nothing of ${tried} parameters could be injected, the firewall left aside.`)
  })
}

import type { Host } from '../../facts/host.ts'
import { webSites } from '../../facts/web-sites.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable, unknown } from '../../judging/say.ts'
import { type HttpTimingResult, httpTiming } from '../../probes/http-timing.ts'
import type { Observation } from '../../probes/probe.ts'
import { hostIn } from './observed-at.ts'
import { judgeKeepAlive, judgeOpcache } from './opcache.ts'

/** What people call at once, and far from what brings a server down; a site may be declared to take another time. */
const MOST_MILLISECONDS = 500

/** Answers that cost little leave something for the day on which many are asked for. */
export function spd01(host: Host): readonly Judgement[] {
  if (host.get(webSites).length === 0) return [notApplicable('no-web-server', 'No web server is started here.')]
  const newest = new Map<string, Observation<HttpTimingResult>>()
  for (const seen of host.observed(httpTiming)) if (!newest.has(seen.target)) newest.set(seen.target, seen)
  const measured = [...newest.values()].map((seen) => judgeTiming(host, seen))
  const judged = [...judgeOpcache(host), ...judgeKeepAlive(host), ...measured]
  return measured.length > 0
    ? judged
    : [...judged, unknown('not-measured', 'How fast sites answer is to be measured, and nobody has.')]
}

function judgeTiming(host: Host, { target, at, found }: Observation<HttpTimingResult>): Judgement {
  const subject = hostIn(target)
  const declared = host.declared.sites.find(({ name }) => name.toLowerCase() === subject.toLowerCase())
  const most = declared?.answersWithin ?? MOST_MILLISECONDS
  const evidence: readonly Evidence[] = [
    {
      source: 'probe',
      path: target,
      excerpt: `95 of 100 within ${found.p95} ms, ${found.protocol}, ${found.encoding ?? 'not compressed'}`,
      at,
    },
  ]
  if (found.p95 > most) {
    const reason = `Of 100 answers the slowest five take ${found.p95} ms or longer to begin; ${most} ms are asked of it.`
    return { subject, state: 'warn', cause: 'slow', reason, evidence }
  }
  if (found.encoding === undefined) {
    return {
      subject,
      state: 'warn',
      cause: 'not-compressed',
      reason: 'It answers fast, but does not compress.',
      evidence,
    }
  }
  return { subject, state: 'pass', cause: 'fast', reason: `95 of 100 answers begin within ${found.p95} ms.`, evidence }
}

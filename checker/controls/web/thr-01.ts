import type { Host } from '../../facts/host.ts'
import { requestLimits, type SiteLimits } from '../../facts/request-limits.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { type HttpBurstResult, httpBurst } from '../../probes/http-burst.ts'
import type { Observation } from '../../probes/probe.ts'
import { observedAt } from './observed-at.ts'

const FEWEST = 4
const MOST = 20

/** A client may ask four to twenty times at once; who asks more often waits or is refused, everywhere on the site. */
export function thr01(host: Host): readonly Judgement[] {
  const sites = host.get(requestLimits)
  if (sites.length === 0) return [notApplicable('no-web-server', 'No web server is started here.')]
  return sites.map((site) => judgeSite(site, observedAt(host.observed(httpBurst), site.names)))
}

function judgeSite(site: SiteLimits, seen: Observation<HttpBurstResult> | undefined): Judgement {
  const cited: readonly Evidence[] =
    site.limits.length === 0 ? placeOf(site) : site.limits.slice(0, 5).map(({ at }) => cite(at))
  const say = sayOf(site.subject, cited)
  const acting = site.limits.filter(({ idle }) => idle === undefined)
  if (site.limits.length === 0) return say('fail', 'no-limit', 'A client may ask as often as it can.')
  if (acting.length === 0) {
    return site.limits[0]!.idle === 'dry-run'
      ? say('warn', 'dry-run', 'The limit only writes down whom it would refuse.')
      : say(
          'warn',
          'counts-nobody',
          'What the limit counts by is empty for everybody, or its zone is not there: it refuses nobody.',
        )
  }
  const open = site.open[0]
  if (open !== undefined) {
    const reason = `A limit holds in parts of the site; as often as it likes a client may ask for ${open.path}.`
    return say('warn', 'part-open', reason, [cite(open.at)])
  }
  if (seen !== undefined && seen.found.refused === 0) {
    return say('fail', 'not-enforced', 'A limit is set, and a burst was answered in full.', [probed(seen)])
  }
  if (seen !== undefined && !seen.found.recovered) {
    return say('warn', 'no-recovery', 'A burst was refused, and a minute later the client was still refused.', [
      probed(seen),
    ])
  }
  const outside = acting.find(({ burst }) => !(burst >= FEWEST && burst <= MOST))
  if (outside !== undefined) {
    const reason =
      outside.burst < FEWEST
        ? `It allows ${outside.burst} requests at once: a page with its images is more.`
        : `It allows ${outside.burst} requests at once, more than people need.`
    return say('warn', 'burst', reason, [cite(outside.at)])
  }
  if (acting.every(({ countsEachAddress }) => countsEachAddress === true)) {
    const reason =
      'By IPv6 a client has a whole /64, and the limit counts each address of it for itself: it holds nobody who changes his.'
    return say('warn', 'each-address', reason)
  }
  return say('pass', 'limited', `${acting[0]!.how} holds each client to ${acting[0]!.burst} requests at once.`)
}

function placeOf({ at }: SiteLimits): readonly Evidence[] {
  return at === undefined ? [] : [cite(at)]
}

function probed({ target, at, found }: Observation<HttpBurstResult>): Evidence {
  const after = found.recovered ? 'answered again' : 'refused still'
  return { source: 'probe', path: target, excerpt: `${found.refused} of ${found.asked} refused, then ${after}`, at }
}

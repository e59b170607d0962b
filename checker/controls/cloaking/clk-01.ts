import type { Host } from '../../facts/host.ts'
import { type SelfDescription, selfDescriptions } from '../../facts/self-descriptions.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { type BannersResult, banners } from '../../probes/banners.ts'
import type { Observation } from '../../probes/probe.ts'

/** The protocol has the version of OpenSSH in its greeting (RFC 4253 §4.2): nothing takes it away. */
const UNAVOIDABLE = /^SSH-2\.0-OpenSSH_[\d.]+p\d+$/
const VERSION = /\d+\.\d+/

/** No service tells strangers which version of what it is: lists of holes are sorted by that. */
export function clk01(host: Host): readonly Judgement[] {
  const said = host.get(selfDescriptions).map(judgeService)
  const heard = host.observed(banners).slice(0, 1).flatMap(judgeBanners)
  const judged = [...said, ...heard]
  return judged.length > 0
    ? judged
    : [notApplicable('no-service', 'None of the services that could tell is started here.')]
}

function judgeService({ service, tells, says, at, path }: SelfDescription): Judgement {
  const evidence: readonly Evidence[] = at === undefined ? [{ source: 'file', path, excerpt: says }] : [cite(at)]
  if (tells === 'version') {
    const reason = 'It tells everybody exactly which version it is.'
    return { subject: service, state: 'fail', cause: 'version', reason, evidence }
  }
  if (tells === 'product') {
    const reason = 'It names the system that it runs on, though nobody needs to know.'
    return { subject: service, state: 'warn', cause: 'product', reason, evidence }
  }
  return { subject: service, state: 'pass', cause: 'little', reason: 'It tells no more than it has to.', evidence }
}

function judgeBanners({ target, at, found }: Observation<BannersResult>): readonly Judgement[] {
  return found.banners
    .filter(({ text }) => VERSION.test(text) && !UNAVOIDABLE.test(text.trim()))
    .map(({ service, text }) => ({
      subject: `${service} from outside`,
      state: 'fail' as const,
      cause: 'version-seen',
      reason: 'From outside its version can be read.',
      evidence: [{ source: 'probe' as const, path: target, excerpt: text.slice(0, 200), at }],
    }))
}

import type { Host } from '../../facts/host.ts'
import { ossec } from '../../facts/ossec.ts'
import { cite, HOST, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { ids01 } from './ids-01.ts'

const FRESH_SECONDS = 3600
const DAY = 86_400

/** An agent of OSSEC or Wazuh is connected to its manager, or mails by itself. */
export function ids04(host: Host): readonly Judgement[] {
  const found = host.get(ossec)
  if (found === undefined) {
    const other = ids01(host).find((judgement) => judgement.state === 'pass')
    if (other !== undefined)
      return [notApplicable('other', `${other.subject} watches this host instead of OSSEC.`, other.evidence)]
    return [
      {
        subject: HOST,
        state: 'fail',
        cause: 'none',
        reason: 'Neither OSSEC nor Wazuh, nor anything else, watches this host.',
        evidence: [],
      },
    ]
  }
  const say = (state: Judgement['state'], cause: string, reason: string): readonly Judgement[] => [
    { subject: 'OSSEC', state, cause, reason, evidence: [cite(found.at)] },
  ]
  if (!found.isSyscheckOn) return say('fail', 'syscheck-off', 'It does not watch files (syscheck is off).')
  if (found.manager === undefined) {
    if (found.sendsMail) return say('pass', 'alone', 'It works alone, and mails what it finds.')
    return say('warn', 'alone-silent', 'It works alone, and mails nobody.')
  }
  if (!found.isEnrolled)
    return say('fail', 'not-enrolled', `It was never enrolled with ${found.manager}: client.keys is empty.`)
  if (found.lastAcknowledged === undefined)
    return say('unknown', 'no-state', `Whether ${found.manager} hears it cannot be told here.`)
  if (host.now - found.lastAcknowledged > FRESH_SECONDS)
    return say('fail', 'disconnected', `${found.manager} has not acknowledged anything for more than an hour.`)
  if (!found.isRealtime && !(found.frequency <= DAY))
    return say('warn', 'rare', 'It is connected, but looks at files less often than once a day.')
  if (!found.isRootcheckOn)
    return say('warn', 'no-rootcheck', 'It is connected, but does not look for rootkits (rootcheck is off).')
  return say('pass', 'connected', `It is connected to ${found.manager}, and watches files.`)
}

import type { Host } from '../../facts/host.ts'
import {
  citeParameter,
  type Postfix,
  type PostfixService,
  parameterOf,
  postfix,
  smtpServers,
} from '../../facts/postfix.ts'
import { cite, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import type { Observation } from '../../probes/probe.ts'
import { type SmtpEnumerationResult, smtpEnumeration } from '../../probes/smtp-enumeration.ts'

/** VRFY tells which users exist (RFC 5321 §7.3): every SMTP service of master.cf must refuse it, and a probe see it refused. */
export function mailVrfy01(host: Host): readonly Judgement[] {
  const found = host.get(postfix)
  const latest = new Map(
    host
      .observed(smtpEnumeration)
      .toReversed()
      .map((run) => [run.target, run]),
  )
  const probed = [...latest.values()].map(judgeProbed)
  if (found === undefined)
    return probed.length > 0 ? probed : [notApplicable('no-postfix', 'There is no Postfix here.')]
  const judged = [...smtpServers(found).map((service) => judgeService(found, service)), ...probed]
  return judged.length > 0 ? judged : [notApplicable('no-server', 'No service of Postfix takes mail by SMTP.')]
}

function judgeService(found: Postfix, service: PostfixService): Judgement {
  const setting = parameterOf(found, 'disable_vrfy_command', service)
  const isRefused = setting.value === 'yes'
  return {
    subject: `service ${service.name}`,
    state: isRefused ? 'pass' : 'fail',
    cause: isRefused ? 'refused' : 'answered',
    reason: isRefused ? 'VRFY is refused.' : 'VRFY is answered, so anybody can ask which users exist.',
    evidence: [cite(service.at), citeParameter('disable_vrfy_command', setting)],
  }
}

const PROBED: Readonly<Record<SmtpEnumerationResult['vrfy'], Pick<Judgement, 'state' | 'cause' | 'reason'>>> = {
  refused: { state: 'pass', cause: 'refused', reason: 'VRFY was refused from outside.' },
  ambiguous: {
    state: 'warn',
    cause: 'ambiguous',
    reason: 'VRFY answered the same to every name: it tells nothing today, and serves nobody.',
  },
  answers: {
    state: 'fail',
    cause: 'answered',
    reason: 'VRFY told a name that exists from one that nobody has, whatever the files say.',
  },
}

function judgeProbed({ target, at, found }: Observation<SmtpEnumerationResult>): Judgement {
  const excerpt = `VRFY of a known and an unknown name: ${found.vrfy}`
  return {
    subject: `SMTP at ${target}`,
    ...PROBED[found.vrfy],
    evidence: [{ source: 'probe', path: target, excerpt, at }],
  }
}

import type { Host } from '../../facts/host.ts'
import { type Postfix, type PostfixService, postfix } from '../../facts/postfix.ts'
import { cite, HOST, type Judgement } from '../../judging/judgement.ts'

/** VRFY tells which users exist (RFC 5321 §7.3): every SMTP service of master.cf must refuse it. */
export function mailVrfy01(host: Host): readonly Judgement[] {
  const found = host.get(postfix)
  if (found === undefined) {
    return [
      {
        subject: HOST,
        state: 'not-applicable',
        cause: 'no-postfix',
        reason: 'There is no Postfix here.',
        evidence: [],
      },
    ]
  }
  return found.services.filter(isSmtpServer).map((service) => judgeService(found, service))
}

function isSmtpServer(service: PostfixService): boolean {
  return service.command === 'smtpd' && service.type === 'inet'
}

function judgeService(found: Postfix, service: PostfixService): Judgement {
  const override = service.overrides.get('disable_vrfy_command')
  const parameter = found.parameters.get('disable_vrfy_command')
  const isRefused = (override ?? parameter?.value ?? 'no') === 'yes'
  const evidence = [
    cite(service.at),
    ...(override === undefined && parameter !== undefined ? [cite(parameter.at)] : []),
  ]
  const subject = `service ${service.name}`
  if (isRefused) {
    return { subject, state: 'pass', cause: 'refused', reason: 'VRFY is refused.', evidence }
  }
  const reason = 'VRFY is answered, so anybody can ask which users exist.'
  return { subject, state: 'fail', cause: 'answered', reason, evidence }
}

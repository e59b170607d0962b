import { fail2ban } from './fail2ban.ts'
import type { Host } from './host.ts'
import { type JailHealth, jailHealth } from './jail-health.ts'

/** What Postfix's smtpd(8) writes when a client asks for more recipients than smtpd_client_recipient_rate_limit lets it. */
const RATE_LIMITED_LINE =
  'mail postfix/smtpd[321]: warning: Recipient address rate limit exceeded: 21 from unknown[192.0.2.1] for service smtp'

/** The jail that counts that line, or the first that ought to and is dead; undefined where none is meant for it. */
export function rateLimitJail(host: Host): JailHealth | undefined {
  const enabled = [...(host.get(fail2ban)?.jails.values() ?? [])].filter((jail) => jail.isEnabled)
  const judged = enabled.map((jail) =>
    jailHealth(host, { jail: jail.name, line: RATE_LIMITED_LINE, units: ['postfix@-.service', 'postfix.service'] }),
  )
  return (
    judged.find((health) => health.state === 'alive') ??
    judged.find((health) => health.state === 'dead' && health.cause !== 'no-match')
  )
}

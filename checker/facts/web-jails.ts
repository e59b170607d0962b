import { fail2ban, type Jail } from './fail2ban.ts'
import type { Host } from './host.ts'
import { type JailHealth, jailHealth } from './jail-health.ts'

const WEB_LOG = /\/(?:apache2|httpd|nginx|haproxy|lighttpd|www)\b|\/haproxy\.log/
const WEB_NAME = /^(?:apache|nginx|http|haproxy|web|wordpress|wp-|php-|modsec|badbots|decoy)/

/** Jails that are switched on and read what a web server writes. */
export function webJails(host: Host): readonly Jail[] {
  return [...(host.get(fail2ban)?.jails.values() ?? [])].filter(
    (jail) => jail.isEnabled && (WEB_NAME.test(jail.name) || jail.logPaths.some((path) => WEB_LOG.test(path))),
  )
}

/** The jail that counts a line, or the first that ought to and is dead; undefined where none is meant for it. */
export function jailThatCounts(host: Host, line: string): JailHealth | undefined {
  const judged = webJails(host).map((jail) => jailHealth(host, { jail: jail.name, line }))
  return (
    judged.find((health) => health.state === 'alive') ??
    judged.find((health) => health.state === 'dead' && health.cause !== 'no-match')
  )
}

import { cite, type Evidence } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { packages } from './packages.ts'
import { parameterOf, postfix } from './postfix.ts'
import { isRunning } from './processes.ts'
import { readIfThere } from './read-lines.ts'
import { sockets } from './sockets.ts'
import { systemd } from './systemd.ts'
import { placeOfUnit } from './unit-evidence.ts'

/** Whether mail may be handed in by SMTP at `localhost`. */
export interface LocalSmtp {
  readonly isTaken: boolean
  readonly evidence: readonly Evidence[]
}

/** Other servers than Postfix that listen at localhost as Debian installs them: nullmailer, msmtp and their like do not. */
const OTHERS = [
  { unit: 'exim4', packages: ['exim4-daemon-light', 'exim4-daemon-heavy'] },
  { unit: 'opensmtpd', packages: ['opensmtpd'] },
  { unit: 'sendmail', packages: ['sendmail-bin'] },
]
const EVERYWHERE_OR_LOOPBACK = /^(127\.|0\.0\.0\.0$|::1?$)/
const SMTP_PORT = 25

/** Of a host that runs, what listens; of its files, the server that boot starts. */
export const localSmtp = fact('SMTP at localhost', (host): LocalSmtp => {
  const listening = host
    .get(sockets)
    .find(
      ({ protocol, isListening, port, address }) =>
        protocol === 'tcp' && isListening && port === SMTP_PORT && EVERYWHERE_OR_LOOPBACK.test(address),
    )
  if (listening !== undefined) {
    const excerpt = `${listening.address}:${SMTP_PORT} ${listening.process?.name ?? 'process unknown'}`
    return { isTaken: true, evidence: [{ source: 'file', path: '/proc/net/tcp', excerpt }] }
  }
  if (host.get(isRunning) && readIfThere(host.root, '/proc/net/tcp') !== undefined) {
    const none: Evidence = { source: 'file', path: '/proc/net/tcp', excerpt: `nothing listens at port ${SMTP_PORT}` }
    return { isTaken: false, evidence: [none] }
  }
  return ofPostfix(host) ?? ofOthers(host)
})

function ofPostfix(host: Host): LocalSmtp | undefined {
  const found = host.get(postfix)
  if (found === undefined || !host.get(packages).has('postfix')) return undefined
  if (!host.get(systemd).isEnabled('postfix')) return { isTaken: false, evidence: placeOfUnit(host, 'postfix.service') }
  const service = found.services.find(({ name, type }) => type === 'inet' && isAtLoopback(name))
  if (service === undefined) {
    const none: Evidence = { source: 'file', path: '/etc/postfix/master.cf', excerpt: 'no smtp inet' }
    return { isTaken: false, evidence: [none] }
  }
  const interfaces = parameterOf(found, 'inet_interfaces', service)
  const isTaken = service.name.includes(':') || /\b(all|loopback-only|localhost)\b|127\.|::1/.test(interfaces.value)
  return { isTaken, evidence: [cite(service.at), ...(interfaces.at === undefined ? [] : [cite(interfaces.at)])] }
}

/** `smtp`, `25`, or one of them at an address of this host alone (master(5)). */
function isAtLoopback(name: string): boolean {
  const [, address, port] = /^(?:\[?([^\]]*?)\]?:)?(smtp|25)$/.exec(name) ?? []
  return port !== undefined && (address === undefined || /^(127\.|::1$|localhost$)/.test(address))
}

function ofOthers(host: Host): LocalSmtp {
  const other = OTHERS.find(
    (each) => each.packages.some((name) => host.get(packages).has(name)) && host.get(systemd).isEnabled(each.unit),
  )
  if (other !== undefined) return { isTaken: true, evidence: placeOfUnit(host, `${other.unit}.service`) }
  const none: Evidence = {
    source: 'status',
    path: '/usr/sbin/sendmail',
    excerpt: 'no server that listens is installed',
  }
  return { isTaken: false, evidence: [none] }
}

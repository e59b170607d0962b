import type { Host } from '../../facts/host.ts'
import { type LogForwarder, logForwarders } from '../../facts/log-forwarders.ts'
import { glob } from '../../facts/paths.ts'
import { type Forward, rsyslog } from '../../facts/rsyslog.ts'
import { isOwnOrTunnelled } from '../../facts/tunnels.ts'
import { cite, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'

/** What is mirrored travels encrypted, to a peer that showed who it is, and waits on the disk while the mirror is away. */
export function log02(host: Host): Judged {
  const forwards = host.get(rsyslog)?.forwards ?? []
  const others = host.get(logForwarders).filter((each) => each.of !== 'audit' || each.isProtected !== undefined)
  if (forwards.length === 0 && others.length === 0)
    return [notApplicable('not-mirrored', 'No log leaves this host; LOG-01 judges that.')]
  return [
    ...forwards.map((forward) => (own: Host) => judgeForward(own, forward)),
    ...others.map((other) => (own: Host) => judgeOther(own, other)),
  ]
}

function judgeOther(host: Host, { name, isProtected, target, evidence }: LogForwarder): Judgement {
  const say = sayOf(name, evidence)
  if (isProtected === true) return say('pass', 'tls', 'It sends encrypted, and knows whom it trusts.')
  const tunnel = isOwnOrTunnelled(host, hostOf(target))
  if (tunnel !== undefined) return say('pass', 'tunnelled', `It sends through ${tunnel.how}.`, tunnel.evidence)
  if (isProtected === false) return say('fail', 'plain', 'It sends in the clear, or to whoever answers.')
  return say('unknown', 'other-agent', `How ${name} sends cannot be told here.`)
}

/** `https://logs.example.net:19532`, `logs.example.net:514`. */
function hostOf(target: string): string {
  return target.replace(/^\w+:\/\//, '').replace(/[:/].*$/, '')
}

function judgeForward(host: Host, forward: Forward): Judgement {
  const subject = `mirror ${forward.target}`
  const say = sayOf(subject, [cite(forward.at)], {
    file: forward.at.path,
    place: `${forward.at.path}:${forward.at.line}`,
  })
  const tunnel = isOwnOrTunnelled(host, forward.target.replace(/:\d+$/, ''))
  if (tunnel !== undefined) return say('pass', 'tunnelled', `It is sent through ${tunnel.how}.`, tunnel.evidence)
  if (forward.protocol === 'udp')
    return say(
      'fail',
      'udp',
      'Logs are sent over UDP: anybody on the way reads and forges them, and what is lost is lost.',
    )
  if (forward.driver === undefined || forward.driver === 'ptcp' || forward.driverMode !== '1') {
    return say('fail', 'plain', 'Logs are sent over TCP in the clear: anybody on the way reads them.')
  }
  const module = `lmnsd_${forward.driver}.so`
  const paths = glob(host.root, `/usr/lib/*/rsyslog/${forward.protocol === 'relp' ? 'omrelp.so' : module}`)
  if (paths.length === 0) {
    const name = forward.driver === 'ossl' ? 'rsyslog-openssl' : 'rsyslog-gnutls'
    return say(
      'fail',
      'no-module',
      `TLS is asked for, but its module is not there (package ${name}): nothing is sent.`,
      [{ source: 'status', path: `/usr/lib/x86_64-linux-gnu/rsyslog/${module}`, excerpt: 'not there' }],
    )
  }
  if (forward.authenticationMode !== 'x509/name' || forward.permittedPeer === undefined) {
    return say(
      'warn',
      'anonymous',
      'It is sent over TLS to whoever answers: the mirror does not have to show who it is.',
    )
  }
  if (!forward.hasDiskQueue || !forward.retriesForEver)
    return say('warn', 'no-queue', 'It is sent over TLS, but nothing is kept on the disk while the mirror is away.')
  return say(
    'pass',
    'tls',
    `It is sent over TLS to ${forward.permittedPeer} alone, and waits on the disk while the mirror is away.`,
  )
}

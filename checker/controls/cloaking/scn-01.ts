import type { Host } from '../../facts/host.ts'
import { jailHealth } from '../../facts/jail-health.ts'
import { exists } from '../../facts/paths.ts'
import { type PortSentry, portsentry } from '../../facts/portsentry.ts'
import { cite, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'

const SUBJECT = 'PortSentry'
/** What it writes into its history; fail2ban cuts the time off. */
const NOTICED = ' - 11/25/2026 12:00:00 Host: 192.0.2.1/192.0.2.1 Port: 143 TCP Blocked'
const OWN = /^(?:127\.|0\.0\.0\.0|::1)/

/** A trap for scanners acts on what it notices, and never against those who watch the host. */
export function scn01(host: Host): readonly Judgement[] {
  const found = host.get(portsentry)
  if (found === undefined) return [notApplicable('not-installed', 'PortSentry is optional, and not installed here.')]
  return [judgeTrap(host, found)]
}

function judgeTrap(host: Host, found: PortSentry): Judgement {
  const value = (name: string) => found.settings.get(name)?.value ?? ''
  const cited = ['TCP_MODE', 'BLOCK_TCP', 'BLOCK_UDP', 'KILL_ROUTE'].flatMap((name) => {
    const at = found.settings.get(name)?.at
    return at === undefined ? [] : [cite(at)]
  })
  const say = sayOf(SUBJECT, cited)
  const hasFriends = found.ignored.some((each) => !OWN.test(each))
  if (value('BLOCK_UDP') !== '0' && !hasFriends) {
    const reason =
      'It blocks whoever a UDP packet seems to come from: with forged ones anybody has the host block its own name servers.'
    return say('fail', 'forgeable', reason)
  }
  if (!found.isStarted || (value('TCP_MODE') === '' && value('UDP_MODE') === '')) {
    return say('warn', 'not-started', 'It is installed, and not started.')
  }
  const program = /^(\/\S+)/.exec(value('KILL_ROUTE'))?.[1]
  const acts = value('BLOCK_TCP') === '1' && program !== undefined && exists(host.root, program)
  const runs = value('BLOCK_TCP') === '2' && value('KILL_RUN_CMD') !== ''
  const jail = jailHealth(host, { jail: 'portsentry', line: NOTICED })
  if (value('BLOCK_TCP') === '1' && !acts && jail.state !== 'alive') {
    return say('warn', 'no-program', 'It is to block by a program that is not installed.')
  }
  if (!acts && !runs && jail.state !== 'alive') {
    return say('warn', 'detects-only', 'It notices scans, and does nothing about them.', jail.evidence)
  }
  if (!hasFriends) {
    return say(
      'warn',
      'no-friends',
      'It acts, and would act against the scanner and the monitors of your own: its list lacks them.',
    )
  }
  return say('pass', 'acts', 'It acts against who scans, and knows whom to leave alone.', jail.evidence)
}

import type { Host } from '../../facts/host.ts'
import { type MailName, mailNames, unservedDomains } from '../../facts/mail-zones.ts'
import { spfEnforcement } from '../../facts/policyd-spf.ts'
import { type Postfix, type PostfixService, parameterOf, postfix } from '../../facts/postfix.ts'
import { doors } from '../../facts/smtp-path.ts'
import { allows, exchangersOf, hostAddresses, isBeyondLimits, readSpf, type SpfReading } from '../../facts/spf.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'

/** Asked among the sender's restrictions, so that it does not stand in the way of what recipients' restrictions do. */
const POLICY = 'check_policy_service unix:private/policyd-spf'

type Verdict = Pick<Judgement, 'state' | 'cause' | 'reason'>

/** Every own domain says who sends for it and that nobody else does, and the own server refuses what others so forbid. */
export function mailSpf01(host: Host): readonly Judgement[] {
  const found = host.get(postfix)
  const names = mailNames(host)
  const published = (names ?? []).map((name) => judgeName(host, name))
  const unserved = unservedDomains(host).map(judgeUnserved)
  const enforced = found === undefined ? [] : doors(found).map((service) => judgeDoor(host, found, service))
  const judged = [...published, ...unserved, ...enforced]
  return judged.length > 0 ? judged : [notApplicable('no-mail', 'There is no Postfix here, and no zone of Veil.')]
}

function judgeName(host: Host, about: MailName): Judgement {
  const reading = readSpf(about.known, about.name)
  const evidence: readonly Evidence[] =
    reading.records.length > 0
      ? reading.records.map((record) => record.evidence)
      : [{ source: 'zone', path: about.name, excerpt: 'no TXT record that begins with v=spf1' }]
  const domain = about.name.slice(0, -1)
  const policy = about.hasMail ? 'v=spf1 mx -all' : 'v=spf1 -all'
  const values = { domain, policy, ...(about.zoneFile === undefined ? {} : { zoneFile: about.zoneFile }) }
  const verdict = verdictOf(host, about, reading)
  const isToAdd = reading.outcome === 'none' && about.zoneFile !== undefined
  const remedy = isToAdd ? PUBLISH : MEND
  return { subject: about.subject, ...verdict, evidence, values, ...(verdict.state === 'pass' ? {} : { remedy }) }
}

const RELOAD = { run: 'dnsctl zone check && dnsctl reload' } as const
const name = (word: string) => `\${${word}}`
const PUBLISH = [{ append: name('zoneFile'), lines: [`${name('domain')}. 3600 IN TXT "${name('policy')}"`] }, RELOAD]
const MEND = [
  {
    tell: `Have ${name('domain')} publish one policy that names every address that sends for it and ends in -all: "${name('policy')}", for example.`,
  },
  RELOAD,
]

function verdictOf(host: Host, about: MailName, reading: SpfReading): Verdict {
  if (reading.outcome === 'none') {
    return about.hasMail
      ? { state: 'fail', cause: 'none', reason: 'It says nothing of who sends for it, so anybody can.' }
      : {
          state: 'fail',
          cause: 'parked-open',
          reason: 'Nobody sends for it, and it does not say so: a fine name to send spam by.',
        }
  }
  if (reading.outcome === 'several') {
    return {
      state: 'fail',
      cause: 'several',
      reason: 'It publishes more than one policy, and receivers then take none (permerror).',
    }
  }
  if (reading.outcome === 'malformed') {
    return {
      state: 'fail',
      cause: 'malformed',
      reason: 'Receivers cannot read its policy, or one that it leads to (permerror).',
    }
  }
  if (isBeyondLimits(reading)) {
    return {
      state: 'fail',
      cause: 'too-many-lookups',
      reason:
        'Its policy needs more lookups than the ten that receivers make, or more than two lead nowhere (permerror).',
    }
  }
  return ofReadable(host, about, reading)
}

function ofReadable(host: Host, about: MailName, reading: SpfReading): Verdict {
  const { rest, beyond } = reading
  if (rest !== '-' && rest !== '~' && !(rest === undefined && beyond.length > 0)) {
    return { state: 'fail', cause: 'all-may-send', reason: 'Its policy does not say that all others may not send.' }
  }
  const missed = sendersOf(host, about).filter((address) => !allows(reading, address))
  if (missed.length > 0 && beyond.length === 0 && !reading.varies) {
    return {
      state: 'fail',
      cause: 'own-not-covered',
      reason: 'Its own mail server may not send for it by its policy, so its mail is refused.',
    }
  }
  if (rest === '~')
    return { state: 'warn', cause: 'soft', reason: 'All others only softly may not send (~all): receivers take it in.' }
  if (beyond.length > 0) {
    return {
      state: 'unknown',
      cause: 'beyond-own-zones',
      reason: 'Its policy leads to names of others, whose lookups and addresses nobody can tell from here.',
    }
  }
  if (missed.length > 0 && reading.varies) {
    const reason =
      'Whom its policy lets send depends on each message (macros), so whether its own server may stays open.'
    return { state: 'unknown', cause: 'by-message', reason }
  }
  if (reading.usesPtr) {
    const reason = 'Its policy asks for the name of each sender’s address (ptr), for which receivers may refuse it.'
    return { state: 'warn', cause: 'ptr', reason }
  }
  return {
    state: 'pass',
    cause: 'published',
    reason: about.hasMail ? 'Its own servers may send for it, and nobody else.' : 'Nobody may send for it.',
  }
}

/** Addresses that mail of the domain comes from: its exchangers in own zones, and this host where it takes its mail. */
function sendersOf(host: Host, { known, name: owner, hasMail }: MailName): readonly string[] {
  const exchangers = exchangersOf(known, owner).flatMap((exchanger) => hostAddresses(known, exchanger))
  const isHere = host.get(postfix) !== undefined && hasMail
  return [...new Set([...exchangers, ...(isHere ? host.declared.publicAddresses : [])])]
}

function judgeUnserved(domain: string): Judgement {
  const reason = 'Its zone is not served from here, so what it says of its senders cannot be read.'
  return { subject: `domain ${domain}`, state: 'unknown', cause: 'no-zone', reason, evidence: [] }
}

function judgeDoor(host: Host, found: Postfix, service: PostfixService): Judgement {
  const { state, by, evidence } = spfEnforcement(host, found, service)
  const verdicts: Readonly<Record<typeof state, Verdict>> = {
    enforced: { state: 'pass', cause: 'enforced', reason: `Mail that a domain's policy forbids is refused by ${by}.` },
    'test-only': {
      state: 'warn',
      cause: 'test-only',
      reason: 'policyd-spf only tries (TestOnly = 0): it writes what it would refuse, and refuses nothing.',
    },
    lenient: { state: 'warn', cause: 'lenient', reason: 'policyd-spf is asked, and told to refuse no sender.' },
    unwired: {
      state: 'fail',
      cause: 'unwired',
      reason: 'Nothing looks at the policies of senders, so mail in their name is taken from anybody.',
    },
  }
  const current =
    parameterOf(found, 'smtpd_sender_restrictions').value || 'permit_mynetworks, permit_sasl_authenticated'
  const restrictions = current.includes(POLICY) ? current : `${current}, ${POLICY}`
  return { subject: `service ${service.name}`, ...verdicts[state], evidence, values: { restrictions } }
}

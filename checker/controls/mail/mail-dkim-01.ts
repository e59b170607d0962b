import { publicHalfIn } from '../../facts/dkim-key.ts'
import type { DkimDaemon, DkimSigner } from '../../facts/dkim-signers.ts'
import type { Host } from '../../facts/host.ts'
import { worldlyDomains } from '../../facts/mail-domains.ts'
import { mailNames } from '../../facts/mail-zones.ts'
import { opendkim } from '../../facts/opendkim.ts'
import { citeParameter, type Postfix, parameterOf, postfix, smtpServers } from '../../facts/postfix.ts'
import { rspamdDkim } from '../../facts/rspamd-dkim.ts'
import { localMilters, miltersOf } from '../../facts/smtp-path.ts'
import { isOwn, type ZoneKnowledge } from '../../facts/spf.ts'
import { cite, citeFile, citeStatus, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'
import { publishedVerdict, type Verdict } from './published-key.ts'

/** A domain whose mail this host sends, and what a public view of own zones has of it. */
interface Domain {
  readonly name: string
  readonly subject: string
  readonly known: ZoneKnowledge | undefined
  readonly zoneFile: string | undefined
}

/** Mail of every own domain is signed by a program that Postfix asks, with the key whose public half the zone serves. */
export function mailDkim01(host: Host): Judged {
  const found = host.get(postfix)
  if (found === undefined) return [notApplicable('no-postfix', 'There is no Postfix here.')]
  const domains = domainsOf(host)
  if (domains.length === 0) return [notApplicable('no-domain', 'No domain sends mail from here.')]
  return domains.map((domain) => (own: Host) => judgeDomain(own, found, domain))
}

function domainsOf(host: Host): readonly Domain[] {
  const named = (mailNames(host) ?? []).filter(({ hasMail }) => hasMail)
  const served = named.map(({ name, subject, known, zoneFile }) => ({
    name: name.slice(0, -1),
    subject,
    known,
    zoneFile,
  }))
  const names = new Set(served.map(({ name }) => name))
  const zones = mailNames(host)?.[0]?.known
  const others = worldlyDomains(host)
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => ({
      name,
      subject: `domain ${name}`,
      known: zones !== undefined && isOwn(zones, `${name}.`) ? zones : undefined,
      zoneFile: undefined,
    }))
  return [...served, ...others]
}

function judgeDomain(host: Host, found: Postfix, domain: Domain): Judgement {
  const daemons = [host.get(opendkim), host.get(rspamdDkim)].flatMap((each) => each ?? [])
  const signing = daemons.flatMap((daemon) => daemon.signersFor(domain.name).map((signer) => ({ daemon, signer })))
  const milters = parameterOf(found, 'smtpd_milters').value
  const values = {
    domain: domain.name,
    milters: `${milters.replaceAll('inet:localhost:8891', '')} inet:localhost:8891`.trim(),
    ...(domain.zoneFile === undefined ? {} : { zoneFile: domain.zoneFile }),
  }
  if (signing.length === 0) {
    const evidence = daemons.flatMap((daemon) => daemon.evidence).slice(0, 3)
    const reason =
      daemons.length === 0 ? 'Nothing here signs mail.' : 'No key is set for it, so its mail leaves unsigned.'
    return { subject: domain.subject, state: 'fail', cause: 'not-signed', reason, evidence, values }
  }
  const judged = signing.map(({ daemon, signer }) => judgeSigner(host, found, { domain, daemon, signer }))
  const { evidence = [], ...verdict } = judged.find(({ state }) => state === 'pass') ?? judged[0]!
  return { subject: domain.subject, ...verdict, evidence, values }
}

interface Signing {
  readonly domain: Domain
  readonly daemon: DkimDaemon
  readonly signer: DkimSigner
}

function judgeSigner(host: Host, found: Postfix, signing: Signing): Verdict {
  const { daemon, signer } = signing
  const base = [...daemon.evidence, ...(signer.at === undefined ? [] : [cite(signer.at)])]
  const wiring = wiringOf(found, daemon)
  const verdict = wiring.state === 'fail' ? wiring : keyVerdict(host, signing)
  const worst = verdict.state === 'pass' && wiring.state === 'warn' ? wiring : verdict
  return {
    ...worst,
    evidence: [...base, ...(wiring.evidence ?? []), ...(verdict === wiring ? [] : (verdict.evidence ?? []))],
  }
}

/** Whether mail that users hand in, and mail that is made here, goes through the program. */
function wiringOf(found: Postfix, { name, isEnabled, listener }: DkimDaemon): Verdict {
  const evidence = ['smtpd_milters', 'non_smtpd_milters'].map((each) => citeParameter(each, parameterOf(found, each)))
  if (!isEnabled)
    return { state: 'fail', cause: 'not-running', reason: `Nothing starts ${name}, so nothing is signed.`, evidence }
  const servers = smtpServers(found)
  const byUsers =
    listener !== undefined &&
    servers.length > 0 &&
    servers.every((service) => miltersOf(found, service).includes(listener))
  const byHost = listener !== undefined && localMilters(found).includes(listener)
  if (byUsers && byHost) return { state: 'pass', cause: 'wired', reason: 'Postfix has all mail signed.', evidence }
  if (byUsers || byHost) {
    const reason = byHost
      ? 'Mail that users hand in over the network leaves unsigned: not every service of smtpd_milters names the program.'
      : 'Mail that is made on this host leaves unsigned: non_smtpd_milters does not name the program.'
    return { state: 'warn', cause: 'half-wired', reason, evidence }
  }
  const reason = `${name} runs, but Postfix does not ask it where it listens: a chrooted smtpd looks for sockets below its queue's folder.`
  return { state: 'fail', cause: 'not-wired', reason, evidence }
}

function keyVerdict(host: Host, { domain, signer }: Signing): Verdict {
  const status = host.root.status(signer.keyFile)
  const reading = host.root.read(signer.keyFile)
  const at = citeStatus(signer.keyFile, status.outcome === 'found' ? status : undefined)
  if (reading.outcome === 'unreadable') {
    return {
      state: 'unknown',
      cause: 'key-unreadable',
      reason: `The key cannot be read here (${reading.why}).`,
      evidence: [at],
    }
  }
  if (reading.outcome === 'absent') {
    return {
      state: 'fail',
      cause: 'no-key',
      reason: 'The file of its key is not there, so nothing is signed.',
      evidence: [at],
    }
  }
  const key = publicHalfIn(reading.text)
  const evidence = [at, citeFile(reading, 'the private key, of which only the public half was kept')]
  if (key === undefined) {
    return {
      state: 'fail',
      cause: 'no-key',
      reason: 'What stands in the file of its key is none, so nothing is signed.',
      evidence,
    }
  }
  const published = publishedVerdict(domain.name, domain.known, signer, key)
  const all = [...evidence, ...(published.evidence ?? [])]
  if (published.state === 'pass' && status.outcome === 'found' && (status.mode & 0o077) !== 0) {
    return {
      state: 'warn',
      cause: 'key-open',
      reason: 'Others than its owner may read the key; OpenDKIM refuses such a key, and whoever has it signs as you.',
      evidence: all,
    }
  }
  return { ...published, evidence: all }
}

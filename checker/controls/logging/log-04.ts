import type { LogHost } from '../../declarations/declarations.ts'
import { administrators } from '../../facts/administrators.ts'
import { databaseClients } from '../../facts/database-clients.ts'
import type { Host } from '../../facts/host.ts'
import { logForwarders } from '../../facts/log-forwarders.ts'
import { rsyslog } from '../../facts/rsyslog.ts'
import { authorizedKeys, knownAs, namelessKeys, ownKeys } from '../../facts/ssh-keys.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf, unknown } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'

/** Who administers this host must not be able to log in at the mirror with the same key or account, nor this host itself. */
export function log04(host: Host): Judged {
  const isMirrored = (host.get(rsyslog)?.forwards.length ?? 0) > 0 || host.get(logForwarders).length > 0
  if (!isMirrored) return [notApplicable('not-mirrored', 'No log leaves this host; LOG-01 judges that.')]
  if (host.declared.logHosts.length === 0) {
    return [
      unknown(
        'no-inventory',
        'Who administers the mirror is not declared (log-hosts in hostcheck.yaml), so keys cannot be compared.',
      ),
    ]
  }
  return host.declared.logHosts.map((mirror) => (own: Host) => judgeMirror(own, mirror))
}

function judgeMirror(host: Host, mirror: LogHost): Judgement {
  const subject = `mirror ${mirror.name}`
  const keys = [...host.get(authorizedKeys), ...host.get(ownKeys)]
  const shared = keys.filter((key) => mirror.adminKeys.includes(key.fingerprint))
  if (shared.length > 0) {
    const reason = `${shared.length === 1 ? 'A key' : `${shared.length} keys`} of this host also administers the mirror: who has it wipes both.`
    const evidence = shared.map((key) => cite(key.at))
    return sayOf(subject, evidence)('fail', 'shared-key', reason)
  }
  return sharedAccount(host, mirror) ?? wayIn(host, mirror) ?? separate(host, subject)
}

/** One directory, or one person's account on both: whoever takes it here is let in there. */
function sharedAccount(host: Host, { name, accounts = [], directory }: LogHost): Judgement | undefined {
  const subject = `mirror ${name}`
  const asked = host
    .get(databaseClients)
    .find((each) => /^(nslcd|sssd)$/.test(each.name) && each.peers?.some((peer) => peer === hostOf(directory ?? '')))
  if (directory !== undefined && asked !== undefined) {
    const reason =
      'Users of this host and administrators of the mirror are looked up in one directory: who writes to it has both.'
    return { ...sayOf(subject, asked.evidence)('fail', 'shared-directory', reason), remedy: OWN_ACCOUNTS }
  }
  const both = host.get(administrators).filter((each) => accounts.includes(each.name))
  if (both.length === 0) return undefined
  const reason = `${both.map((each) => each.name).join(', ')} administers this host and the mirror: one person’s laptop is enough to wipe both.`
  const evidence = both.map(({ at }) => cite(at))
  return { ...sayOf(subject, evidence)('warn', 'shared-account', reason), remedy: OWN_ACCOUNTS }
}

function hostOf(uri: string): string {
  return uri.replace(/^\w+:\/\//, '').replace(/[:/].*$/, '')
}

/** Somebody has gone to the mirror from here: with which key, or password, nobody sees. */
function wayIn(host: Host, { name }: LogHost): Judgement | undefined {
  const known = knownAs(host, name)
  if (known.length === 0) return undefined
  const reason = `${[...new Set(known.map(({ user }) => user))].join(', ')} has logged in to the mirror from here: what opened it may lie here, or pass by here again.`
  const evidence = known.slice(0, 3).map(({ at }) => cite(at))
  return { ...sayOf(`mirror ${name}`, evidence)('warn', 'logged-in-from-here', reason), remedy: FORGET(name) }
}

function separate(host: Host, subject: string): Judgement {
  const nameless = host.get(namelessKeys)
  if (nameless.length > 0) {
    const evidence = nameless.map((path): Evidence => ({ source: 'status', path, excerpt: 'no public half beside it' }))
    const reason =
      'A private key lies here whose public half does not, so it cannot be compared with those of the mirror.'
    return { ...sayOf(subject, evidence)('unknown', 'nameless-key', reason), remedy: NAME_KEYS }
  }
  const evidence = host
    .get(authorizedKeys)
    .slice(0, 3)
    .map((key) => cite(key.at))
  const reason = 'No key or account of this host, and of those who administer it, opens the mirror.'
  return sayOf(subject, evidence)('pass', 'separate', reason)
}

const OWN_ACCOUNTS = [
  {
    tell: 'Give the mirror accounts of its own, with keys and passwords of their own, and declare them (log-hosts[].accounts in hostcheck.yaml).',
  },
]
const NAME_KEYS = [{ tell: 'Write the public half beside each private key: ssh-keygen -y -f KEY > KEY.pub.' }]
const FORGET = (name: string) => [
  {
    tell: `Go to the mirror from a machine that is used for nothing else, change what opened it, and forget the way: ssh-keygen -R ${name}.`,
  },
]

import type { Host } from '../../facts/host.ts'
import { mongod } from '../../facts/mongod.ts'
import { type SlapdSetting, slapd, wordOf } from '../../facts/slapd.ts'
import type { Judgement } from '../../judging/judgement.ts'
import { isYes, LOCAL, OFFERED, PLAIN, REQUIRED, type Said, say, staysIn, type Why, withoutFile } from './said.ts'

const ANYBODY: Why = [
  'unverified',
  'It uses TLS, and takes whatever certificate the other side shows: someone in between reads along.',
]

/** MongoDB listens on the host alone where its file says nothing else (since 3.6). */
export function judgeMongod(host: Host): readonly Judgement[] {
  const found = host.get(mongod)
  if (found === undefined) return withoutFile('MongoDB')
  const about: Said = {
    subject: 'MongoDB',
    remedy: [
      {
        file: '/etc/mongod.conf',
        content: `net:\n  port: 27017\n  bindIp: 127.0.0.1\nstorage:\n  dbPath: ${found.settings.get('storage.dbPath')?.value ?? '/var/lib/mongodb'}\n`,
      },
      { run: 'systemctl restart mongod' },
    ],
  }
  const [bind, all, mode, anyone] = ['bindIp', 'bindIpAll', 'tls.mode', 'tls.allowInvalidCertificates'].map((name) =>
    found.settings.get(`net.${name}`),
  )
  if (found.unread !== undefined)
    return [say(about, 'unknown', ['unread-form', 'What stands in braces there is not read.'], [found.unread])]
  const addresses = (bind?.value ?? 'localhost').split(',').map((each) => each.trim())
  if (!isYes(all?.value) && staysIn(host, addresses)) return [say(about, 'pass', LOCAL, [bind?.at])]
  const at = [isYes(all?.value) ? all?.at : bind?.at, mode?.at]
  if (/^require(TLS|SSL)$/.test(mode?.value ?? ''))
    return [isYes(anyone?.value) ? say(about, 'warn', ANYBODY, [...at, anyone?.at]) : say(about, 'pass', REQUIRED, at)]
  if (/^(prefer|allow)(TLS|SSL)$/.test(mode?.value ?? '')) return [say(about, 'warn', OFFERED, at)]
  return [say(about, 'fail', PLAIN, at)]
}

/** OpenLDAP takes clients in the clear on `ldap://` unless `security` asks for a strength, of all databases or of each. */
export function judgeSlapd(host: Host): readonly Judgement[] {
  const found = host.get(slapd)
  if (found === undefined) return withoutFile('OpenLDAP')
  const about: Said = {
    subject: 'OpenLDAP',
    remedy: [
      {
        edit: '/etc/default/slapd',
        replace: '^SLAPD_SERVICES=.*',
        with: 'SLAPD_SERVICES="ldapi:/// ldap://127.0.0.1/ ldaps:///"',
      },
      { tell: 'Give it a certificate first (olcTLSCertificateFile, olcTLSCertificateKeyFile), which ldaps:/// needs.' },
      { run: 'systemctl restart slapd' },
    ],
  }
  const named = (name: string) => found.settings.filter((each) => each.name === name)
  const open = found.addresses.filter((each) => each.startsWith('ldap://') && !staysIn(host, [hostOf(each)]))
  const required = named('security').find(
    ({ value }) => isStrength(wordOf(value, 'tls')) || isStrength(wordOf(value, 'ssf')),
  )
  const certificate = named('tlscertificatefile')[0]
  const replicas = named('syncrepl').flatMap((each) => judgeReplica(host, each))
  if (open.length === 0) {
    const isLocal = !found.addresses.some((each) => each.startsWith('ldaps://') && !staysIn(host, [hostOf(each)]))
    return [say(about, 'pass', isLocal ? LOCAL : REQUIRED, [found.at, certificate?.at]), ...replicas]
  }
  if (required !== undefined) return [say(about, 'pass', REQUIRED, [found.at, required.at]), ...replicas]
  if (certificate !== undefined) return [say(about, 'warn', OFFERED, [found.at, certificate.at]), ...replicas]
  return [say(about, 'fail', PLAIN, [found.at]), ...replicas]
}

/** A copy that OpenLDAP takes of another server (slapd.conf(5), syncrepl); certificates are asked for where TLS is (tls_reqcert). */
function judgeReplica(host: Host, { value, at }: SlapdSetting): readonly Judgement[] {
  const provider = wordOf(value, 'provider') ?? ''
  const peer = hostOf(provider)
  if (peer === '*' || staysIn(host, [peer])) return []
  const about: Said = {
    subject: `OpenLDAP’s copy of ${peer}`,
    remedy: [{ tell: 'Add `starttls=critical tls_reqcert=demand` to this syncrepl, and the CA as tls_cacert.' }],
  }
  const isTls = provider.startsWith('ldaps://') || wordOf(value, 'starttls') === 'critical'
  if (!isTls) {
    const reason = 'It copies the directory of another host in the clear, or would where TLS fails.'
    return [say(about, 'fail', ['plain-replication', reason], [at])]
  }
  if (/^(never|allow|try)$/i.test(wordOf(value, 'tls_reqcert') ?? '')) return [say(about, 'warn', ANYBODY, [at])]
  return [say(about, 'pass', ['verified', 'It copies by TLS, and looks whose certificate it is.'], [at])]
}

/** `ldap://host:389/`; `*` where no host is named. */
function hostOf(address: string): string {
  const authority = /^\w+:\/\/([^/]*)/.exec(address)?.[1] ?? ''
  return authority.replace(/:\d+$/, '') || '*'
}

const isStrength = (value: string | undefined) => value !== undefined && Number(value) > 0

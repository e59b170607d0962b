import { cite, type Evidence, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { lastSetting } from './last-setting.ts'
import { glob } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { settingsIn } from './settings.ts'
import { systemd } from './systemd.ts'
import { placeOfUnit } from './unit-evidence.ts'

/** What sends logs away beside rsyslog. */
export interface LogForwarder {
  readonly name: string
  readonly of: 'journal' | 'audit' | 'files'
  /** It takes whatever the journal holds: every facility. */
  readonly takesAll: boolean
  /** Whether its way is encrypted and the other side known; undefined: cannot be told here. */
  readonly isProtected: boolean | undefined
  readonly target: string
  readonly evidence: readonly Evidence[]
}

const AGENTS = [
  'vector',
  'fluent-bit',
  'filebeat',
  'alloy',
  'promtail',
  'wazuh-agent',
  'amazon-cloudwatch-agent',
  'syslog-ng',
]

export const logForwarders = fact('log forwarders', (host): readonly LogForwarder[] => {
  const found: LogForwarder[] = []
  const upload = settingsIn(host.root, '/etc/systemd/journal-upload.conf', 'Upload')
  const url = upload.get('URL')
  if (url !== undefined && host.get(systemd).isEnabled('systemd-journal-upload')) {
    const isProtected = url.value.startsWith('https:') && (upload.get('TrustedCertificateFile')?.value ?? '-') !== '-'
    found.push({
      name: 'systemd-journal-upload',
      of: 'journal',
      takesAll: true,
      isProtected,
      target: url.value,
      evidence: [cite(url.at), ...placeOfUnit(host, 'systemd-journal-upload')],
    })
  }
  for (const name of AGENTS) {
    if (!host.get(systemd).isEnabled(name)) continue
    found.push({
      name,
      of: 'files',
      takesAll: name === 'syslog-ng',
      ...(name === 'syslog-ng' ? syslogNgWay(host) : { isProtected: undefined, target: name }),
      evidence: placeOfUnit(host, name),
    })
  }
  for (const path of glob(host.root, '/etc/audit/plugins.d/*.conf')) {
    const file = readIfThere(host.root, path)
    const active =
      file === undefined ? undefined : linesOf(file).find(({ text }) => /^\s*active\s*=\s*yes\b/i.test(text))
    if (file === undefined || active === undefined || !/(syslog|au-remote)\.conf$/.test(path)) continue
    const evidence = [cite(placeIn(file, active.number))]
    const remote = path.endsWith('au-remote.conf')
      ? remoteOfAudit(host)
      : { isProtected: undefined, target: path, evidence }
    if (remote === undefined) continue
    found.push({ name: path, of: 'audit', takesAll: false, ...remote, evidence: [...evidence, ...remote.evidence] })
  }
  return found
})

type Way = Pick<LogForwarder, 'isProtected' | 'target' | 'evidence'>

/** Where audisp-remote sends (audisp-remote.conf(5)): in the clear, unless it uses Kerberos; undefined where it names nobody. */
function remoteOfAudit(host: Host): Way | undefined {
  const settingOf = (name: string) =>
    lastSetting(host, '/etc/audit/audisp-remote.conf', new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)`))
  const [server, transport, kerberos] = ['remote_server', 'transport', 'enable_krb5'].map(settingOf)
  if (server === undefined) return undefined
  const isProtected = /^krb5$/i.test(transport?.value ?? '') || /^yes$/i.test(kerberos?.value ?? '')
  const evidence = [server, transport, kerberos].flatMap((each) => each?.evidence ?? [])
  return { isProtected, target: server.value, evidence }
}

const NETWORK_DRIVER = /\b(network|syslog|tcp|udp|tcp6|udp6)\s*\(\s*["']?([\w.:-]+)["']?([^;]{0,2000})/g

/** Destinations of syslog-ng in the network: protected where each of them uses TLS and takes trusted peers only, as it does by itself. */
function syslogNgWay(host: Host): Pick<LogForwarder, 'isProtected' | 'target'> {
  const files = ['/etc/syslog-ng/syslog-ng.conf', ...glob(host.root, '/etc/syslog-ng/conf.d/*.conf')]
  const text = files.flatMap((path) => {
    const file = readIfThere(host.root, path)
    return file === undefined ? [] : linesOf(file).map((line) => line.text)
  })
  const blocks = text
    .join('\n')
    .split(/\bdestination\s+[\w.-]+\s*\{/)
    .slice(1)
  const drivers = blocks.flatMap((block) => [...block.slice(0, 4000).matchAll(NETWORK_DRIVER)])
  if (drivers.length === 0) return { isProtected: undefined, target: 'syslog-ng' }
  const isProtected = drivers.every(([, driver, , options = '']) => {
    const isTls = /^(network|syslog)$/.test(driver!) && /transport\s*\(\s*["']?tls/.test(options)
    return isTls && !/peer-verify\s*\(\s*["']?(optional|no\b)/.test(options)
  })
  return { isProtected, target: drivers[0]![2]! }
}

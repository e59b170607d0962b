import { cite, type Evidence, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { exists, glob } from './paths.ts'
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
      isProtected: undefined,
      target: name,
      evidence: placeOfUnit(host, name),
    })
  }
  for (const path of glob(host.root, '/etc/audit/plugins.d/*.conf')) {
    const file = readIfThere(host.root, path)
    const active =
      file === undefined ? undefined : linesOf(file).find(({ text }) => /^\s*active\s*=\s*yes\b/i.test(text))
    if (file === undefined || active === undefined || !/(syslog|au-remote)\.conf$/.test(path)) continue
    if (path.endsWith('au-remote.conf') && !exists(host.root, '/etc/audit/audisp-remote.conf')) continue
    found.push({
      name: path,
      of: 'audit',
      takesAll: false,
      isProtected: undefined,
      target: path,
      evidence: [cite(placeIn(file, active.number))],
    })
  }
  return found
})

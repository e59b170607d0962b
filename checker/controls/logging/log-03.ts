import type { Host } from '../../facts/host.ts'
import { logForwarders } from '../../facts/log-forwarders.ts'
import { exists, glob } from '../../facts/paths.ts'
import { rsyslog } from '../../facts/rsyslog.ts'
import { settingsIn } from '../../facts/settings.ts'
import { systemd } from '../../facts/systemd.ts'
import { cite, type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { logReadBack } from '../../probes/log-nonce.ts'
import type { Step } from '../../remedy/step.ts'
import type { Judged } from '../judge.ts'

const FRESH_SECONDS = 90 * 86_400

/** What has arrived at the mirror this host can neither read back nor delete. Only trying it shows that. */
export function log03(host: Host): Judged {
  return [...judgeMirror(host), judgeJournal]
}

/**
 * A journal that is sealed shows what was changed before the seal (journald.conf(5), Seal): only with keys, of which one is
 * to be kept elsewhere.
 */
function judgeJournal(host: Host): readonly Judgement[] {
  const isReceiver = ['systemd-journal-remote.socket', 'systemd-journal-remote'].some((unit) =>
    host.get(systemd).isEnabled(unit),
  )
  const received = isReceiver ? [judgeReceived(host)] : []
  const folders = glob(host.root, '/var/log/journal/*').filter((path) => !path.endsWith('/remote'))
  if (folders.length === 0) return received
  const seal = settingsIn(host.root, '/etc/systemd/journald.conf', 'Journal').get('Seal')
  const keys = folders.map((folder) => `${folder}/fss`).find((path) => exists(host.root, path))
  const evidence: readonly Evidence[] = [
    ...(seal === undefined ? [] : [cite(seal.at)]),
    {
      source: 'status',
      path: keys ?? `${folders[0]}/fss`,
      excerpt: keys === undefined ? 'not there' : 'keys of seals',
    },
  ]
  const say = sayOf('journal', evidence, { folder: folders[0]! })
  if (isNo(seal?.value))
    return [...received, say('warn', 'unsealed', 'The journal is not sealed: what is changed in it shows nowhere.')]
  if (keys === undefined) {
    const reason = 'The journal would be sealed, and has no keys for it: what is changed in it shows nowhere.'
    return [...received, { ...say('warn', 'no-seal-keys', reason), remedy: SEAL_REMEDY }]
  }
  return [
    ...received,
    say('pass', 'sealed', 'The journal is sealed: what is changed in it before the last seal shows.'),
  ]
}

/** What comes from other hosts, where this one is the mirror. */
function judgeReceived(host: Host): Judgement {
  const seal = settingsIn(host.root, '/etc/systemd/journal-remote.conf', 'Remote').get('Seal')
  const say = sayOf('journals of other hosts', seal === undefined ? [] : [cite(seal.at)])
  if (seal !== undefined && !isNo(seal.value)) return say('pass', 'sealed', 'What other hosts send is sealed.')
  const reason = 'What other hosts send is kept unsealed: whoever gets into this host changes it, and nothing shows it.'
  return { ...say('warn', 'received-unsealed', reason), remedy: RECEIVED_REMEDY }
}

const isNo = (value: string | undefined) => /^(no|false|off|0)$/i.test(value ?? '')

const word = (name: string) => `\${${name}}`
const SEAL_REMEDY: readonly Step[] = [
  { tell: 'Keep the verification key that the command prints away from this host.' },
  { run: 'journalctl --setup-keys', leads: [{ file: `${word('folder')}/fss`, content: 'keys', mode: '0600' }] },
]
const RECEIVED_REMEDY: readonly Step[] = [
  { file: '/etc/systemd/journal-remote.conf.d/seal.conf', content: '[Remote]\nSeal=yes\n' },
  { run: 'systemctl restart systemd-journal-remote' },
]

function judgeMirror(host: Host): readonly Judgement[] {
  const isMirrored = (host.get(rsyslog)?.forwards.length ?? 0) > 0 || host.get(logForwarders).length > 0
  if (!isMirrored) return [notApplicable('not-mirrored', 'No log leaves this host; LOG-01 judges that.')]
  const tried = host.observed(logReadBack)[0]
  if (tried === undefined || host.now - tried.at > FRESH_SECONDS) {
    return [
      {
        subject: HOST,
        state: 'manual',
        cause: 'untried',
        reason: 'Whether this host can read or delete what it sent, somebody has to try or attest.',
        evidence: [],
      },
    ]
  }
  const evidence: readonly Evidence[] = [
    {
      source: 'probe',
      path: tried.target,
      excerpt: `read back: ${tried.found.readable ? 'yes' : 'refused'}, delete: ${tried.found.deletable ? 'yes' : 'refused'}`,
      at: tried.at,
    },
  ]
  if (tried.found.readable || tried.found.deletable) {
    const what = tried.found.deletable ? 'delete' : 'read'
    return [
      {
        subject: HOST,
        state: 'fail',
        cause: 'not-append-only',
        reason: `With what this host has, an intruder can ${what} what the mirror holds.`,
        evidence,
      },
    ]
  }
  return [
    {
      subject: HOST,
      state: 'pass',
      cause: 'append-only',
      reason: 'The mirror refuses to give back or to delete what it was sent.',
      evidence,
    },
  ]
}

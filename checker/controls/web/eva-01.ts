import { type Apache, apache, apacheHas } from '../../facts/apache.ts'
import type { ApacheNode } from '../../facts/apache-reader.ts'
import type { Host } from '../../facts/host.ts'
import { exists } from '../../facts/paths.ts'
import { requestLimits } from '../../facts/request-limits.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'

const SUBJECT = 'mod_evasive'
const NUMBERS = ['dospagecount', 'dossitecount', 'dosblockingperiod'] as const
const MAILERS = ['/usr/bin/mail', '/bin/mail']
const WWW_DATA = 33

/** mod_evasive with numbers that somebody chose, and with somebody who hears of it. */
export function eva01(host: Host): readonly Judgement[] {
  const found = host.get(apache)
  if (found?.isEnabled !== true) return [notApplicable('no-apache', 'Apache is not started here.')]
  if (!apacheHas(found, 'evasive20_module') && !apacheHas(found, 'evasive_module')) return [judgeAbsent(host, found)]
  const settings = new Map(found.main.flatMap(flattened).map((node) => [node.name, node]))
  return [judgeSettings(host, settings)]
}

/** Where another limit holds for every site it does the work. */
function judgeAbsent(host: Host, found: Apache): Judgement {
  const own = new Set(found.sites.map(({ subject }) => subject))
  const limits = host.get(requestLimits).filter(({ subject }) => own.has(subject))
  const isLimited = limits.length > 0 && limits.every(({ limits: each }) => each.length > 0)
  return isLimited
    ? {
        subject: SUBJECT,
        state: 'pass',
        cause: 'other',
        reason: `It is not loaded, but ${limits[0]!.limits[0]!.how} limits the requests of each client.`,
        evidence: limits.flatMap(({ limits: each }) => each.map(({ at }) => cite(at))).slice(0, 5),
      }
    : {
        subject: SUBJECT,
        state: 'fail',
        cause: 'absent',
        reason: 'It is not loaded, and nothing else limits how often a client may ask.',
        evidence: [],
      }
}

function judgeSettings(host: Host, settings: ReadonlyMap<string, ApacheNode>): Judgement {
  const chosen = NUMBERS.flatMap((name) => settings.get(name) ?? [])
  const evidence: readonly Evidence[] = chosen.map(({ at }) => cite(at))
  const say = sayOf(SUBJECT, evidence)
  if (chosen.length === 0) {
    const path = '/etc/apache2/mods-enabled/evasive.conf'
    return say(
      'warn',
      'all-defaults',
      'It is loaded, and every line of its file is a comment: nobody chose its numbers.',
      [{ source: 'file', path, excerpt: 'no DOSPageCount, DOSSiteCount, DOSBlockingPeriod' }],
    )
  }
  if (chosen.length < NUMBERS.length) {
    return say('warn', 'some-defaults', 'Some of its numbers are chosen; the others are what the module begins with.')
  }
  const folder = settings.get('doslogdir')
  const logs = host.root.status(folder?.words[0] ?? '/tmp')
  if (folder !== undefined && (logs.outcome !== 'found' || logs.type !== 'directory' || !isWritable(logs))) {
    return say(
      'warn',
      'no-log-folder',
      'It cannot write to the folder that keeps a message from being sent each second.',
      [cite(folder.at)],
    )
  }
  const command = settings.get('dossystemcommand')
  const mail = settings.get('dosemailnotify')
  if (command === undefined && mail === undefined) {
    return say('warn', 'silent', 'It blocks, and nobody is told: neither a message nor a command is set.')
  }
  if (command === undefined && !MAILERS.some((path) => exists(host.root, path))) {
    return say('warn', 'no-mailer', 'It is to send a message by mail(1), which is not installed.', [cite(mail!.at)])
  }
  return say('pass', 'tuned', 'Its numbers are chosen, and somebody is told when it blocks.', [
    cite((command ?? mail)!.at),
  ])
}

function isWritable({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean {
  return uid === WWW_DATA || (mode & 0o002) !== 0
}

function flattened(node: ApacheNode): readonly ApacheNode[] {
  return node.inside === undefined ? [node] : node.inside.flatMap(flattened)
}

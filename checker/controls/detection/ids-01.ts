import { aide } from '../../facts/aide.ts'
import { cronJobs } from '../../facts/cron.ts'
import type { Host } from '../../facts/host.ts'
import { ossec } from '../../facts/ossec.ts'
import { packages } from '../../facts/packages.ts'
import { glob } from '../../facts/paths.ts'
import { isRunning, type Process, processes } from '../../facts/processes.ts'
import { systemd } from '../../facts/systemd.ts'
import { placeOfUnit } from '../../facts/unit-evidence.ts'
import { cite, citeStatus, type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import type { Status } from '../../root/root.ts'

const FRESH_SECONDS = 48 * 3600
const BEFORE_FIRST_RUN = 2 * 86_400

/** What watches files has something to compare with, and is run. */
export function ids01(host: Host): readonly Judgement[] {
  const judged = [...judgeAide(host), ...judgeTripwire(host), ...judgeSamhain(host), ...judgeOssec(host)]
  const best = judged.filter(({ state }) => state === 'pass')
  if (best.length > 0) return best
  if (judged.length > 0) return judged
  return [
    {
      subject: HOST,
      state: 'fail',
      cause: 'none',
      reason: 'Nothing watches the files of this host: a changed program goes unnoticed.',
      evidence: [],
    },
  ]
}

function judgeAide(host: Host): readonly Judgement[] {
  const found = host.get(aide)
  if (found === undefined || !(host.get(packages).has('aide') || host.get(packages).has('aide-common'))) return []
  const subject = 'AIDE'
  const say = (
    state: Judgement['state'],
    cause: string,
    reason: string,
    evidence: readonly Evidence[],
  ): readonly Judgement[] => [{ subject, state, cause, reason, evidence }]
  const databases = [found.database, `${found.database}.gz`].flatMap((path) => statusOf(host, path))
  const fresh = statusOf(host, `${found.database}.new`)[0]
  const database = databases[0]
  if (database === undefined) {
    const evidence = [
      citeStatus(found.database, undefined),
      ...(fresh === undefined ? [] : [citeStatus(fresh.path, fresh)]),
    ]
    const reason =
      fresh === undefined
        ? 'AIDE is installed, but has no database: it compares with nothing.'
        : 'AIDE has made a database, but nobody moved it to its place (aide.db.new): it compares with nothing.'
    return say('fail', fresh === undefined ? 'no-database' : 'not-moved', reason, evidence)
  }
  const schedule = scheduleOf(host)
  const at = citeStatus(database.path, database)
  if (schedule === undefined)
    return say('fail', 'not-scheduled', 'AIDE has a database, but nothing runs it.', [
      at,
      ...placeOfUnit(host, 'dailyaidecheck.timer'),
    ])
  const log = newestOf(host, '/var/log/aide/aide.log*')
  if (log === undefined && host.now - database.modified > BEFORE_FIRST_RUN)
    return say('fail', 'never-run', 'AIDE is to be run each day, but has left no report.', [at, schedule])
  if (log !== undefined && host.now - log.modified > FRESH_SECONDS)
    return say('fail', 'stale', 'AIDE has not reported for two days.', [
      at,
      schedule,
      { ...citeStatus(log.path, log), at: log.modified },
    ])
  return say('pass', 'running', 'AIDE has a database, and is run each day.', [at, schedule])
}

function scheduleOf(host: Host): Evidence | undefined {
  const isMasked = host.get(systemd).unit('dailyaidecheck.service')?.isMasked === true
  if (host.get(systemd).isEnabled('dailyaidecheck.timer') && !isMasked)
    return placeOfUnit(host, 'dailyaidecheck.timer')[0]
  const job = host
    .get(cronJobs)
    .find((each) => /\baide\b/.test(each.command) && !/\/run\/systemd\/system/.test(each.command))
  return job === undefined ? undefined : cite(job.at)
}

function judgeTripwire(host: Host): readonly Judgement[] {
  if (!host.get(packages).has('tripwire')) return []
  const subject = 'Tripwire'
  const database = glob(host.root, '/var/lib/tripwire/*.twd').flatMap((path) => statusOf(host, path))[0]
  const job = host.get(cronJobs).find((each) => /\btripwire\b/.test(each.command))
  if (database === undefined)
    return [
      {
        subject,
        state: 'fail',
        cause: 'no-database',
        reason: 'Tripwire is installed, but was never initialised.',
        evidence: [citeStatus('/var/lib/tripwire', undefined, 'no .twd')],
      },
    ]
  if (job === undefined)
    return [
      {
        subject,
        state: 'fail',
        cause: 'not-scheduled',
        reason: 'Tripwire has a database, but nothing runs it.',
        evidence: [citeStatus(database.path, database)],
      },
    ]
  const report = newestOf(host, '/var/lib/tripwire/report/*.twr')
  const say = sayOf(subject, [citeStatus(database.path, database), cite(job.at)])
  if (report === undefined && host.now - database.modified > BEFORE_FIRST_RUN)
    return [say('fail', 'never-run', 'Tripwire is to be run each day, but has left no report.')]
  if (report !== undefined && host.now - report.modified > FRESH_SECONDS) {
    const seen = { ...citeStatus(report.path, report), at: report.modified }
    return [say('fail', 'stale', 'Tripwire has not reported for two days.', [seen])]
  }
  return [say('pass', 'running', 'Tripwire has a database, and cron runs it.')]
}

/** Samhain is a daemon: it looks at files as often as its configuration says. */
function judgeSamhain(host: Host): readonly Judgement[] {
  if (!host.get(packages).has('samhain')) return []
  const database = statusOf(host, '/var/lib/samhain/samhain_file')[0]
  const say = sayOf('Samhain', [citeStatus('/var/lib/samhain/samhain_file', database), ...placeOfUnit(host, 'samhain')])
  if (database === undefined)
    return [say('fail', 'no-database', 'Samhain is installed, but was never initialised (samhain -t init).')]
  if (!host.get(systemd).isEnabled('samhain'))
    return [say('fail', 'not-scheduled', 'Samhain has a database, but nothing starts it.')]
  return [say('pass', 'running', 'Samhain has a database, and watches files.')]
}

function judgeOssec(host: Host): readonly Judgement[] {
  const found = host.get(ossec)
  if (found === undefined) return []
  const subject = 'OSSEC'
  if (!found.isSyscheckOn)
    return [
      {
        subject,
        state: 'fail',
        cause: 'syscheck-off',
        reason: 'OSSEC runs, but does not watch files (syscheck is off).',
        evidence: [cite(found.at)],
      },
    ]
  if (host.get(isRunning) && !host.get(processes).some(isSyscheck)) {
    const reason = 'OSSEC is to watch files, but nothing of it runs (syscheckd).'
    return [sayOf(subject, [cite(found.at)])('fail', 'not-running', reason)]
  }
  return [
    { subject, state: 'pass', cause: 'running', reason: 'OSSEC watches files (syscheck).', evidence: [cite(found.at)] },
  ]
}

/** It runs as root; a name anybody can give to a process of his. */
function isSyscheck({ name, uid }: Process): boolean {
  return uid === 0 && /^(ossec|wazuh)-syscheck/.test(name)
}

function newestOf(host: Host, pattern: string): Status | undefined {
  return glob(host.root, pattern)
    .flatMap((path) => statusOf(host, path))
    .sort((one, other) => other.modified - one.modified)[0]
}

function statusOf(host: Host, path: string): readonly Status[] {
  const status = host.root.status(path)
  return status.outcome === 'found' && status.type === 'file' ? [status] : []
}

import { type BackupJob, backupJobs } from '../../facts/backup-jobs.ts'
import type { Host } from '../../facts/host.ts'
import { glob } from '../../facts/paths.ts'
import { readIfThere } from '../../facts/read-lines.ts'
import { cite, citeStatus, type Evidence, HOST, type Judgement, placeIn } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'

const FRESH_SECONDS = 26 * 3600
const RESTORE_SECONDS = 90 * 86_400
/** What tools leave when they are done; the newest counts. */
const TRACES = [
  '/var/log/restic*.log',
  '/var/log/borg*.log',
  '/var/log/borgmatic.log',
  '/var/log/backupninja.log',
  '/var/lib/hostcheck/last-backup',
  '/root/.cache/restic/*/CACHEDIR.TAG',
]

/** A backup counts once it ran today, lies elsewhere, and was restored from lately. */
export function opsBkp01(host: Host): Judged {
  const jobs = host.get(backupJobs)
  if (jobs.length === 0) {
    return [{ subject: HOST, state: 'fail', cause: 'no-job', reason: 'Nothing here is backed up.', evidence: [] }]
  }
  return jobs.map((job) => (own: Host) => judgeJob(own, job))
}

function judgeJob(host: Host, job: BackupJob): Judgement {
  const subject = job.name
  const say = sayOf(subject, job.evidence)
  if (!job.isScheduled) return say('fail', 'not-scheduled', 'It is there, but nothing starts it.')
  if (job.away.length === 0)
    return say('fail', 'local-only', 'It writes to this host alone: what takes the host takes the copy.')
  const last = lastRun(host)
  if (last === undefined)
    return say('unknown', 'no-trace', 'When it last ended well cannot be told: it leaves no log that is known.')
  if (host.now - last.at > FRESH_SECONDS) {
    return say('fail', 'stale', `It last ended ${days(host.now - last.at)} ago.`, [last.evidence])
  }
  if (last.isEmpty) return say('fail', 'empty', 'It ended without having written anything.', [last.evidence])
  const restore = restoreTest(host)
  if (restore === undefined)
    return say('warn', 'no-restore-test', 'It runs, but nobody tried within 90 days to restore from it.', [
      last.evidence,
    ])
  return say('pass', 'restorable', 'It ran within 26 hours, lies elsewhere, and was restored from lately.', [
    last.evidence,
    restore,
  ])
}

function lastRun(
  host: Host,
): { readonly at: number; readonly isEmpty: boolean; readonly evidence: Evidence } | undefined {
  const seen = TRACES.flatMap((pattern) => glob(host.root, pattern)).flatMap((path) => {
    const status = host.root.status(path)
    return status.outcome === 'found' && status.type === 'file' ? [{ path, status }] : []
  })
  const newest = seen.sort((one, other) => other.status.modified - one.status.modified)[0]
  if (newest === undefined) return undefined
  const { path, status } = newest
  return {
    at: status.modified,
    isEmpty: status.size === 0,
    evidence: { ...citeStatus(path, status), at: status.modified },
  }
}

/** `hostcheck attest OPS-BKP-01` notes a test; a file that a script touches after one does, too. */
function restoreTest(host: Host): Evidence | undefined {
  const path = '/var/lib/hostcheck/last-restore-test'
  const status = host.root.status(path)
  const file = readIfThere(host.root, path)
  if (status.outcome !== 'found' || file === undefined || host.now - status.modified > RESTORE_SECONDS) return undefined
  return { ...cite(placeIn(file, 1)), at: status.modified }
}

function days(seconds: number): string {
  const count = Math.floor(seconds / 86_400)
  return count < 2 ? `${Math.floor(seconds / 3600)} hours` : `${count} days`
}

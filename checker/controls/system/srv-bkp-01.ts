import { type BackupJob, backupJobs } from '../../facts/backup-jobs.ts'
import type { Host } from '../../facts/host.ts'
import { citeStatus, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'

/** A backup goes where the disk's encryption does not: what is written has to be encrypted itself. */
export function srvBkp01(host: Host): Judged {
  const jobs = host.get(backupJobs)
  if (jobs.length === 0) return [notApplicable('no-job', 'No backup is run from here; OPS-BKP-01 judges that.')]
  return jobs.map((job) => (own: Host) => judgeJob(own, job))
}

function judgeJob(host: Host, job: BackupJob): Judgement {
  const subject = job.name
  const say = sayOf(subject, job.evidence)
  if (job.cipher === 'plain') {
    return say(
      'fail',
      'plain',
      `${job.tool} writes in the clear here: whoever gets at the copy reads it, however it travels.`,
    )
  }
  if (job.cipher === 'undecided')
    return say('unknown', 'undecided', `Whether the repository of ${job.tool} is encrypted cannot be told from here.`)
  const open = job.passwordFiles.flatMap((path) => {
    const status = host.root.status(path)
    return status.outcome === 'found' && (status.mode & 0o077) !== 0 ? [citeStatus(path, status)] : []
  })
  if (open.length > 0)
    return say('warn', 'open-password', 'It is encrypted, but others on the host can read its password.', open)
  return say('pass', 'encrypted', `${job.tool} encrypts what it writes.`)
}

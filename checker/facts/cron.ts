import { type Place, placeIn } from '../judging/judgement.ts'
import type { ReadFile, Root } from '../root/root.ts'
import { fact } from './fact.ts'
import { namesIn } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

/** Something that cron or anacron runs. */
export interface CronJob {
  /** `17 3 * * *`, `@daily`, or `daily` for scripts in /etc/cron.daily. */
  readonly schedule: string
  readonly user: string
  /** The command, or the whole script for one in /etc/cron.daily and its like. */
  readonly command: string
  /** Variables that lines above it in the table set, one a line. */
  readonly environment: string
  readonly at: Place
}

const PERIODS = ['hourly', 'daily', 'weekly', 'monthly'] as const

const VARIABLE = /^\s*[A-Za-z_]\w*\s*=/
/** Of one table, which any user may have: each job has all variables above it, and they are looked through for each. */
const [MOST_JOBS, LONGEST_ENVIRONMENT, LONGEST_COMMAND] = [5000, 16_384, 4096]

/** All jobs of cron: crontab(5), /etc/cron.d, users' tables, and the scripts that run-parts runs. */
export const cronJobs = fact('cron jobs', ({ root }): readonly CronJob[] => [
  ...tableJobs(root, '/etc/crontab', undefined),
  ...namesIn(root, '/etc/cron.d')
    .filter(isRunPartsName)
    .flatMap((name) => tableJobs(root, `/etc/cron.d/${name}`, undefined)),
  ...['/var/spool/cron/crontabs', '/var/spool/cron'].flatMap((folder) =>
    namesIn(root, folder)
      .filter((name) => name !== 'crontabs')
      .flatMap((user) => tableJobs(root, `${folder}/${user}`, user)),
  ),
  ...PERIODS.flatMap((period) => scriptJobs(root, period)),
])

/** run-parts(8) and cron(8) pass over names with anything but letters, digits, `_` and `-`: `backup.sh` never runs. */
function isRunPartsName(name: string): boolean {
  return /^[\w-]+$/.test(name)
}

function tableJobs(root: Root, path: string, owner: string | undefined): readonly CronJob[] {
  const file = readIfThere(root, path)
  if (file === undefined) return []
  let environment = ''
  const jobs: CronJob[] = []
  for (const { text, number } of linesOf(file)) {
    if (VARIABLE.test(text)) {
      const longer = environment === '' ? text.trim() : `${environment}\n${text.trim()}`
      if (longer.length <= LONGEST_ENVIRONMENT) environment = longer
    }
    const job = tableJob(file, text, number, owner)
    if (job !== undefined) jobs.push({ ...job, environment })
    if (jobs.length >= MOST_JOBS) break
  }
  return jobs
}

function tableJob(
  file: ReadFile,
  text: string,
  line: number,
  owner: string | undefined,
): Omit<CronJob, 'environment'> | undefined {
  const match = /^\s*(@[a-z]+|(?:\S+\s+){4}\S+)\s+(\S.*)$/.exec(text)
  if (match === null || VARIABLE.test(text)) return undefined
  const at = placeIn(file, line)
  if (owner !== undefined) return { schedule: match[1]!, user: owner, command: match[2]!.slice(0, LONGEST_COMMAND), at }
  const [, user, command] = /^(\S+)\s+(\S.*)$/.exec(match[2]!) ?? []
  return user === undefined ? undefined : { schedule: match[1]!, user, command: command!, at }
}

function scriptJobs(root: Root, period: (typeof PERIODS)[number]): readonly CronJob[] {
  const folder = `/etc/cron.${period}`
  return namesIn(root, folder)
    .filter(isRunPartsName)
    .flatMap((name) => {
      const status = root.status(`${folder}/${name}`)
      const file = readIfThere(root, `${folder}/${name}`)
      if (file === undefined || status.outcome !== 'found' || (status.mode & 0o111) === 0) return []
      const command = linesOf(file)
        .map(({ text }) => text)
        .join('\n')
      return { schedule: period, user: 'root', command, environment: '', at: placeIn(file, 1) }
    })
}

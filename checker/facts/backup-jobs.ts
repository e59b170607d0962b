import { cite, type Evidence, type Place, placeIn } from '../judging/judgement.ts'
import { type CronJob, cronJobs } from './cron.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { glob } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { systemd } from './systemd.ts'

/** Something that is run to copy data away. */
export interface BackupJob {
  /** Where it is declared: stays the same from run to run. */
  readonly name: string
  readonly tool: string
  /** Whether what it writes is encrypted before it leaves. */
  readonly cipher: 'encrypted' | 'plain' | 'undecided'
  /** The command or the configuration that decides. */
  readonly text: string
  /** Places elsewhere that it writes to: `sftp:host:/path`, `s3:…`; empty where it stays on the host or cannot be told. */
  readonly away: readonly string[]
  readonly passwordFiles: readonly string[]
  readonly isScheduled: boolean
  readonly evidence: readonly Evidence[]
}

interface Tool {
  readonly name: string
  readonly runs: RegExp
  readonly cipher: (text: string) => BackupJob['cipher']
}

/** What a command line says of the tool that it runs; the first that fits counts. */
const TOOLS: readonly Tool[] = [
  { name: 'restic', runs: /\brestic\b[^\n]*\bbackup\b/, cipher: () => 'encrypted' },
  { name: 'borgmatic', runs: /\bborgmatic\b/, cipher: () => 'undecided' },
  { name: 'borg', runs: /\bborg\b[^\n]*\bcreate\b/, cipher: () => 'undecided' },
  {
    name: 'duplicity',
    runs: /\bduplicity\b/,
    cipher: (text) => (/--no-encryption\b/.test(text) ? 'plain' : 'encrypted'),
  },
  { name: 'rdiff-backup', runs: /\brdiff-backup\b/, cipher: () => 'plain' },
  { name: 'dump', runs: /\b(mysqldump|mariadb-dump|mariabackup|pg_dump|pg_dumpall)\b/, cipher: cipherOfPipe },
  { name: 'tar', runs: /\btar\b\s+-?\w*c/, cipher: cipherOfPipe },
  { name: 'rsync', runs: /\brsync\b/, cipher: () => 'plain' },
]

const ENCRYPTS = /\|\s*(?:\S*\/)?(age|gpg2?|openssl\s+(?:enc|cms|smime)|rage|ccrypt)\b/

function cipherOfPipe(text: string): BackupJob['cipher'] {
  return ENCRYPTS.test(text) ? 'encrypted' : 'plain'
}

/** Backups that cron, timers, borgmatic and backupninja run. */
export const backupJobs = fact('backup jobs', (host): readonly BackupJob[] =>
  named([...host.get(cronJobs).flatMap((job) => jobOfCron(host, job)), ...timerJobs(host), ...backupninjaJobs(host)]),
)

/** Each job once, by a name of its own: a crontab, or a service, may run several, some of them twice. */
function named(jobs: readonly BackupJob[]): readonly BackupJob[] {
  const once = [...new Map(jobs.map((job) => [`${job.name}\n${job.text}`, job])).values()]
  const namesakes = (job: BackupJob) => once.filter(({ name }) => name === job.name)
  return once.map((job) => {
    if (namesakes(job).length === 1) return job
    const same = namesakes(job).filter(({ tool }) => tool === job.tool)
    const which = same.length === 1 ? job.tool : `${job.tool} ${same.indexOf(job) + 1}`
    return { ...job, name: `${job.name} (${which})` }
  })
}

function jobOfCron(host: Host, job: CronJob): readonly BackupJob[] {
  return jobsIn(host, `${job.environment}\n${job.command}`.trim(), `cron ${job.at.path}`, true, job.at)
}

/** The command itself, and the script that it runs where the operator wrote one: packages' own programs lie below /usr. */
function jobsIn(host: Host, command: string, name: string, isScheduled: boolean, at: Place): readonly BackupJob[] {
  const script = /^\s*(?:\[[^\]]*\]\s*&&\s*)?(\/(?!usr\/(?!local\/)|s?bin\/|lib\/)[\w./-]+)/.exec(
    command.split('\n').at(-1)!,
  )?.[1]
  const file = script === undefined ? undefined : readIfThere(host.root, script)
  const texts = [
    { text: withoutComments(command), at },
    ...(file === undefined ? [] : [{ text: withoutComments(file.text), at: placeIn(file, 1) }]),
  ]
  return texts.flatMap((each) => jobOfText(host, each.text, name, isScheduled, each.at)).slice(0, 1)
}

function jobOfText(host: Host, text: string, name: string, isScheduled: boolean, at: Place): readonly BackupJob[] {
  const tool = TOOLS.find((each) => each.runs.test(text))
  if (tool === undefined) return []
  if (tool.name === 'borgmatic' && borgmaticOf(host) === undefined) return []
  const own = tool.name === 'borgmatic' ? borgmaticOf(host) : tool.name === 'borg' ? borgOf(host, text) : undefined
  const cipher = own?.cipher ?? tool.cipher(text)
  const line = text.split('\n').find((each) => tool.runs.test(each)) ?? text
  const evidence: Evidence[] = [{ ...cite(at), excerpt: line.trim().slice(0, 200) }, ...(own?.evidence ?? [])]
  const passwordFiles = [
    ...text.matchAll(/(?:--password-file[= ]|RESTIC_PASSWORD_FILE=|BORG_PASSCOMMAND=["']?cat )(\/[^\s"']+)/g),
  ].map((match) => match[1]!)
  return [
    {
      name,
      tool: tool.name,
      cipher,
      text,
      away: awayOf(`${text}\n${own?.text ?? ''}`),
      passwordFiles,
      isScheduled,
      evidence,
    },
  ]
}

function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
}

interface Own {
  readonly cipher: BackupJob['cipher']
  readonly text: string
  readonly evidence: readonly Evidence[]
}

/** borgmatic's own file: a passphrase or a command for one means that the repository is encrypted. */
function borgmaticOf(host: Host): Own | undefined {
  const file = ['/etc/borgmatic/config.yaml', ...glob(host.root, '/etc/borgmatic.d/*.yaml')].flatMap(
    (path) => readIfThere(host.root, path) ?? [],
  )[0]
  if (file === undefined) return undefined
  const line = linesOf(file).find(({ text }) => /^\s*encryption_pass(command|phrase)\s*:/.test(text))
  const evidence = [
    line === undefined
      ? { source: 'file' as const, path: file.path, excerpt: 'no encryption_passcommand', sha256: file.sha256 }
      : cite(placeIn(file, line.number)),
  ]
  return { cipher: line === undefined ? 'plain' : 'encrypted', text: file.text, evidence }
}

/** A borg repository that lies on the host says in its `config` whether it has a key (borg internals, "Key files"). */
function borgOf(host: Host, text: string): Own | undefined {
  const repository = /(?:BORG_REPO=|borg\s+create\s+(?:-\S+\s+)*)["']?(\/[\w./-]+)/.exec(text)?.[1]
  const file = repository === undefined ? undefined : readIfThere(host.root, `${repository}/config`)
  const keyFiles = glob(host.root, '/root/.config/borg/keys/*')
  if (file === undefined) {
    const isKeyed = keyFiles.length > 0 || /BORG_PASS(PHRASE|COMMAND)=/.test(text)
    return isKeyed ? { cipher: 'encrypted', text: '', evidence: [] } : undefined
  }
  const hasKey = /^key\s*=/m.test(file.text) || keyFiles.length > 0
  return {
    cipher: hasKey ? 'encrypted' : 'plain',
    text: '',
    evidence: [{ source: 'file', path: file.path, excerpt: hasKey ? 'key = …' : 'no key', sha256: file.sha256 }],
  }
}

function timerJobs(host: Host): readonly BackupJob[] {
  const units = host.get(systemd)
  return units.names
    .filter((name) => name.endsWith('.timer'))
    .flatMap((name) => {
      const timer = units.unit(name)
      const service = units.unit(timer?.last('Timer', 'Unit')?.value ?? name.replace(/\.timer$/, '.service'))
      return (service?.all('Service', 'ExecStart') ?? []).flatMap(({ value, at }) =>
        jobsIn(host, value.replace(/^[-@:+!]+/, ''), `timer ${name}`, units.isEnabled(name), at),
      )
    })
}

/** backupninja(1): one file an action, its kind is the ending. */
function backupninjaJobs(host: Host): readonly BackupJob[] {
  return glob(host.root, '/etc/backup.d/*.{dup,borg,restic,rdiff,rsync,tar,mysql,pgsql}'.replace(/\{.*\}/, '*'))
    .filter((path) => /\.(dup|borg|restic|rdiff|rsync|tar)$/.test(path))
    .flatMap((path) => {
      const file = readIfThere(host.root, path)
      if (file === undefined) return []
      const kind = path.slice(path.lastIndexOf('.') + 1)
      const cipher: BackupJob['cipher'] =
        kind === 'restic' || kind === 'dup'
          ? 'encrypted'
          : kind === 'borg'
            ? /^\s*passphrase\s*=\s*\S/m.test(file.text)
              ? 'encrypted'
              : 'plain'
            : 'plain'
      return [
        {
          name: `backupninja ${path}`,
          tool: kind,
          cipher,
          text: file.text,
          away: awayOf(file.text),
          passwordFiles: [],
          isScheduled: true,
          evidence: [cite(placeIn(file, 1))],
        },
      ]
    })
}

/** Destinations that lie elsewhere: URLs of stores, `host:path` of ssh, and hosts that a file names. */
function awayOf(text: string): readonly string[] {
  const urls = [...text.matchAll(/\b((?:s3|b2|sftp|rest|azure|gs|swift|ssh|webdavs?|rclone|scp|ftps?):[^\s"']+)/g)].map(
    (match) => match[1]!,
  )
  const remotes = [...text.matchAll(/(?:^|[\s"'])((?:[\w-]{1,64}@)?(?=[\w-]{1,63}\.)[\w.-]{1,253}:[^\s"']+)/gm)].map(
    (match) => match[1]!,
  )
  const named = [...text.matchAll(/^\s*(?:desthost|host)\s*=\s*(\S+)/gm)]
    .map((match) => match[1]!)
    .filter((each) => each !== 'localhost')
  return [...new Set([...urls, ...remotes, ...named])]
}

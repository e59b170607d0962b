import type { Host } from '../../facts/host.ts'
import { type Virtualmin, virtualmin } from '../../facts/virtualmin.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { type Say, sayOf } from '../../judging/say.ts'

/** What Virtualmin lets its sites do, and whether it keeps copies of them elsewhere. */
export function judgeVirtualmin(host: Host): readonly Judgement[] {
  const found = host.get(virtualmin)
  if (found === undefined) return []
  return [
    { ...judgeLimits(found), remedy: [asked('quotas=1'), asked('defquota=10485760')].flat() },
    { ...judgePasswords(found), remedy: asked('hashpass=1') },
    { ...judgeBackups(found), remedy: BACKUPS },
  ]
}

const BACKUPS = [
  {
    tell: 'In Virtualmin, "Backup and Restore", "Scheduled Backups": all sites, every night, to another host (ssh:// or a bucket), encrypted, with a mail about what fails.',
  },
]

/** A line of the module's configuration in place of the one that is there. */
function asked(line: string): NonNullable<Judgement['remedy']> {
  const key = line.slice(0, line.indexOf('=') + 1)
  const path = '/etc/webmin/virtual-server/config'
  return [
    { edit: path, replace: `^${key}.*$`, with: line },
    { append: path, lines: [line] },
  ]
}

/** Sizes are in blocks of 1 KiB; an empty one bounds nothing. */
function judgeLimits(found: Virtualmin): Judgement {
  const [on, size] = [found.setting('quotas'), found.setting('defquota')]
  const say = sayOf('limits of virtualmin', evidenceOf(found, on, size))
  if ((on?.value ?? '0') === '0') {
    return say('warn', 'no-quotas', 'Virtualmin gives no quotas: one site fills the disk of all.')
  }
  if (!(Number(size?.value ?? 0) > 0)) {
    return say(
      'warn',
      'no-default-quota',
      'Quotas are on, and a new site gets none: one that is set up in a hurry fills the disk of all.',
    )
  }
  return say('pass', 'quotas', 'Each new site gets a quota.')
}

function judgePasswords(found: Virtualmin): Judgement {
  const set = found.setting('hashpass')
  const say = sayOf('passwords of virtualmin', evidenceOf(found, set))
  return (set?.value ?? '0') === '0'
    ? say(
        'warn',
        'in-the-clear',
        'Virtualmin keeps the passwords of its sites in the clear: a copy of /etc gives them all away.',
      )
    : say('pass', 'hashed', 'Virtualmin keeps the passwords of its sites as hashes.')
}

function judgeBackups(found: Virtualmin): Judgement {
  const scheduled = found.backups.filter(({ schedule }) => schedule !== undefined)
  const evidence = found.backups.flatMap(({ at, schedule }) => [
    cite(at),
    ...(schedule === undefined ? [] : [schedule]),
  ])
  const say: Say = sayOf('backups of virtualmin', evidence.length === 0 ? [cite(found.at)] : evidence.slice(0, 6))
  if (scheduled.length === 0) {
    return found.backups.length === 0
      ? say(
          'warn',
          'no-backups',
          'Virtualmin has no backup set up: a site that is broken into cannot be brought back from it.',
        )
      : say('warn', 'not-scheduled', 'Virtualmin has backups set up that nothing starts.')
  }
  if (scheduled.every(({ destinations }) => destinations.every((each) => each.startsWith('/')))) {
    return say(
      'warn',
      'local-backups',
      'Virtualmin backs its sites up to this host alone: who takes the host takes them, too.',
    )
  }
  return say('pass', 'backups', 'Virtualmin backs its sites up to another place, by a schedule.')
}

function evidenceOf(found: Virtualmin, ...settings: readonly ReturnType<Virtualmin['setting']>[]): readonly Evidence[] {
  const cited = settings.flatMap((each) => (each === undefined ? [] : [cite(each.at)]))
  return cited.length === 0 ? [cite(found.at)] : cited
}

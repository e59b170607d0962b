import type { Host } from '../../facts/host.ts'
import { glob } from '../../facts/paths.ts'
import { isOn } from '../../facts/php-ini.ts'
import { pluginState, type WordPress, wordpresses, wpSeen } from '../../facts/wordpress.ts'
import { cite, citeStatus, type Evidence, excerptOf, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { quoted } from '../../remedy/shell.ts'
import type { Judged } from '../judge.ts'

const SUCURI = ['sucuri-scanner']
/** Scanners that do the same: files of the core, malware, an alarm. */
const EQUIVALENTS = [
  'wordfence',
  'better-wp-security',
  'ithemes-security-pro',
  'wp-cerber',
  'all-in-one-wp-security-and-firewall',
  'ninjafirewall',
  'defender-security',
]
const FRESH_SECONDS = 8 * 86_400
const COMPARED_SECONDS = 31 * 86_400

/** A scanner watches each WordPress, works, and has worked lately; nobody edits code from its back office. */
export function wpr01(host: Host): Judged {
  const sites = host.get(wordpresses)
  if (sites.length === 0) return [notApplicable('no-wordpress', 'There is no WordPress here.')]
  return sites.flatMap((site) => [(own: Host) => judgeScanner(own, site), judgeCore(host, site), judgeEditor(site)])
}

function judgeScanner(host: Host, site: WordPress): Judgement {
  const sucuri = pluginState(host, site, SUCURI)
  const other = pluginState(host, site, EQUIVALENTS)
  const say = sayOf(`wordpress ${site.folder}`, [], { folder: site.folder })
  if (other.state === 'active')
    return say('pass', 'equivalent', 'Another scanner is active, and does the same.', other.evidence)
  if (sucuri.state === 'active') return judgeScan(host, site, sucuri.evidence, say)
  if (sucuri.state === 'inactive' || (sucuri.state === 'absent' && other.state === 'inactive')) {
    return say('fail', 'inactive', 'A scanner is installed and switched off: it watches nothing.', [
      ...sucuri.evidence,
      ...other.evidence,
    ])
  }
  if (sucuri.state === 'installed' || other.state === 'installed') {
    const evidence = sucuri.state === 'installed' ? sucuri.evidence : other.evidence
    return say(
      'warn',
      'activation-unknown',
      'A scanner is installed; whether it is switched on stands in the database, and only `wp plugin list` tells.',
      evidence,
    )
  }
  return say('fail', 'absent', 'Nothing in this WordPress notices changed files or foreign code.', sucuri.evidence)
}

type Say = (state: Judgement['state'], cause: string, reason: string, evidence: readonly Evidence[]) => Judgement

/** Sucuri writes into uploads/sucuri whenever it does something. */
function judgeScan(host: Host, site: WordPress, evidence: readonly Evidence[], say: Say): Judgement {
  const written = glob(host.root, `${site.uploads}/sucuri/*`).flatMap((path) => {
    const status = host.root.status(path)
    return status.outcome === 'found' ? [{ path, status }] : []
  })
  const newest = written.sort((one, next) => next.status.modified - one.status.modified)[0]
  if (newest === undefined) {
    return say('warn', 'never-ran', 'Sucuri is active, and has written nothing yet: its scan has not run.', evidence)
  }
  const seen: Evidence = { ...citeStatus(newest.path, newest.status), at: newest.status.modified }
  return host.now - newest.status.modified > FRESH_SECONDS
    ? say('warn', 'stale', 'Sucuri is active, and has written nothing for more than a week: its scan does not run.', [
        ...evidence,
        seen,
      ])
    : say('pass', 'active', 'Sucuri is active, and worked within the last week.', [...evidence, seen])
}

/** Whether its core is what was released, as `wp` compared it lately. */
function judgeCore(host: Host, site: WordPress): Judgement {
  const seen = wpSeen(host, site).find(({ found }) => found.core !== undefined)
  const core = seen?.found.core
  const say = sayOf(`core of ${site.folder}`, [cite(site.at)], { folder: site.folder })
  if (seen === undefined || core === undefined) {
    return say('unknown', 'not-compared', 'Nobody has compared the files of its core with those that were released.')
  }
  const told = core.isGenuine ? 'as released' : `${core.changed.length} files differ: ${core.changed.join(', ')}`
  const excerpt = excerptOf(told)
  const compared: Evidence = {
    source: 'probe',
    path: `wp core verify-checksums in ${site.folder}`,
    excerpt,
    at: seen.at,
  }
  if (!core.isGenuine) {
    const reason = 'Files of its core are not those that were released: somebody changed them, or put some there.'
    const remedy = [
      { tell: 'Keep a copy of what differs, and look how it came there, before it is gone.' },
      {
        run: `wp --path=${quoted(site.folder)} core download --force --skip-content --version=${quoted(site.version ?? 'latest')}`,
      },
      { tell: 'Take away what should not exist: the download leaves it where it is.' },
    ]
    return { ...say('fail', 'changed', reason, [compared]), remedy }
  }
  return host.now - seen.at > COMPARED_SECONDS
    ? say('warn', 'compared-long-ago', 'Its core was what was released; nobody has compared it for a month.', [
        compared,
      ])
    : say('pass', 'genuine', 'Its core is what was released.', [compared])
}

function judgeEditor(site: WordPress): Judgement {
  const subject = `editor of ${site.folder}`
  const found = site.defines.get('DISALLOW_FILE_MODS') ?? site.defines.get('DISALLOW_FILE_EDIT')
  const evidence = [cite(found?.at ?? site.at)]
  if (found !== undefined && isOn(found.value)) {
    return {
      subject,
      state: 'pass',
      cause: 'switched-off',
      reason: 'Nobody edits code from the back office.',
      evidence,
    }
  }
  const reason = 'Whoever gets into the back office edits code there, and so runs what he likes.'
  const remedy = [
    {
      run: `wp --path=${quoted(site.folder)} config set DISALLOW_FILE_EDIT true --raw`,
      leads: [
        {
          edit: `${site.folder}/wp-config.php`,
          replace: '^(<[?]php) *$',
          with: "\\1 define('DISALLOW_FILE_EDIT', true);",
        },
      ],
    },
  ]
  return { subject, state: 'warn', cause: 'switched-on', reason, evidence, remedy }
}

import type { Host } from '../../facts/host.ts'
import type { PoolDirective } from '../../facts/php-fpm.ts'
import { isOn } from '../../facts/php-ini.ts'
import { type PhpRuntime, phpRuntimes, userInis } from '../../facts/php-runtimes.ts'
import { cite, type Judgement, type State } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'
import { judgeUploads } from './scripts-in-uploads.ts'

interface Rule {
  readonly directive: string
  readonly isBad: (value: string) => boolean
  readonly state: State
  readonly cause: string
  /** Stands after "Here ". */
  readonly says: string
}

/** What runs a program: whoever gets a script onto the site has a shell with these. */
const PROGRAMS = ['exec', 'passthru', 'shell_exec', 'system', 'proc_open', 'popen']

/** The worst first. */
const RULES: readonly Rule[] = [
  {
    directive: 'allow_url_include',
    isBad: isOn,
    state: 'fail',
    cause: 'url-include',
    says: 'a script can be included from anywhere in the world',
  },
  {
    directive: 'display_errors',
    isBad: (value) => isOn(value) || value === 'stdout',
    state: 'fail',
    cause: 'shown-errors',
    says: 'errors are shown to visitors, with paths and parts of queries',
  },
  {
    directive: 'disable_functions',
    isBad: (value) => missingFrom(value).length > 0,
    state: 'warn',
    cause: 'programs',
    says: 'scripts may run programs',
  },
  {
    directive: 'session.cookie_httponly',
    isBad: (value) => !isOn(value),
    state: 'warn',
    cause: 'cookie-to-scripts',
    says: 'a script in the page can read the session cookie',
  },
  {
    directive: 'session.use_strict_mode',
    isBad: (value) => !isOn(value),
    state: 'warn',
    cause: 'given-sessions',
    says: 'a visitor can be given a session that somebody else knows',
  },
  {
    directive: 'allow_url_fopen',
    isBad: isOn,
    state: 'warn',
    cause: 'url-fopen',
    says: 'every function that opens files fetches from the world, too',
  },
  {
    directive: 'expose_php',
    isBad: isOn,
    state: 'warn',
    cause: 'shown-version',
    says: 'each answer names the version of PHP',
  },
]

/** php-fpm looks for the script in the path, and runs `a.jpg` of `/a.jpg/b.php`, unless it refuses names that do not end in .php. */
const PATH_INFO: Rule = {
  directive: 'cgi.fix_pathinfo',
  isBad: isOn,
  state: 'fail',
  cause: 'path-info',
  says: 'a picture is run as a script when somebody asks for /picture.jpg/x.php',
}

/** Each SAPI that serves the world has PHP's dangerous features switched off, and no site brings them back. */
export function php03(host: Host): Judged {
  const runtimes = host.get(phpRuntimes)
  if (runtimes.length === 0) return [notApplicable('no-php', 'Nothing here runs PHP for the world.')]
  return [...runtimes.map(judgeRuntime), ...judgeUserInis(host, runtimes), judgeUploads]
}

function judgeRuntime(runtime: PhpRuntime): Judgement {
  const { subject, version, sapi, unit } = runtime
  const rules = runtime.pool?.setting('security.limit_extensions')?.value === '' ? [PATH_INFO, ...RULES] : RULES
  const broken = rules
    .map((rule) => ({ rule, set: runtime.php(rule.directive) }))
    .filter(({ rule, set }) => rule.isBad(set.value))
  const evidence = (
    broken.length > 0 ? broken.map(({ set }) => set) : RULES.map(({ directive }) => runtime.php(directive))
  ).flatMap(({ at }) => (at === undefined ? [] : [cite(at)]))
  const base = {
    subject,
    evidence: evidence.length === 0 ? [runtime.evidence] : evidence,
    values: { version, sapi, unit },
  }
  const worst = broken[0]?.rule
  if (worst === undefined) {
    return { ...base, state: 'pass', cause: 'hardened', reason: 'What is dangerous in PHP is switched off.' }
  }
  const reason = `Here ${broken.map(({ rule }) => rule.says).join('; ')}.`
  return { ...base, state: worst.state, cause: worst.cause, reason }
}

/** What a site's own file sets holds where no pool forbids it with php_admin_value. */
function judgeUserInis(host: Host, runtimes: readonly PhpRuntime[]): readonly Judgement[] {
  if (runtimes.every((runtime) => runtime.php('user_ini.filename').value === '')) return []
  const isHeld = (name: string) => runtimes.every((runtime) => isFixed(runtime.php(name)))
  return host.get(userInis).flatMap(({ path, lines }) => {
    const broken = RULES.filter(({ directive }) => !ONLY_SYSTEM.includes(directive) && !isHeld(directive)).flatMap(
      (rule) => {
        const line = lines.filter(({ key }) => key === rule.directive).at(-1)
        return line === undefined || !rule.isBad(line.value) ? [] : [{ rule, line }]
      },
    )
    const worst = broken[0]?.rule
    if (worst === undefined) return []
    return [
      {
        subject: `site ${path.slice(0, -'/.user.ini'.length)}`,
        state: worst.state,
        cause: `${worst.cause}-by-site`,
        reason: `By its own .user.ini ${broken.map(({ rule }) => rule.says).join('; ')}.`,
        evidence: broken.map(({ line }) => cite(line.at)),
        remedy: [{ remove: path }],
      },
    ]
  })
}

/** PHP takes these from php.ini and pools alone (PHP_INI_SYSTEM). */
const ONLY_SYSTEM = ['allow_url_include', 'allow_url_fopen', 'disable_functions', 'expose_php']

function isFixed(set: PoolDirective): boolean {
  return set.set === 'admin'
}

function missingFrom(disabled: string): readonly string[] {
  const names = new Set(disabled.split(/[\s,]+/))
  return PROGRAMS.filter((name) => !names.has(name))
}

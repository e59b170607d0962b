import type { Host } from '../../facts/host.ts'
import { type FpmPool, fpmPools, poolPath } from '../../facts/php-fpm.ts'
import { type PhpRuntime, phpRuntimes } from '../../facts/php-runtimes.ts'
import { nameOf, type PhpSite, phpSites } from '../../facts/php-sites.ts'
import { cite, type Evidence, type Judgement, type State } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import type { Step } from '../../remedy/step.ts'
import type { Judged } from '../judge.ts'
import { withoutModule } from '../php/without-module.ts'
import { judgeCode } from './code-of-sites.ts'

/** Users that run more than one site's scripts by their nature. */
const SHARED_USERS = ['www-data', 'apache', 'nginx', 'nobody', 'http', 'daemon']
const LOOPBACK = /^(?:127\.|\[?::1\]?:|localhost:)/

/** Each site's scripts run in a pool and as a user of their own. */
export function isoFpm01(host: Host): Judged {
  const runtimes = host.get(phpRuntimes)
  const sites = host.get(phpSites)
  const own = sites.filter(({ runs }) => runs === 'own')
  if (runtimes.length + own.length === 0) return [notApplicable('no-php', 'Nothing here runs PHP for the world.')]
  const modules = new Map(
    runtimes.filter(({ pool }) => pool === undefined).map((runtime) => [runtime.version, runtime]),
  )
  return [
    ...[...modules.values()].map((runtime) => judgeModule(runtime, sites)),
    ...host.get(fpmPools).map((pool) => judgePool(host, pool, sites)),
    ...own.map(judgeWrapped),
    (own: Host) => judgeCode(own, sites),
  ]
}

function judgeWrapped({ name, at }: PhpSite): Judgement {
  const reason = 'Its scripts run as a user of its own, by suEXEC or a FastCGI wrapper.'
  return { subject: `site ${name}`, state: 'pass', cause: 'own-user', reason, evidence: [cite(at)] }
}

function judgeModule(runtime: PhpRuntime, sites: readonly PhpSite[]): Judgement {
  const served = sites.filter(({ runs }) => runs === 'module')
  const isMany = served.length > 1
  return {
    subject: `mod_php ${runtime.version}`,
    state: isMany ? 'fail' : 'warn',
    cause: isMany ? 'module-for-many' : 'module',
    reason: isMany
      ? 'Apache itself runs the scripts of several sites, all as one user: who is in one is in all.'
      : 'Apache itself runs the scripts, as the user that reads everything it serves.',
    evidence: [runtime.evidence, ...served.slice(0, 5).map(({ at }) => cite(at))],
    remedy: withoutModule(runtime.version),
  }
}

function judgePool(host: Host, pool: FpmPool, sites: readonly PhpSite[]): Judgement {
  const served = sites.filter(({ runs }) => nameOf(runs) === pool.subject)
  const user = pool.setting('user')
  const others = host.get(fpmPools).filter((other) => other !== pool && userOf(other) === userOf(pool))
  const evidence = [user, pool.setting('listen')].flatMap((setting) =>
    setting === undefined ? [] : [cite(setting.at)],
  )
  const say = (state: State, cause: string, reason: string, more: readonly Evidence[] = []): Judgement => ({
    subject: pool.subject,
    state,
    cause,
    reason,
    evidence: [...(evidence.length === 0 ? [cite(pool.at)] : evidence), ...more],
    values: { version: pool.version, pool: pool.name },
    ...(LISTENING_CAUSES.includes(cause) ? { remedy: socketRemedy(pool) } : {}),
  })
  const door = doorOf(pool)
  if (door !== undefined) return say('fail', door.cause, door.reason)
  if (userOf(pool) === 'root')
    return say('fail', 'root', 'Its scripts run as root: whoever brings one in owns the host.')
  if (served.length > 1) {
    return say(
      'fail',
      'many-sites',
      'It runs the scripts of several sites: who is in one reads and writes the others.',
      served.slice(0, 5).map(({ at }) => cite(at)),
    )
  }
  if (others.length > 0) {
    return say(
      'fail',
      'shared-user',
      'Another pool runs as the same user, so that the pools keep nothing apart.',
      others.slice(0, 5).map((other) => cite(other.setting('user')?.at ?? other.at)),
    )
  }
  if (SHARED_USERS.includes(userOf(pool))) {
    return say(
      'warn',
      'server-user',
      "Its scripts run as the web server's own user, and may read whatever that serves.",
    )
  }
  return say('pass', 'own-user', 'It runs one site, as a user of its own, behind a socket that nobody else reaches.')
}

const LISTENING_CAUSES = ['open-port', 'open-socket', 'any-file']

/** Ways into a pool past the web server: FastCGI takes the path of any script from whoever connects. */
function doorOf(pool: FpmPool): { readonly cause: string; readonly reason: string } | undefined {
  const listen = poolPath(pool, 'listen') ?? ''
  const clients = pool.setting('listen.allowed_clients')?.value ?? ''
  if (!listen.startsWith('/') && !LOOPBACK.test(listen) && clients === '') {
    const reason =
      'It listens on a port for everybody: whoever connects runs any script with any setting, without the web server.'
    return { cause: 'open-port', reason }
  }
  const mode = pool.setting('listen.mode')?.value ?? '0660'
  if (listen.startsWith('/') && (Number.parseInt(mode, 8) & 0o002) !== 0) {
    return {
      cause: 'open-socket',
      reason: 'Every user of the host may write to its socket, and so runs scripts as its user.',
    }
  }
  const extensions = pool.setting('security.limit_extensions')
  if (extensions !== undefined && extensions.value === '') {
    return { cause: 'any-file', reason: 'It runs files of any name as scripts: an uploaded picture is one, too.' }
  }
  return undefined
}

/** php-fpm that does not start as root keeps its own user; a pool without `user` is refused otherwise. */
function userOf(pool: FpmPool): string {
  return pool.setting('user')?.value ?? 'root'
}

function socketRemedy(pool: FpmPool): readonly Step[] {
  const content = [
    `[${pool.name}]`,
    `listen = /run/php/${pool.name}.sock`,
    'listen.mode = 0660',
    'security.limit_extensions = .php',
  ]
  return [
    { file: `/etc/php/${pool.version}/fpm/pool.d/zz-${pool.name}-socket.conf`, content: content.join('\n') },
    { tell: `Name /run/php/${pool.name}.sock in the web server's site, then reload both.` },
  ]
}

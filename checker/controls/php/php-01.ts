import type { Host } from '../../facts/host.ts'
import { normalized } from '../../facts/paths.ts'
import type { PoolDirective } from '../../facts/php-fpm.ts'
import { type PhpRuntime, phpRuntimes } from '../../facts/php-runtimes.ts'
import { phpSites } from '../../facts/php-sites.ts'
import { rootOfPool, rootOfUnit } from '../../facts/unit-root.ts'
import { cite, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'
import { withoutModule } from './without-module.ts'

/** Since this version a script cannot set open_basedir to a path with `..` any more. */
const TIGHT_SINCE = 8.3
const SHARED = /^\/(?:tmp|var\/tmp|dev\/shm)\/*$/
const ALL = /^(?:\/|\.|\.\.|)\/*$/

/** Whether a site's scripts may open files elsewhere was decided: by open_basedir, or by a root of their own. */
export function php01(host: Host): Judged {
  const runtimes = host.get(phpRuntimes)
  if (runtimes.length === 0) return [notApplicable('no-php', 'Nothing here runs PHP for the world.')]
  return runtimes.map((runtime) => (own: Host) => judge(own, runtime, runtimes.length > 1))
}

function judge(host: Host, runtime: PhpRuntime, isOneOfMany: boolean): Judgement {
  const { subject, version, evidence, pool } = runtime
  const set = runtime.php('open_basedir')
  const folders = set.value.split(':').filter((folder) => folder !== '')
  const say = (state: Judgement['state'], cause: string, reason: string): Judgement => ({
    subject,
    state,
    cause,
    reason,
    evidence: [set.at === undefined ? evidence : cite(set.at), ...(cause === 'own-root' ? root.evidence : [])],
    values: {
      version,
      pool: pool?.name ?? 'mod_php',
      folder: folderOf(host, runtime),
    },
    ...(pool === undefined ? { remedy: withoutModule(version) } : {}),
  })
  const root = pool === undefined ? rootOfUnit(host, runtime.unit) : rootOfPool(host, pool)
  if (root.kind === 'own')
    return say('pass', 'own-root', 'Its scripts see their own root folder only: open_basedir is not needed.')
  if (folders.length === 0) {
    return say(
      'warn',
      'undecided',
      'Neither open_basedir nor a root of its own keeps its scripts from the files of everybody else.',
    )
  }
  if (folders.some((folder) => ALL.test(folder))) {
    return say(
      'warn',
      'whole-host',
      'open_basedir is set, and names a folder that holds everything, or whatever folder a script is in.',
    )
  }
  if (isOneOfMany && folders.some((folder) => SHARED.test(folder))) {
    return say(
      'warn',
      'shared-folder',
      'open_basedir names a folder for temporary files that other sites share, where sessions and uploads lie.',
    )
  }
  if (!isTight(set, version)) {
    return say(
      'warn',
      'can-be-loosened',
      'open_basedir is set in a way that a script can widen step by step, with ini_set and "..".',
    )
  }
  return say('pass', 'set', 'open_basedir keeps its scripts in their folders, and no script can widen it.')
}

/** Where the pool's site lies, as the web server says; else a guess that the remedy tells to check. */
function folderOf(host: Host, { pool }: PhpRuntime): string {
  const site = host.get(phpSites).find(({ runs }) => runs === (pool ?? 'module'))
  return normalized(site?.folder ?? `/var/www/${pool?.name ?? 'html'}`)
}

function isTight(set: PoolDirective, version: string): boolean {
  return set.set === 'admin' || Number.parseFloat(version) >= TIGHT_SINCE
}

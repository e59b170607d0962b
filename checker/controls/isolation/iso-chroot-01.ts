import type { Host } from '../../facts/host.ts'
import { exists } from '../../facts/paths.ts'
import { type PhpRuntime, phpRuntimes } from '../../facts/php-runtimes.ts'
import { phpSites } from '../../facts/php-sites.ts'
import { processes } from '../../facts/processes.ts'
import { type OwnRoot, rootOfPool, rootOfUnit } from '../../facts/unit-root.ts'
import { citeStatus, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'
import { withoutModule } from '../php/without-module.ts'
import { doorIn } from './door-in.ts'
import { judgeShells } from './shells-of-sites.ts'

/** The scripts of each site, and whoever logs in for it, see a root folder of their own. */
export function isoChroot01(host: Host): Judged {
  const runtimes = host.get(phpRuntimes)
  const isOneOfMany = runtimes.length > 1 || host.get(phpSites).length > 1
  const judged = [...runtimes.map((runtime) => (own: Host) => judge(own, runtime, isOneOfMany)), ...judgeShells(host)]
  if (judged.length > 0) return judged
  return [notApplicable('no-php', 'Nothing here runs PHP for the world, and no owner of a site logs in by ssh.')]
}

function judge(host: Host, runtime: PhpRuntime, isOneOfMany: boolean): Judgement {
  const { subject, pool, unit } = runtime
  const root = pool === undefined ? rootOfUnit(host, unit) : rootOfPool(host, pool)
  const say = (state: Judgement['state'], cause: string, reason: string, evidence: readonly Evidence[]): Judgement => ({
    subject,
    state,
    cause,
    reason,
    evidence: [runtime.evidence, ...root.evidence, ...evidence],
    values: { version: runtime.version, pool: pool?.name ?? '', folder: `/srv/${pool?.name ?? ''}` },
    ...(pool === undefined ? { remedy: withoutModule(runtime.version) } : {}),
  })
  if (root.kind === 'own') return judgeOwn(host, runtime, root, say)
  const container = containerOf(host)
  if (container !== undefined && !isOneOfMany) {
    return say('pass', 'container', 'It is alone in a container, whose root folder is its own.', [container])
  }
  if (root.kind === 'sandbox') {
    return say(
      'warn',
      'sandbox',
      'systemd lets its workers write nearly nowhere, but all sites in the unit see each other and the host.',
      [],
    )
  }
  return isOneOfMany
    ? say('fail', 'shared-root', 'Its scripts see the whole host, and the files of the other sites in it.', [])
    : say(
        'warn',
        'host-root',
        'Its scripts see the whole host: an attacker who brings one in looks around at leisure.',
        [],
      )
}

type Say = (state: Judgement['state'], cause: string, reason: string, evidence: readonly Evidence[]) => Judgement

/** A root folder that is set: whether it is there, in force, and without a door. */
function judgeOwn(host: Host, runtime: PhpRuntime, root: OwnRoot, say: Say): Judgement {
  if (root.folder !== undefined && !exists(host.root, root.folder)) {
    return say('fail', 'missing-root', 'Its root folder is set and not there, so that it does not start.', [
      citeStatus(root.folder, undefined),
    ])
  }
  const outside = workersOf(host, runtime).find(({ rootFolder }) => rootFolder === '/')
  if (outside !== undefined) {
    const evidence: Evidence = { source: 'status', path: `/proc/${outside.pid}/root`, excerpt: 'leads to /' }
    return say('fail', 'not-in-force', 'A root folder is set, but a worker that runs still sees the whole host.', [
      evidence,
    ])
  }
  const door = root.folder === undefined ? undefined : doorIn(host, root.folder)
  if (door !== undefined) {
    return say('warn', 'door', 'Its root folder is its own, but something of the host is mounted inside for writing.', [
      door,
    ])
  }
  return say('pass', 'own-root', 'Its scripts see nothing but a root folder of their own.', [])
}

function workersOf(
  host: Host,
  { pool }: PhpRuntime,
): readonly { readonly pid: number; readonly rootFolder: string | undefined }[] {
  if (pool === undefined) return []
  return host.get(processes).filter(({ words }) => words[0]?.trim() === `php-fpm: pool ${pool.name}`)
}

function containerOf(host: Host): Evidence | undefined {
  const marks = ['/run/systemd/container', '/.dockerenv', '/run/.containerenv']
  const path = marks.find((mark) => exists(host.root, mark))
  return path === undefined ? undefined : { source: 'status', path, excerpt: 'a container' }
}

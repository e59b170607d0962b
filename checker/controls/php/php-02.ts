import type { Host } from '../../facts/host.ts'
import { octetsOf } from '../../facts/php-ini.ts'
import { type PhpRuntime, phpRuntimes } from '../../facts/php-runtimes.ts'
import { cite, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { judgeBudget } from './memory-of-workers.ts'
import { withoutModule } from './without-module.ts'

/** A script has an end, in memory and time, and all of them together fit into the machine. */
export function php02(host: Host): readonly Judgement[] {
  const runtimes = host.get(phpRuntimes)
  if (runtimes.length === 0) return [notApplicable('no-php', 'Nothing here runs PHP for the world.')]
  return [...runtimes.map(judgeRuntime), judgeBudget(host, runtimes)]
}

function judgeRuntime(runtime: PhpRuntime): Judgement {
  const { subject, pool } = runtime
  const limit = runtime.php('memory_limit')
  const timeout = pool?.setting('request_terminate_timeout')
  const evidence = [limit.at, timeout?.at, pool?.setting('pm.max_requests')?.at].flatMap((at) =>
    at === undefined ? [] : [cite(at)],
  )
  const say = (state: Judgement['state'], cause: string, reason: string): Judgement => ({
    subject,
    state,
    cause,
    reason,
    evidence: evidence.length === 0 ? [runtime.evidence] : evidence,
    values: valuesOf(runtime),
    ...(pool === undefined ? { remedy: withoutModule(runtime.version) } : {}),
  })
  const octets = octetsOf(limit.value)
  if (octets === undefined || octets < 0) {
    return say('fail', 'no-memory-limit', 'memory_limit is off: one request can take all memory of the machine.')
  }
  if (pool === undefined) {
    return say(
      'warn',
      'module',
      'With mod_php a script that hangs holds a process of the web server, and nothing ends it.',
    )
  }
  if (runtime.workers.most < 1) {
    return say('fail', 'no-process-limit', 'pm.max_children is not set: php-fpm does not start with such a pool.')
  }
  if (Number.parseInt(timeout?.value ?? '0', 10) === 0) {
    return say(
      'warn',
      'no-timeout',
      'request_terminate_timeout is 0: a few requests that hang take all workers, and max_execution_time counts no waiting.',
    )
  }
  if (limit.set !== 'admin') {
    return say(
      'warn',
      'can-be-lifted',
      'memory_limit is set, but every script may lift it with ini_set: only php_admin_value holds.',
    )
  }
  if (Number.parseInt(pool.setting('pm.max_requests')?.value ?? '0', 10) === 0) {
    return say(
      'warn',
      'never-renewed',
      'pm.max_requests is 0: a worker is never renewed, and what its scripts lose of memory adds up.',
    )
  }
  return say('pass', 'bounded', 'Its scripts are bounded in memory and time, its workers in number.')
}

function valuesOf({ version, pool }: PhpRuntime): Readonly<Record<string, string>> {
  return { version, pool: pool?.name ?? '' }
}

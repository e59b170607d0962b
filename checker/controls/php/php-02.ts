import type { Host } from '../../facts/host.ts'
import { octetsOf } from '../../facts/php-ini.ts'
import { type PhpRuntime, phpRuntimes } from '../../facts/php-runtimes.ts'
import { readIfThere } from '../../facts/read-lines.ts'
import { systemd } from '../../facts/systemd.ts'
import { cite, type Evidence, type Judgement, placeIn } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { withoutModule } from './without-module.ts'

const BUDGET = 'memory of all workers'

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
  const evidence = [limit.at, timeout?.at].flatMap((at) => (at === undefined ? [] : [cite(at)]))
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
  return say('pass', 'bounded', 'Its scripts are bounded in memory and time, its workers in number.')
}

/** Workers of each unit times memory of each, against the unit's own bound or the machine's memory. */
function judgeBudget(host: Host, runtimes: readonly PhpRuntime[]): Judgement {
  const memory = memoryOf(host)
  const bounds = new Map([...new Set(runtimes.map(({ unit }) => unit))].map((unit) => [unit, boundOf(host, unit)]))
  const evidence = [
    ...runtimes.map(({ workers }) => workers.evidence),
    ...[...bounds.values()].flatMap((bound) => (bound === undefined ? [] : [bound.evidence])),
    ...(memory === undefined ? [] : [memory.evidence]),
  ]
  const say = (state: Judgement['state'], cause: string, reason: string): Judgement => ({
    subject: BUDGET,
    state,
    cause,
    reason,
    evidence,
    remedy: [...bounds].flatMap(([unit, bound]) => (bound === undefined ? boundRemedy(unit) : FEWER)),
  })
  // Sites of mod_php share the processes of Apache: they count once, with the largest limit.
  const ofModule = Math.max(0, ...runtimes.filter(({ pool }) => pool === undefined).map(memoryOfAll))
  const ofPools = runtimes.filter(({ pool }) => pool !== undefined).map(memoryOfAll)
  const wanted = ofPools.reduce((sum, octets) => sum + octets, ofModule)
  if (memory !== undefined && wanted > memory.octets) {
    const told = `All workers may take ${inMegabytes(wanted)}, the machine has ${inMegabytes(memory.octets)}`
    return [...bounds.values()].includes(undefined)
      ? say(
          'warn',
          'over-budget',
          `${told}: at the busiest moment the kernel ends something, the database by preference.`,
        )
      : say('warn', 'over-budget-bounded', `${told}: the kernel ends workers first, for their units are bounded.`)
  }
  if (memory !== undefined) return say('pass', 'fits', 'All workers together fit into the memory of the machine.')
  return [...bounds.values()].includes(undefined)
    ? say(
        'unknown',
        'memory-unknown',
        'Whether all workers fit cannot be told: how much memory the machine has is not known, and no unit is bounded.',
      )
    : say(
        'pass',
        'bounded',
        'The units of PHP are bounded in memory: whatever they take, the rest of the machine keeps its own.',
      )
}

function memoryOfAll({ workers, php }: PhpRuntime): number {
  return Math.max(0, workers.most) * Math.max(0, octetsOf(php('memory_limit').value) ?? 0)
}

function memoryOf(host: Host): { readonly octets: number; readonly evidence: Evidence } | undefined {
  const file = readIfThere(host.root, '/proc/meminfo')
  const line = file?.text.split('\n').findIndex((text) => text.startsWith('MemTotal:')) ?? -1
  if (file === undefined || line < 0) return undefined
  const place = placeIn(file, line + 1)
  const kilobytes = Number(/(\d{1,15})/.exec(place.text)?.[1] ?? 0)
  return { octets: kilobytes * 1024, evidence: cite(place) }
}

function boundOf(host: Host, unit: string): { readonly evidence: Evidence } | undefined {
  const bound = host.get(systemd).unit(unit)?.last('Service', 'MemoryMax')
  return bound === undefined || bound.value === 'infinity' || /^100%$/.test(bound.value)
    ? undefined
    : { evidence: cite(bound.at) }
}

const FEWER = [{ tell: 'Lower pm.max_children or memory_limit of the pools until their product fits.' }]

function boundRemedy(unit: string): NonNullable<Judgement['remedy']> {
  const path = `/etc/systemd/system/${unit}.d/limits.conf`
  return [
    { file: path, content: '[Service]\nMemoryMax=60%\nTasksMax=512\n' },
    { run: `systemctl daemon-reload && systemctl restart ${unit}` },
  ]
}

function valuesOf({ version, pool }: PhpRuntime): Readonly<Record<string, string>> {
  return { version, pool: pool?.name ?? '' }
}

const inMegabytes = (octets: number) => `${Math.round(octets / 1024 ** 2)} MiB`

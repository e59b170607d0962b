import type { Host } from '../../facts/host.ts'
import { octetsOf } from '../../facts/php-ini.ts'
import type { PhpRuntime } from '../../facts/php-runtimes.ts'
import { readIfThere } from '../../facts/read-lines.ts'
import { systemd } from '../../facts/systemd.ts'
import { cite, type Evidence, type Judgement, placeIn } from '../../judging/judgement.ts'

const SUBJECT = 'memory of all workers'
/** What of the machine's memory PHP may have, where a database and a web server run beside it. */
const SHARE_OF_PHP = 0.6
const MEBIBYTE = 1024 ** 2

/** Workers of one runtime, and what they may take together. */
interface Share {
  readonly runtime: PhpRuntime
  readonly most: number
  readonly each: number
  readonly octets: number
}

/** Workers of each unit times memory of each, against the unit's own bound or the machine's memory; the numbers are shown. */
export function judgeBudget(host: Host, runtimes: readonly PhpRuntime[]): Judgement {
  const memory = memoryOf(host)
  const bounds = new Map([...new Set(runtimes.map(({ unit }) => unit))].map((unit) => [unit, boundOf(host, unit)]))
  const shares = sharesOf(runtimes)
  const wanted = shares.reduce((sum, { octets }) => sum + octets, 0)
  const unbounded = [...bounds].flatMap(([unit, bound]) => (bound === undefined ? [unit] : []))
  const evidence = [
    ...shares.flatMap((share) => [share.runtime.workers.evidence, computed(share)]),
    ...[...bounds.values()].flatMap((bound) => (bound === undefined ? [] : [bound.evidence])),
    ...(memory === undefined ? [] : [memory.evidence]),
  ]
  const isOver = memory !== undefined && wanted > memory.octets
  const remedy = [...unbounded.flatMap(boundRemedy), ...(isOver ? fewerWorkers(shares, wanted, memory.octets) : [])]
  const say = (state: Judgement['state'], cause: string, reason: string): Judgement => {
    return { subject: SUBJECT, state, cause, reason, evidence, remedy }
  }
  if (isOver) {
    const told = `All workers may take ${inMebibytes(wanted)}, the machine has ${inMebibytes(memory.octets)}`
    return unbounded.length > 0
      ? say(
          'warn',
          'over-budget',
          `${told}: at the busiest moment the kernel ends something, the database by preference.`,
        )
      : say('warn', 'over-budget-bounded', `${told}: the kernel ends workers first, for their units are bounded.`)
  }
  if (memory !== undefined) {
    return say(
      'pass',
      'fits',
      `All workers may take ${inMebibytes(wanted)} of ${inMebibytes(memory.octets)} that the machine has.`,
    )
  }
  return unbounded.length > 0
    ? say(
        'unknown',
        'memory-unknown',
        `All workers may take ${inMebibytes(wanted)}: how much memory the machine has is not known, and no unit is bounded.`,
      )
    : say(
        'pass',
        'bounded',
        'The units of PHP are bounded in memory: whatever they take, the rest of the machine keeps its own.',
      )
}

/** Sites of mod_php share the processes of Apache: they count once, with the largest limit. */
function sharesOf(runtimes: readonly PhpRuntime[]): readonly Share[] {
  const all = runtimes.map((runtime): Share => {
    const [most, each] = [
      Math.max(0, runtime.workers.most),
      Math.max(0, octetsOf(runtime.php('memory_limit').value) ?? 0),
    ]
    return { runtime, most, each, octets: most * each }
  })
  const ofModule = all
    .filter(({ runtime }) => runtime.pool === undefined)
    .sort((one, other) => other.octets - one.octets)
  return [...all.filter(({ runtime }) => runtime.pool !== undefined), ...ofModule.slice(0, 1)]
}

function computed({ runtime, most, each, octets }: Share): Evidence {
  const excerpt = `${runtime.subject}: ${most} workers of ${inMebibytes(each)} are ${inMebibytes(octets)}`
  return { source: 'status', path: 'workers times memory_limit', excerpt }
}

/** As many workers as fit into PHP's share, in the proportion that they have now. */
function fewerWorkers(shares: readonly Share[], wanted: number, memory: number): NonNullable<Judgement['remedy']> {
  const factor = (memory * SHARE_OF_PHP) / wanted
  return shares.flatMap(({ runtime, most, each }): NonNullable<Judgement['remedy']> => {
    const fewer = Math.max(1, Math.floor(most * factor))
    const { pool, version } = runtime
    if (pool === undefined) {
      return [
        {
          tell: `MaxRequestWorkers ${fewer} in /etc/apache2/mods-available/mpm_prefork.conf: so many of ${inMebibytes(each)} fit.`,
        },
      ]
    }
    const lines = [`[${pool.name}]`, 'pm = ondemand', `pm.max_children = ${fewer}`, '']
    return [
      { file: `/etc/php/${version}/fpm/pool.d/zz-${pool.name}-workers.conf`, content: lines.join('\n') },
      { run: `php-fpm${version} -t && systemctl reload php${version}-fpm` },
    ]
  })
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

function boundRemedy(unit: string): NonNullable<Judgement['remedy']> {
  const path = `/etc/systemd/system/${unit}.d/limits.conf`
  return [
    { file: path, content: '[Service]\nMemoryMax=60%\nTasksMax=512\n' },
    { run: `systemctl daemon-reload && systemctl restart ${unit}` },
  ]
}

const inMebibytes = (octets: number) => `${Math.round(octets / MEBIBYTE)} MiB`

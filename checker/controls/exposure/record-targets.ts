import type { ZoneRecord } from '../../facts/veil-zones.ts'
import type { Judgement } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'

/** Types whose rdata ends in the name that they lead to, or has it first (HTTPS, SVCB: after the priority). */
const LEADING = new Set(['CNAME', 'DNAME', 'NS', 'MX', 'SRV', 'PTR', 'HTTPS', 'SVCB'])
const INNER_ADDRESS = /(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.])/

interface Known {
  /** Records that everybody gets. */
  readonly shown: readonly ZoneRecord[]
  readonly hidden: ReadonlyMap<string, ZoneRecord>
  /** Names of own zones, with a dot at the end. */
  readonly zones: readonly string[]
}

/** What records tell by what they name: a name that is hidden, an inner address in a text, an own name that is not there any more. */
export function judgeTargets({ shown, hidden, zones }: Known): readonly Judgement[] {
  const own = new Set(zones)
  const owners = new Set(shown.map(({ owner }) => owner))
  const parents = new Set([...owners].flatMap(parentsOf))
  const exists = (name: string) =>
    owners.has(name) || parents.has(name) || parentsOf(name).some((above) => owners.has(`*.${above}`))
  return shown.flatMap((record): readonly Judgement[] => {
    const say = sayOf(`${record.owner} ${record.type}`, [record.evidence], { name: record.owner })
    if (record.type === 'TXT') return judgeText(record, hidden, say)
    if (!LEADING.has(record.type)) return []
    const target = targetOf(record)
    if (hidden.has(target))
      return [say('fail', 'names-hidden', `Everybody learns the name ${target} from it, which only insiders may know.`)]
    const isOwn = own.has(target) || parentsOf(target).some((above) => own.has(above))
    if (!isOwn || target === '.' || exists(target)) return []
    const reason = `It leads to ${target}, which is not there: a name that is forgotten, or that somebody may yet take.`
    return [say('warn', 'dangling', reason)]
  })
}

function judgeText(
  record: ZoneRecord,
  hidden: ReadonlyMap<string, ZoneRecord>,
  say: ReturnType<typeof sayOf>,
): readonly Judgement[] {
  const words = new Set(
    record.rdata
      .toLowerCase()
      .split(/[^a-z0-9._-]+/)
      .map((word) => word.replace(/\.?$/, '.')),
  )
  const name = [...words].find((word) => hidden.has(word))
  if (name !== undefined)
    return [say('fail', 'names-hidden', `Everybody reads the name ${name} in it, which only insiders may know.`)]
  const isMeant = /^"?v=spf1[ "]/i.test(record.rdata)
  return !isMeant && INNER_ADDRESS.test(record.rdata)
    ? [say('warn', 'inner-address', 'Everybody reads an address in it that only insiders reach.')]
    : []
}

function targetOf({ type, rdata }: ZoneRecord): string {
  const words = rdata.toLowerCase().split(/\s+/)
  return (type === 'HTTPS' || type === 'SVCB' ? words[1] : words.at(-1)) ?? ''
}

/** `a.b.example.com.`: `b.example.com.`, `example.com.`, `com.`. */
function parentsOf(name: string): readonly string[] {
  const labels = name.split('.')
  return labels.slice(1, -1).map((_, index) => labels.slice(index + 1).join('.'))
}

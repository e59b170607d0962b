import type { Host } from '../../facts/host.ts'
import { type CrsVariable, crsOf, crsVariable, doubledRule, modsecurity, type Waf } from '../../facts/modsecurity.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'

const HIGHEST_THRESHOLD = 5
const OLDEST_MAJOR = 3
/** Rules of the set that one exception may take away before it is more than an exception. */
const MOST_REMOVED = 1000

/** An engine without rules blocks nothing: the Core Rule Set is read, once, and a first critical match already blocks. */
export function waf02(host: Host): readonly Judgement[] {
  const wafs = host.get(modsecurity).filter(({ isLoaded }) => isLoaded)
  if (wafs.length === 0) return [notApplicable('no-modsecurity', 'No site is served with ModSecurity.')]
  const known = new Map<Waf['rules'], RuleSet>()
  return wafs.map((waf) => {
    const set = known.get(waf.rules) ?? readSet(waf)
    known.set(waf.rules, set)
    return judgeSite(waf, set)
  })
}

interface RuleSet {
  readonly version: ReturnType<typeof crsOf>
  readonly doubled: ReturnType<typeof doubledRule>
  readonly removed: Waf['rules'][number] | undefined
  readonly threshold: CrsVariable | undefined
}

/** Read once for all sites that share their rules. */
function readSet(waf: Waf): RuleSet {
  return {
    version: crsOf(waf),
    doubled: doubledRule(waf),
    removed: waf.rules.find(removesMany),
    threshold: crsVariable(waf, 'inbound_anomaly_score_threshold').at(-1),
  }
}

function judgeSite(waf: Waf, { version: set, doubled, removed, threshold }: RuleSet): Judgement {
  const site: readonly Evidence[] = waf.at === undefined ? [] : [cite(waf.at)]
  const say = sayOf(waf.subject, set === undefined ? site : [cite(set.at)])
  if (set === undefined) return say('fail', 'absent', 'No rules of the OWASP Core Rule Set are read for this site.')
  if (doubled !== undefined) {
    return say('fail', 'twice', 'A rule is read twice, so the server does not start with this configuration.', [
      cite(doubled.at),
    ])
  }
  if (removed !== undefined) {
    return say('warn', 'removed', 'A whole range of its rules is taken away again.', [cite(removed.at)])
  }
  if (threshold !== undefined && !(Number(threshold.value) <= HIGHEST_THRESHOLD)) {
    const reason = `A request is blocked only from a score of ${threshold.value} on: one critical match (5) passes.`
    return say('warn', 'threshold', reason, [cite(threshold.rule.at)])
  }
  if (Number.parseInt(set.version, 10) < OLDEST_MAJOR) {
    return say('warn', 'old', 'The rules are of a major version that gets no updates any more.')
  }
  return say('pass', 'in-force', `The Core Rule Set ${set.version} is read, and one critical match blocks.`)
}

function removesMany({ name, words }: Waf['rules'][number]): boolean {
  if (name !== 'secruleremovebyid') return false
  return words
    .flatMap((word) => word.split(','))
    .some((word) => {
      const [first, last] = word.split('-').map(Number)
      return last !== undefined && last - first! >= MOST_REMOVED
    })
}

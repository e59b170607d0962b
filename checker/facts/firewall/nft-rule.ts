import type { Evidence } from '../../judging/judgement.ts'
import type { FilterRule, Match, Verdict } from './filter.ts'
import { metaMatch } from './nft-json.ts'

const META = ['iif', 'iifname', 'oif', 'oifname', 'skuid', 'l4proto', 'nfproto']
const VERDICTS: Readonly<Record<string, 'accept' | 'deny' | 'return' | 'redirect'>> = {
  accept: 'accept',
  drop: 'deny',
  reject: 'deny',
  return: 'return',
  redirect: 'redirect',
  dnat: 'redirect',
  tproxy: 'redirect',
}
/** Options of `log` that have a value. */
const LOG_OPTIONS = ['prefix', 'level', 'group', 'snaplen', 'queue-threshold', 'flags']
const FIELDS: Readonly<Record<string, (values: readonly string[], negated: boolean) => Match>> = {
  dport: (ports, negated) => ({ on: 'port', ports, negated }),
  protocol: (protocols, negated) => ({ on: 'protocol', protocols, negated }),
  nexthdr: (protocols, negated) => ({ on: 'protocol', protocols, negated }),
  saddr: (prefixes, negated) => ({ on: 'address', prefixes, negated }),
  daddr: (prefixes, negated) => ({ on: 'address', prefixes, negated }),
}

interface Reading {
  readonly match?: Match
  readonly verdict?: Verdict
  readonly log?: FilterRule['log']
  /** How many words it took. */
  readonly took: number
}

/** A rule in nft's own words, as nft(8) has them; a set stands as one word, `{22, 80}`. */
export function nftRule(words: readonly string[], at: Evidence): FilterRule {
  const matches: Match[] = []
  let verdict: Verdict | undefined
  let log: FilterRule['log']
  for (let index = 0; index < words.length; ) {
    const reading = readingAt(words, index)
    if (reading.match !== undefined) matches.push(reading.match)
    verdict ??= reading.verdict
    log ??= reading.log
    // What follows a verdict only says how: `reject with icmpx admin-prohibited`, `redirect to :3129`.
    index = verdict === undefined ? index + reading.took : words.length
  }
  return { matches, verdict, log, at }
}

function readingAt(words: readonly string[], index: number): Reading {
  const word = words[index]!
  const next = words[index + 1] ?? ''
  if (Object.hasOwn(VERDICTS, word)) return { verdict: verdictOf(VERDICTS[word]!, words.slice(index + 1)), took: 1 }
  if (word === 'jump' || word === 'goto') return { verdict: { kind: word, chain: next }, took: 2 }
  if (word === 'log') return logAt(words, index)
  if (word === 'counter') return { took: next === 'packets' ? 5 : 1 }
  if (word === 'comment') return { took: 2 }
  if (word === 'limit') return { match: { on: 'rate' }, took: limitLength(words, index) }
  if (word === 'meta' && META.includes(next))
    return after(
      2,
      comparisonAt(words, index + 2, (...of) => metaMatch(next, ...of)),
    )
  if (META.includes(word))
    return after(
      1,
      comparisonAt(words, index + 1, (...of) => metaMatch(word, ...of)),
    )
  if (word === 'ct' && next === 'state')
    return after(
      2,
      comparisonAt(words, index + 2, (states, negated) => ({ on: 'state', states, negated })),
    )
  const field = Object.hasOwn(FIELDS, next) ? FIELDS[next] : undefined
  return field === undefined ? { match: { on: 'other' }, took: 1 } : after(2, comparisonAt(words, index + 2, field))
}

/** `redirect to :3129`, `dnat to 192.0.2.1:80`. */
function verdictOf(kind: 'accept' | 'deny' | 'return' | 'redirect', rest: readonly string[]): Verdict {
  const port = kind === 'redirect' ? rest.flatMap((word) => /:(\d{1,5})$/.exec(word)?.[1] ?? [])[0] : undefined
  return port === undefined ? { kind } : { kind: 'redirect', port }
}

function after(words: number, reading: Reading): Reading {
  return { ...reading, took: words + reading.took }
}

/** `[==|!=] VALUE[, VALUE …]` or a set. */
function comparisonAt(
  words: readonly string[],
  from: number,
  matchOf: (values: readonly string[], negated: boolean) => Match,
): Reading {
  const negated = words[from] === '!='
  let end = from + (negated || words[from] === '==' ? 1 : 0)
  if (words[end] === 'vmap' || words[end] === 'map') return { match: { on: 'other' }, took: end + 2 - from }
  const values = [words[end] ?? '']
  while (values.at(-1)!.endsWith(',')) values.push(words[++end] ?? '')
  const list = values
    .join(' ')
    .replace(/[{}]/g, ' ')
    .split(/[\s,]+/)
    .filter((each) => each !== '')
  return { match: matchOf(list, negated), took: end + 1 - from }
}

function logAt(words: readonly string[], index: number): Reading {
  let end = index + 1
  let log: FilterRule['log'] = 'kernel'
  while (LOG_OPTIONS.includes(words[end] ?? '')) {
    if (words[end] === 'group') log = 'group'
    end += 2
  }
  return { log, took: end - index }
}

/** `limit rate [over] N/UNIT [burst N packets]`; `limit name X`. */
function limitLength(words: readonly string[], index: number): number {
  let end = index + 2
  if (words[end] === 'over') end++
  end++
  if (words[end] === '{' || words[end] === 'bytes/second') end++
  if (words[end] === 'burst') end += 3
  return end - index
}

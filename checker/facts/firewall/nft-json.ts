import { type Evidence, excerptOf } from '../../judging/judgement.ts'
import { FAMILIES, type Family, type FilterChain, type FilterRule, type Match, type Verdict } from './filter.ts'

type Json = Readonly<Record<string, unknown>>

/** Chains of `nft -j list ruleset` (libnftables-json(5)); undefined for what is no such JSON. */
export function chainsOfJson(text: string): readonly FilterChain[] | undefined {
  const objects = objectsOf(text)
  if (objects === undefined) return undefined
  const chains = new Map<string, FilterChain>()
  const keyOf = (each: Json, name: unknown) => `${each.family} ${each.table} ${name}`
  for (const { chain } of objects) {
    if (isObject(chain)) chains.set(keyOf(chain, chain.name), chainOf(chain))
  }
  for (const { rule } of objects) {
    if (!isObject(rule)) continue
    const chain = chains.get(keyOf(rule, rule.chain))
    if (chain !== undefined && Array.isArray(rule.expr)) chain.rules.push(ruleOf(rule, rule.expr.filter(isObject)))
  }
  return [...chains.values()]
}

function objectsOf(text: string): readonly Json[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return isObject(parsed) && Array.isArray(parsed.nftables) ? parsed.nftables.filter(isObject) : undefined
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is in force, in the words of nft. */
function shown(what: string): Evidence {
  return { source: 'command', path: 'nft -j list ruleset', excerpt: excerptOf(what) }
}

/** Families of a table: `inet` has both; bridges and netdev filter no connections of the host. */
export function familiesOf(family: string): readonly Family[] {
  if (family === 'inet') return FAMILIES
  return family === 'ip' ? ['IPv4'] : family === 'ip6' ? ['IPv6'] : []
}

function chainOf(chain: Json): FilterChain {
  const policy = chain.policy === 'drop' ? 'deny' : 'accept'
  const place = `table ${chain.family} ${chain.table}, chain ${chain.name}`
  return {
    families: familiesOf(String(chain.family)),
    table: `${chain.family} ${chain.table}`,
    name: String(chain.name),
    type: String(chain.type ?? ''),
    hook: typeof chain.hook === 'string' ? chain.hook : undefined,
    policy,
    rules: [],
    at: shown(chain.hook === undefined ? place : `${place}: hook ${chain.hook} policy ${chain.policy ?? 'accept'}`),
  }
}

function ruleOf(rule: Json, statements: readonly Json[]): FilterRule {
  const matches: Match[] = []
  let verdict: Verdict | undefined
  let log: FilterRule['log']
  for (const statement of statements) {
    verdict ??= verdictOf(statement)
    if ('log' in statement) log = isObject(statement.log) && statement.log.group !== undefined ? 'group' : 'kernel'
    else if ('limit' in statement) matches.push({ on: 'rate' })
    else if (isObject(statement.match)) matches.push(matchOf(statement.match))
    else if ('vmap' in statement) matches.push({ on: 'other' })
    else if (isObject(statement.xt) && statement.xt.type === 'match') matches.push({ on: 'other' })
    else if (isObject(statement.xt) && /^(NF|U)?LOG$/.test(String(statement.xt.name)))
      log = statement.xt.name === 'LOG' ? 'kernel' : 'group'
    else if ('xt' in statement && verdict === undefined) matches.push({ on: 'other' })
  }
  const at = shown(`table ${rule.family} ${rule.table}, chain ${rule.chain}: ${JSON.stringify(rule.expr)}`)
  return { matches, verdict, log, at }
}

function verdictOf(statement: Json): Verdict | undefined {
  if ('accept' in statement) return { kind: 'accept' }
  if ('drop' in statement || 'reject' in statement) return { kind: 'deny' }
  if ('return' in statement) return { kind: 'return' }
  if ('redirect' in statement || 'dnat' in statement || 'tproxy' in statement) {
    const to = [statement.redirect, statement.dnat, statement.tproxy].find(isObject)
    return typeof to?.port === 'number' ? { kind: 'redirect', port: String(to.port) } : { kind: 'redirect' }
  }
  if (isObject(statement.jump)) return { kind: 'jump', chain: String(statement.jump.target) }
  if (isObject(statement.goto)) return { kind: 'goto', chain: String(statement.goto.target) }
  if (isObject(statement.xt) && statement.xt.type === 'target') {
    if (statement.xt.name === 'REJECT' || statement.xt.name === 'DROP') return { kind: 'deny' }
    if (statement.xt.name === 'REDIRECT' || statement.xt.name === 'TPROXY' || statement.xt.name === 'DNAT')
      return { kind: 'redirect' }
  }
  return undefined
}

function matchOf({ op, left, right }: Json): Match {
  const negated = op === '!='
  if (!isObject(left) || (op !== '==' && op !== 'in' && !negated)) return { on: 'other' }
  const values = valuesOf(right)
  if (values === undefined) return { on: 'other' }
  if (isObject(left.meta)) return metaMatch(String(left.meta.key), values, negated)
  if (isObject(left.ct)) return left.ct.key === 'state' ? { on: 'state', states: values, negated } : { on: 'other' }
  if (!isObject(left.payload)) return { on: 'other' }
  const { field } = left.payload
  if (field === 'dport') return { on: 'port', ports: values, negated }
  if (field === 'protocol' || field === 'nexthdr') return { on: 'protocol', protocols: values, negated }
  if (field === 'saddr' || field === 'daddr') return { on: 'address', prefixes: values, negated }
  return { on: 'other' }
}

/** Keys of `meta`, in JSON as in the text form (nft(8), META EXPRESSIONS). */
export function metaMatch(key: string, values: readonly string[], negated: boolean): Match {
  if (['iif', 'iifname', 'oif', 'oifname'].includes(key))
    return { on: 'interface', way: key[0] === 'i' ? 'in' : 'out', names: values, negated }
  if (key === 'skuid') return { on: 'user', users: values, negated }
  if (key === 'l4proto') return { on: 'protocol', protocols: values, negated }
  if (key === 'nfproto' && !negated) {
    if (values[0] === 'ipv4' || values[0] === 'ipv6')
      return { on: 'family', family: values[0] === 'ipv4' ? 'IPv4' : 'IPv6' }
  }
  return { on: 'other' }
}

/** Words of a value, a set, a range or a prefix; undefined for what refers to something else. */
function valuesOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return value.startsWith('@') ? ['@'] : [value]
  if (typeof value === 'number') return [String(value)]
  if (Array.isArray(value)) return value.flatMap((each) => valuesOf(each) ?? [])
  if (!isObject(value)) return undefined
  if (Array.isArray(value.set)) return valuesOf(value.set)
  if (Array.isArray(value.range)) return [value.range.map(String).join('-')]
  if (isObject(value.prefix)) return [`${value.prefix.addr}/${value.prefix.len}`]
  return isObject(value.elem) ? valuesOf(value.elem.val) : undefined
}

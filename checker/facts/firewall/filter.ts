import { cite, type Evidence, type Place } from '../../judging/judgement.ts'

export type Family = 'IPv4' | 'IPv6'
export const FAMILIES: readonly Family[] = ['IPv4', 'IPv6']

/** What a rule asks of a packet. */
export type Match =
  | { readonly on: 'family'; readonly family: Family }
  | { readonly on: 'state'; readonly states: readonly string[]; readonly negated: boolean }
  | {
      readonly on: 'interface'
      readonly way: 'in' | 'out'
      readonly names: readonly string[]
      readonly negated: boolean
    }
  | { readonly on: 'user'; readonly users: readonly string[]; readonly negated: boolean }
  | { readonly on: 'protocol'; readonly protocols: readonly string[]; readonly negated: boolean }
  | { readonly on: 'port'; readonly ports: readonly string[]; readonly negated: boolean }
  | { readonly on: 'address'; readonly prefixes: readonly string[]; readonly negated: boolean }
  | { readonly on: 'rate' }
  | { readonly on: 'other' }

export type Verdict =
  | { readonly kind: 'accept' | 'deny' | 'return' }
  /** `port` is where it leads; undefined where the rule keeps the port, or does not show it. */
  | { readonly kind: 'redirect'; readonly port?: string }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }

export interface FilterRule {
  readonly matches: readonly Match[]
  readonly verdict: Verdict | undefined
  /** `kernel` writes to the kernel's log, `group` to a program that listens (ulogd). */
  readonly log: 'kernel' | 'group' | undefined
  readonly at: Evidence
}

export interface FilterChain {
  readonly families: readonly Family[]
  readonly table: string
  readonly name: string
  /** `filter`, `nat`, `mangle` … */
  readonly type: string
  /** `input`, `output`, `forward`, `prerouting`; undefined for a chain that others jump to. */
  readonly hook: string | undefined
  readonly policy: 'accept' | 'deny'
  readonly rules: FilterRule[]
  readonly at: Evidence
}

/** Evidence for a place whose line is looked up only when somebody asks: a file may hold a hundred thousand rules. */
export function citeLater(place: Place): Evidence {
  const { path, line, sha256 } = place
  return {
    source: 'file',
    path,
    line,
    get excerpt() {
      return cite(place).excerpt
    },
    sha256,
  }
}

/** The first packet of a connection that no rule was made for: from any address, or to any. */
export interface Packet {
  readonly hook: 'input' | 'output'
  readonly family: Family
  readonly protocol: string
  /** Undefined: a port that nobody thought of. */
  readonly port?: string
  /** Names and number of the local user who sends it; none: somebody whom no rule names. */
  readonly users?: readonly string[]
}

export interface Ruling {
  readonly ruling: 'accept' | 'deny'
  /** A rule at the end of a chain whose policy is to accept goes with the rules. */
  readonly by: 'policy' | 'rule'
  readonly log: FilterRule['log']
  /** What is logged is limited in its rate. */
  readonly isLimited: boolean
  readonly at: Evidence
}

/**
 * What becomes of a packet. It passes every chain of its hook; one that denies it is enough (nft(8), "accept" ends one
 * chain only). Undefined where no chain filters there.
 */
export function rulingOn(chains: readonly FilterChain[], packet: Packet): Ruling | undefined {
  const byName = new Map(
    chains
      .filter((chain) => chain.families.includes(packet.family))
      .map((chain) => [`${chain.table}\0${chain.name}`, chain]),
  )
  const bases = [...byName.values()].filter(
    (chain) => chain.hook === packet.hook && (chain.type === 'filter' || chain.type === 'mangle'),
  )
  const rulings = bases.map((base) => rulingOfBase(base, byName, packet))
  return rulings.find(({ ruling }) => ruling === 'deny') ?? rulings.at(-1)
}

interface Walk {
  readonly chains: ReadonlyMap<string, FilterChain>
  readonly packet: Packet
  /** What each chain does is worked out once: chains that jump twice to chains that jump twice … would take for ever. */
  readonly known: Map<FilterChain, Outcome>
}

interface Outcome {
  readonly end: 'accept' | 'deny' | undefined
  readonly log: FilterRule['log']
  readonly isLimited: boolean
  readonly at: Evidence
}

function rulingOfBase(base: FilterChain, chains: ReadonlyMap<string, FilterChain>, packet: Packet): Ruling {
  const outcome = walked(base, { chains, packet, known: new Map() })
  const { log, isLimited } = outcome
  if (outcome.end === undefined) return { ruling: base.policy, by: 'policy', log, isLimited, at: base.at }
  const by = outcome.end === base.policy ? 'policy' : 'rule'
  return { ruling: outcome.end, by, log, isLimited, at: outcome.at }
}

function walked(chain: FilterChain, walk: Walk): Outcome {
  const known = walk.known.get(chain)
  if (known !== undefined) return known
  walk.known.set(chain, { end: undefined, log: undefined, isLimited: false, at: chain.at })
  const outcome = walkedAnew(chain, walk)
  walk.known.set(chain, outcome)
  return outcome
}

function walkedAnew(chain: FilterChain, walk: Walk): Outcome {
  let [log, isLimited]: [FilterRule['log'], boolean] = [undefined, false]
  const done = (end: Outcome['end'], at: Evidence): Outcome => ({ end, log, isLimited, at })
  for (const rule of chain.rules) {
    const isRated = rule.matches.some(({ on }) => on === 'rate')
    if (!rule.matches.every((match) => match.on === 'rate' || holds(match, walk.packet, rule.verdict))) continue
    if (rule.log !== undefined) {
      log = rule.log
      isLimited = isRated
    }
    const { verdict } = rule
    if (verdict?.kind === 'jump' || verdict?.kind === 'goto') {
      const target = walk.chains.get(`${chain.table}\0${verdict.chain}`)
      const inner = target === undefined ? undefined : walked(target, walk)
      if (inner?.log !== undefined) {
        log = inner.log
        isLimited = inner.isLimited || isRated
      }
      if (inner?.end !== undefined && !isRated) return done(inner.end, inner.at)
      if (verdict.kind === 'goto' && !isRated) return done(undefined, rule.at)
    } else if (!isRated) {
      if (verdict?.kind === 'return') return done(undefined, rule.at)
      if (verdict?.kind === 'accept' || verdict?.kind === 'deny') return done(verdict.kind, rule.at)
    }
  }
  return done(undefined, chain.at)
}

const OUTSIDE = /^(eth|en|wl|ppp|venet|ens|bond|\+$|\*$)/
/** An interface that leads to the world, by the names that Linux gives. */
export const isOutside = (name: string): boolean => OUTSIDE.test(name)
/** Interfaces of containers and of tunnels, by the names that their makers give; `@` is a set whose names are not known here. */
const INSIDE =
  /^(lo$|docker|podman|cni|cali|flannel|br-|veth|virbr|vnet|lxc|lxd|incus|tun|tap|wg|tailscale|zt|ipsec|vti|nebula|lan|int|dummy|@|$)/
const EVERYWHERE = ['0.0.0.0/0', '::/0', '0::0/0']
const EVERY_PORT = ['0-65535', '1-65535', '0:65535', '1:65535', '0:', '1:']

/**
 * An interface whose name says nothing leads outside for what accepts, and not for what denies: a bridge may be the way out,
 * and what is denied on it is not denied everywhere.
 */
function holds(match: Match, packet: Packet, verdict: Verdict | undefined): boolean {
  if (match.on === 'interface' && verdict?.kind !== 'deny')
    return match.names.some((name) => !INSIDE.test(name)) !== match.negated
  if (match.on === 'other' || match.on === 'rate') return false
  if (match.on === 'family') return match.family === packet.family
  return said(match, packet) !== match.negated
}

function said(match: Exclude<Match, { on: 'family' | 'rate' | 'other' }>, packet: Packet): boolean {
  if (match.on === 'state') return match.states.includes('new')
  if (match.on === 'interface') return match.names.some(isOutside)
  if (match.on === 'user')
    return match.users.some((user) =>
      packet.users?.some((own) => own === user || (/^\d+$/.test(own) && inRange(user, own))),
    )
  if (match.on === 'protocol') return match.protocols.includes(packet.protocol)
  if (match.on === 'address') return match.prefixes.some((prefix) => EVERYWHERE.includes(prefix))
  return match.ports.some((port) => EVERY_PORT.includes(port) || inRange(port, packet.port))
}

const NAMED_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, domain: 53, smtp: 25, ssh: 22 }

function inRange(range: string, port: string | undefined): boolean {
  if (port === undefined) return false
  const [from = '', to = from] = range.split(/[-:]/)
  const number = (word: string) => NAMED_PORTS[word] ?? Number(word)
  return Number(port) >= number(from) && Number(port) <= number(to)
}

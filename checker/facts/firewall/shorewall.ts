import { cite, type Evidence } from '../../judging/judgement.ts'
import { fact } from '../fact.ts'
import type { Host } from '../host.ts'
import { packages } from '../packages.ts'
import { systemd } from '../systemd.ts'
import { placeOfUnit } from '../unit-evidence.ts'
import { citeLater, type Family, type FilterChain, type FilterRule, type Match } from './filter.ts'
import { type Row, rowsOf, type ShorewallSetting, shellSettings } from './shorewall-files.ts'

/** Shorewall, or Shorewall6, as its files have it. */
export interface Shorewall {
  readonly product: 'shorewall' | 'shorewall6'
  readonly family: Family
  readonly isInstalled: boolean
  /** Why it does not start at boot; undefined where it does. */
  readonly startError: { readonly why: string; readonly evidence: readonly Evidence[] } | undefined
  readonly setting: (name: string) => ShorewallSetting | undefined
  /** `startup=0` in /etc/default: its init script does nothing, though systemd's unit does not ask. */
  readonly startup: ShorewallSetting | undefined
  readonly policies: readonly Row[]
  readonly rules: readonly Row[]
  /** The policies and rules that hold for the world outside, as chains: for each of its zones those in and out. */
  readonly ways: readonly (readonly FilterChain[])[]
}

const MOST_ZONES = 64
const PRODUCTS = [
  { product: 'shorewall', family: 'IPv4' },
  { product: 'shorewall6', family: 'IPv6' },
] as const

/** Both products, installed or not. */
export const shorewalls = fact('shorewall', (host): readonly Shorewall[] =>
  PRODUCTS.map(({ product, family }) => readShorewall(host, product, family)),
)

function readShorewall(host: Host, product: Shorewall['product'], family: Family): Shorewall {
  const folder = `/etc/${product}`
  const settings = shellSettings(host.root, `${folder}/${product}.conf`)
  const variables = new Map(
    [...settings, ...shellSettings(host.root, `${folder}/params`)].map(([name, { value }]) => [name, value]),
  )
  const zones = rowsOf(host.root, `${folder}/zones`, variables)
  const firewallZone = zones.find(({ columns }) => columns[1] === 'firewall')?.columns[0] ?? 'fw'
  variables.set('FW', firewallZone)
  const policies = rowsOf(host.root, `${folder}/policy`, variables)
  const rules = rowsOf(host.root, `${folder}/rules`, variables)
  const outside = outsideOf(
    zones.map(({ columns }) => columns[0]!.split(':')[0]!).filter((zone) => zone !== firewallZone),
  )
  const isInstalled = host.get(packages).has(product)
  const startError = isInstalled ? startErrorOf(host, product, { settings, policies, zones }) : undefined
  const ways = outside.map((zone) => [
    chainOf({ family, product, hook: 'input', policies, rules }, zone, firewallZone),
    chainOf({ family, product, hook: 'output', policies, rules }, firewallZone, zone),
  ])
  const startup = shellSettings(host.root, `/etc/default/${product}`).get('startup')
  return {
    product,
    family,
    isInstalled,
    startError,
    setting: (name) => settings.get(name),
    startup,
    policies,
    rules,
    ways,
  }
}

/** Zones with the world in them: by the names that all samples use; where none has such a name, all. */
function outsideOf(zones: readonly string[]): readonly string[] {
  const named = zones.filter((zone) => /^(net|ext|wan|inet|internet|public|out)/i.test(zone))
  return (named.length > 0 ? named : zones).slice(0, MOST_ZONES)
}

interface Files {
  readonly settings: ReadonlyMap<string, ShorewallSetting>
  readonly policies: readonly Row[]
  readonly zones: readonly Row[]
}

function startErrorOf(host: Host, product: string, { settings, policies, zones }: Files): Shorewall['startError'] {
  const isOn = settings.get('STARTUP_ENABLED')
  if (isOn?.value.toLowerCase() === 'no') return { why: 'STARTUP_ENABLED is No', evidence: [cite(isOn.at)] }
  const empty: Evidence = { source: 'status', path: `/etc/${product}/policy`, excerpt: 'no policy' }
  if (policies.length === 0 || zones.length === 0) return { why: 'it has no policy or no zones', evidence: [empty] }
  if (!host.get(systemd).isEnabled(product))
    return { why: 'nothing starts its service', evidence: placeOfUnit(host, product) }
  return undefined
}

interface Direction {
  readonly family: Family
  readonly product: string
  readonly hook: 'input' | 'output'
  readonly policies: readonly Row[]
  readonly rules: readonly Row[]
}

const DENIES = /^(DROP|REJECT|A_DROP|A_REJECT|BLACKLIST)\b/

function chainOf(of: Direction, source: string, target: string): FilterChain {
  const policy = of.policies.find(({ columns }) => covers(columns[0], source) && covers(columns[1], target))
  const denies = policy !== undefined && DENIES.test(policy.columns[2] ?? '')
  const rules = of.rules.flatMap((row) => ruleOf(row, source, target) ?? [])
  const at: Evidence =
    policy === undefined
      ? { source: 'status', path: `/etc/${of.product}/policy`, excerpt: `no policy from ${source} to ${target}` }
      : cite(policy.at)
  const log = logOf(policy?.columns[3])
  if (log !== undefined) rules.push({ matches: [{ on: 'rate' }], verdict: undefined, log, at })
  return {
    families: [of.family],
    table: of.product,
    name: `${source}-${target}`,
    type: 'filter',
    hook: of.hook,
    policy: denies ? 'deny' : 'accept',
    rules,
    at,
  }
}

/** A level of syslog, or `NFLOG(1)`; `-` and `none` log nothing. Shorewall limits what it logs (LOGLIMIT). */
function logOf(level: string | undefined): FilterRule['log'] {
  const word = (level ?? '-').split(':')[0]!
  if (word === '-' || word === '' || /^none/i.test(word)) return undefined
  return /^(NF|U)LOG/i.test(word) ? 'group' : 'kernel'
}

/** `all`, `any`, `net,loc`, `all!dmz`. */
function covers(column: string | undefined, zone: string): boolean {
  const [zones = '', excluded = ''] = (column ?? '').split('!')
  if (excluded.split(',').includes(zone)) return false
  return zones.split(',').some((each) => each === zone || /^(all|any)[+-]*$/.test(each))
}

const MACROS: Readonly<Record<string, readonly string[]>> = {
  HTTP: ['80'],
  HTTPS: ['443'],
  Web: ['80', '443'],
  ACCEPT: [],
}

/** A rule, where it lets through, or keeps, what no address narrows; rules for the sections of known connections are left out. */
function ruleOf({ columns, at }: Row, source: string, target: string): FilterRule | undefined {
  const [action = '', from, to, protocol = '-', ports = '-', , , , user = '-'] = columns
  if (!covers(from, source) || !covers(to, target)) return undefined
  const bare = action.split(':')[0]!.replace(/[+!]$/, '')
  const [, macro, within] = /^(\w+)[(/](\w+)\)?$/.exec(bare) ?? []
  const verdict = within ?? bare
  const matches: Match[] = []
  if (macro !== undefined) {
    const known = Object.hasOwn(MACROS, macro) ? MACROS[macro] : undefined
    matches.push(known === undefined ? { on: 'other' } : { on: 'port', ports: known, negated: false })
  }
  if (protocol !== '-') matches.push({ on: 'protocol', protocols: protocol.toLowerCase().split(','), negated: false })
  if (ports !== '-') matches.push({ on: 'port', ports: ports.split(','), negated: false })
  if (user !== '-')
    matches.push({ on: 'user', users: [user.replace(/^!/, '').split(':')[0]!], negated: user[0] === '!' })
  const kind = verdict === 'ACCEPT' ? 'accept' : DENIES.test(verdict) ? 'deny' : undefined
  return kind === undefined
    ? undefined
    : { matches, verdict: { kind }, log: logOf(action.split(':')[1]), at: citeLater(at) }
}

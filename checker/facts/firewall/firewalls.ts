import { cite, type Evidence } from '../../judging/judgement.ts'
import { fact } from '../fact.ts'
import type { Host } from '../host.ts'
import { exists } from '../paths.ts'
import { readIfThere } from '../read-lines.ts'
import { systemd } from '../systemd.ts'
import { placeOfUnit } from '../unit-evidence.ts'
import { type BootFirewall, STARTS } from './boot-firewall.ts'
import { type Family, type FilterChain, type Packet, type Ruling, rulingOn } from './filter.ts'
import { readFirewalld } from './firewalld.ts'
import { chainsOfCommand, chainsOfFile } from './iptables-save.ts'
import { chainsOfJson } from './nft-json.ts'
import { chainsOfNftFile } from './nft-text.ts'
import { type Shorewall, shorewalls } from './shorewall.ts'
import { readUfw } from './ufw.ts'

export interface Firewalls {
  /** What is in force now; undefined where no command could tell. */
  readonly live: readonly FilterChain[] | undefined
  /** Every firewall that has files, whether it starts or not. */
  readonly atBoot: readonly BootFirewall[]
}

/** The firewalls of a host: what is in force, and what the next boot brings. */
export const firewalls = fact('firewalls', (host): Firewalls => {
  const others = [readNftables(host), readIptables(host), readUfw(host), readFirewalld(host)]
  return {
    live: liveChains(host),
    atBoot: [
      ...host.get(shorewalls).flatMap((each) => (each.isInstalled ? [ofShorewall(each)] : [])),
      ...others.filter((each) => each !== undefined),
    ],
  }
})

export interface BootRuling extends Ruling {
  readonly name: string
}

/** What becomes of a packet after the next boot: a firewall that denies it on every way is enough. */
export function rulingAtBoot(atBoot: readonly BootFirewall[], packet: Packet): BootRuling | undefined {
  const rulings = atBoot
    .filter(({ start }) => start.error === undefined)
    .flatMap(({ name, ways }) => {
      const each = ways.flatMap((way) => rulingOn(way, packet) ?? [])
      const worst = each.find(({ ruling }) => ruling === 'accept') ?? each.find(({ by }) => by === 'rule') ?? each[0]
      return worst === undefined ? [] : [{ ...worst, name }]
    })
  return rulings.find(({ ruling }) => ruling === 'deny') ?? rulings[0]
}

function liveChains(host: Host): readonly FilterChain[] | undefined {
  const nft = host.root.run('nft-ruleset')
  const chains = nft.outcome === 'ran' && nft.exitCode === 0 ? chainsOfJson(nft.stdout) : undefined
  const saved = (['iptables-save', 'ip6tables-save'] as const).map((command) => {
    const run = host.root.run(command)
    const family: Family = command === 'iptables-save' ? 'IPv4' : 'IPv6'
    return run.outcome === 'ran' && run.exitCode === 0 ? chainsOfCommand(run.stdout, family, command) : undefined
  })
  if (chains === undefined && saved.some((each) => each === undefined)) return undefined
  const ofIptables = saved.flatMap((each) => each ?? [])
  return [...withoutTablesOf(ofIptables, chains ?? []), ...ofIptables]
}

/**
 * What nft tells of tables beside those that iptables made: iptables-nft keeps its tables where nft lists them, too, but nft
 * names the extensions in them (owner, multiport, hashlimit) without what they ask for.
 */
function withoutTablesOf(saved: readonly FilterChain[], listed: readonly FilterChain[]): readonly FilterChain[] {
  const keyOf = (family: Family, { table, name }: FilterChain) => `${family} ${table.split(' ').at(-1)} ${name}`
  const rules = new Map(saved.map((chain) => [keyOf(chain.families[0]!, chain), chain.rules.length]))
  const isTold = (chain: FilterChain) =>
    chain.families.length === 1 && rules.get(keyOf(chain.families[0]!, chain)) === chain.rules.length
  const own = new Set(listed.filter((chain) => !isTold(chain)).map(({ table }) => table))
  return listed.filter(({ table }) => own.has(table))
}

function ofShorewall({ product, startError, ways, setting }: Shorewall): BootFirewall {
  const disabled = product === 'shorewall' ? setting('DISABLE_IPV6') : undefined
  const closed =
    disabled?.value === 'Yes' ? (['input', 'output'] as const).map((hook) => closedTo6(hook, cite(disabled.at))) : []
  return {
    name: product,
    ways: [...ways, ...(closed.length > 0 ? [closed] : [])],
    start: startError === undefined ? STARTS : { error: startError.why, evidence: startError.evidence },
  }
}

function closedTo6(hook: 'input' | 'output', at: Evidence): FilterChain {
  return { families: ['IPv6'], table: 'shorewall', name: hook, type: 'filter', hook, policy: 'deny', rules: [], at }
}

function readNftables(host: Host): BootFirewall | undefined {
  const path = '/etc/nftables.conf'
  if (!exists(host.root, path)) return undefined
  const start = host.get(systemd).isEnabled('nftables')
    ? STARTS
    : { error: 'nothing starts nftables.service', evidence: placeOfUnit(host, 'nftables') }
  return { name: 'nftables', ways: [chainsOfNftFile(host.root, path)], start }
}

function readIptables(host: Host): BootFirewall | undefined {
  const chains = (['IPv4', 'IPv6'] as const).flatMap((family) => {
    const path = family === 'IPv4' ? '/etc/iptables/rules.v4' : '/etc/iptables/rules.v6'
    const file = readIfThere(host.root, path)
    return file === undefined ? [] : chainsOfFile(file, family)
  })
  if (chains.length === 0) return undefined
  const isOn = ['netfilter-persistent', 'iptables', 'ip6tables'].some((unit) => host.get(systemd).isEnabled(unit))
  const start = isOn
    ? STARTS
    : { error: 'nothing loads its rules', evidence: placeOfUnit(host, 'netfilter-persistent') }
  return { name: 'iptables', ways: [chains], start }
}

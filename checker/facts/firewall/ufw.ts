import { cite, type Evidence } from '../../judging/judgement.ts'
import type { Host } from '../host.ts'
import { exists } from '../paths.ts'
import { readIfThere } from '../read-lines.ts'
import { systemd } from '../systemd.ts'
import { placeOfUnit } from '../unit-evidence.ts'
import { type BootFirewall, STARTS } from './boot-firewall.ts'
import type { Family, FilterChain, FilterRule } from './filter.ts'
import { chainsOfFile } from './iptables-save.ts'
import { type ShorewallSetting, shellSettings } from './shorewall-files.ts'

/** ufw (ufw(8), ufw-framework(8)): its defaults, and what users added; undefined where it is not configured. */
export function readUfw(host: Host): BootFirewall | undefined {
  if (!exists(host.root, '/etc/ufw/ufw.conf')) return undefined
  const own = shellSettings(host.root, '/etc/ufw/ufw.conf')
  const defaults = shellSettings(host.root, '/etc/default/ufw')
  const way = (['IPv4', 'IPv6'] as const)
    .filter((family) => family === 'IPv4' || defaults.get('IPV6')?.value !== 'no')
    .flatMap((family) => [
      chainOf(host, family, { own, policy: defaults.get('DEFAULT_INPUT_POLICY'), hook: 'input' }),
      chainOf(host, family, { own, policy: defaults.get('DEFAULT_OUTPUT_POLICY'), hook: 'output' }),
    ])
  return { name: 'ufw', ways: [way], start: startOf(host, own.get('ENABLED')) }
}

function startOf(host: Host, enabled: ShorewallSetting | undefined): BootFirewall['start'] {
  const at = enabled === undefined ? [] : [cite(enabled.at)]
  if (enabled?.value.toLowerCase() !== 'yes') return { error: 'ENABLED is not yes in /etc/ufw/ufw.conf', evidence: at }
  if (!host.get(systemd).isEnabled('ufw'))
    return { error: 'nothing starts its service', evidence: placeOfUnit(host, 'ufw') }
  return STARTS
}

interface Side {
  readonly own: ReadonlyMap<string, ShorewallSetting>
  readonly policy: ShorewallSetting | undefined
  readonly hook: 'input' | 'output'
}

function chainOf(host: Host, family: Family, { own, policy, hook }: Side): FilterChain {
  const file = readIfThere(host.root, family === 'IPv4' ? '/etc/ufw/user.rules' : '/etc/ufw/user6.rules')
  const user = file === undefined ? [] : chainsOfFile(file, family)
  const name = `ufw${family === 'IPv4' ? '' : '6'}-user-${hook}`
  const at: Evidence =
    policy === undefined
      ? { source: 'status', path: '/etc/default/ufw', excerpt: `no policy for ${hook}` }
      : cite(policy.at)
  const level = own.get('LOGLEVEL')
  const logs: FilterRule[] =
    (level?.value ?? 'low') === 'off'
      ? []
      : [
          {
            matches: [{ on: 'rate' }],
            verdict: undefined,
            log: 'kernel',
            at: level === undefined ? at : cite(level.at),
          },
        ]
  return {
    families: [family],
    table: 'ufw',
    name,
    type: 'filter',
    hook,
    // Without a policy ufw drops what comes in, and lets out (ufw(8)).
    policy: (policy === undefined ? hook === 'input' : /^(DROP|REJECT)$/i.test(policy.value)) ? 'deny' : 'accept',
    rules: [...(user.find((chain) => chain.name === name)?.rules ?? []), ...logs],
    at,
  }
}

import { citeFile, type Evidence } from '../../judging/judgement.ts'
import type { Host } from '../host.ts'
import { exists, glob } from '../paths.ts'
import { readIfThere } from '../read-lines.ts'
import { systemd } from '../systemd.ts'
import { placeOfUnit } from '../unit-evidence.ts'
import { type BootFirewall, STARTS } from './boot-firewall.ts'
import { FAMILIES, type FilterChain, type FilterRule } from './filter.ts'
import { shellSettings } from './shorewall-files.ts'

const FOLDERS = ['/etc/firewalld', '/usr/lib/firewalld']

/** firewalld (firewalld.zone(5), firewalld.policy(5)): the default zone, and policies from the host; undefined where it is not there. */
export function readFirewalld(host: Host): BootFirewall | undefined {
  const path = '/etc/firewalld/firewalld.conf'
  if (!exists(host.root, path)) return undefined
  const settings = shellSettings(host.root, path)
  const zone = settings.get('DefaultZone')?.value ?? 'public'
  const zoneFile = FOLDERS.map((folder) => `${folder}/zones/${zone}.xml`).find((each) => exists(host.root, each))
  const input = zoneFile === undefined ? undefined : readIfThere(host.root, zoneFile)
  // `default` and a zone without a target reject what no rule lets in; only ACCEPT does not.
  const accepts = input === undefined || /<zone[^>]{0,200}\starget="ACCEPT"/.test(input.text)
  const outPolicy = glob(host.root, '/etc/firewalld/policies/*.xml')
    .flatMap((each) => readIfThere(host.root, each) ?? [])
    .find(
      ({ text }) => /<ingress-zone name="HOST"/.test(text) && /<policy[^>]{0,200}\starget="(REJECT|DROP)"/.test(text),
    )
  const logs = (settings.get('LogDenied')?.value ?? 'off') !== 'off'
  const at = (file: typeof input): Evidence =>
    file === undefined
      ? { source: 'status', path, excerpt: `zone ${zone}` }
      : citeFile(file, `zone or policy of firewalld`)
  const way = [
    chainOf('input', !accepts, { logs, at: at(input) }),
    chainOf('output', outPolicy !== undefined, { logs, at: at(outPolicy) }),
  ]
  const start = host.get(systemd).isEnabled('firewalld')
    ? STARTS
    : { error: 'nothing starts its service', evidence: placeOfUnit(host, 'firewalld') }
  return { name: 'firewalld', ways: [way], start }
}

function chainOf(
  hook: 'input' | 'output',
  denies: boolean,
  { logs, at }: { readonly logs: boolean; readonly at: Evidence },
): FilterChain {
  const rules: FilterRule[] = logs ? [{ matches: [{ on: 'rate' }], verdict: undefined, log: 'kernel', at }] : []
  const policy = denies ? 'deny' : 'accept'
  return { families: FAMILIES, table: 'firewalld', name: hook, type: 'filter', hook, policy, rules, at }
}

import type { Host } from '../../facts/host.ts'
import { packages } from '../../facts/packages.ts'
import { exists } from '../../facts/paths.ts'
import { cite, type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'

/** What shows that somebody describes the host elsewhere, or at least keeps the history of /etc. */
const SIGNS: readonly {
  readonly of: string
  readonly paths: readonly string[]
  readonly package?: string
  readonly kind: 'described' | 'history'
}[] = [
  { of: 'Ansible', paths: ['/etc/ansible/facts.d', '/var/lib/ansible-pull', '/root/.ansible'], kind: 'described' },
  { of: 'Puppet', paths: ['/etc/puppetlabs/puppet/puppet.conf', '/etc/puppet/puppet.conf'], kind: 'described' },
  { of: 'Salt', paths: ['/etc/salt/minion'], kind: 'described' },
  { of: 'Chef', paths: ['/etc/chef/client.rb', '/etc/cinc/client.rb'], kind: 'described' },
  { of: 'NixOS', paths: ['/etc/NIXOS'], kind: 'described' },
  { of: 'etckeeper', paths: ['/etc/.git', '/etc/.bzr', '/etc/.hg'], package: 'etckeeper', kind: 'history' },
]

/** A host that is described somewhere can be built anew at another provider; one that grew by hand cannot. */
export function opsIac01(host: Host): readonly Judgement[] {
  const found = SIGNS.flatMap((sign) => {
    const path = sign.paths.find((each) => exists(host.root, each))
    const installed = sign.package === undefined ? undefined : host.get(packages).get(sign.package)
    if (path === undefined || (sign.package !== undefined && installed === undefined)) return []
    const evidence: Evidence[] = [
      { source: 'status', path, excerpt: sign.of },
      ...(installed === undefined ? [] : [cite(installed.at)]),
    ]
    return [{ sign, evidence }]
  })
  const best = found.find(({ sign }) => sign.kind === 'described') ?? found[0]
  if (best === undefined) {
    return [
      {
        subject: HOST,
        state: 'warn',
        cause: 'none',
        reason: 'Nothing shows that this host could be built anew: neither a description of it nor a history of /etc.',
        evidence: [],
      },
      provider(),
    ]
  }
  const reason =
    best.sign.kind === 'described'
      ? `${best.sign.of} describes it. That it describes all of it, only building it anew shows.`
      : `${best.sign.of} keeps the history of /etc, from which it can be built anew by hand.`
  return [{ subject: HOST, state: 'pass', cause: best.sign.kind, reason, evidence: best.evidence }, provider()]
}

/** No file tells whether a provider can be trusted. */
function provider(): Judgement {
  return {
    subject: 'provider',
    state: 'manual',
    cause: 'provider',
    reason: 'Whether the provider can be trusted, and be left, only a person can say.',
    evidence: [],
  }
}

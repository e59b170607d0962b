import { cite, type Evidence } from '../judging/judgement.ts'
import type { Host } from './host.ts'
import { packages } from './packages.ts'
import { systemd } from './systemd.ts'
import { placeOfUnit } from './unit-evidence.ts'

export interface Banner {
  readonly name: string
  readonly evidence: readonly Evidence[]
}

const BOUNCERS = [
  'crowdsec-firewall-bouncer',
  'crowdsec-firewall-bouncer-nftables',
  'crowdsec-firewall-bouncer-iptables',
  'crowdsec-nginx-bouncer',
]

/** CrowdSec with something that acts on what it decides; without a bouncer it only detects. */
export function crowdsec(
  host: Host,
): Banner | { readonly name: 'detector'; readonly evidence: readonly Evidence[] } | undefined {
  if (!host.get(systemd).isEnabled('crowdsec')) return undefined
  const bouncer = BOUNCERS.map((name) => host.get(packages).get(name)).find((each) => each !== undefined)
  const evidence = placeOfUnit(host, 'crowdsec')
  return bouncer === undefined
    ? { name: 'detector', evidence }
    : { name: `CrowdSec with ${bouncer.name}`, evidence: [...evidence, cite(bouncer.at)] }
}

/** What bans guessers over ssh beside fail2ban: CrowdSec with a bouncer, or sshguard. */
export function sshProtection(host: Host): Banner | undefined {
  const found = crowdsec(host)
  if (found !== undefined && found.name !== 'detector') return found
  return host.get(systemd).isEnabled('sshguard')
    ? { name: 'sshguard', evidence: placeOfUnit(host, 'sshguard') }
    : undefined
}

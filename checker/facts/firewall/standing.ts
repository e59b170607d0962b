import { cite, type Evidence } from '../../judging/judgement.ts'
import type { Host } from '../host.ts'
import { isRunning } from '../processes.ts'
import { readIfThere } from '../read-lines.ts'
import { kernelSetting } from '../sysctl.ts'
import type { BootFirewall } from './boot-firewall.ts'
import { FAMILIES, type Family, type Packet, type Ruling, rulingOn } from './filter.ts'
import { type BootRuling, firewalls, rulingAtBoot } from './firewalls.ts'
import { webUsers } from './web-users.ts'

/** What becomes of a packet, now and after the next boot. */
export interface Standing {
  /** Undefined where nothing filters, or where nobody could ask: `isLiveKnown` tells which. */
  readonly live: Ruling | undefined
  readonly isLiveKnown: boolean
  /** The host runs, and yet what is in force could not be asked for. */
  readonly isLiveMissing: boolean
  readonly boot: BootRuling | undefined
  /** Firewalls with files that nothing starts. */
  readonly stopped: readonly BootFirewall[]
}

export function standingOf(host: Host, packet: Packet): Standing {
  const { live, atBoot } = host.get(firewalls)
  return {
    live: live === undefined ? undefined : rulingOn(live, packet),
    isLiveKnown: live !== undefined,
    isLiveMissing: live === undefined && host.get(isRunning),
    boot: rulingAtBoot(atBoot, packet),
    stopped: atBoot.filter(({ start }) => start.error !== undefined),
  }
}

/** Why the host speaks no IPv6; undefined where it does. */
export function ipv6IsOff(host: Host): Evidence | undefined {
  const { live, boot } = kernelSetting(host, 'net.ipv6.conf.all.disable_ipv6')
  const setting = live ?? boot
  if (setting?.value === '1') return setting.evidence
  const commandLine = readIfThere(host.root, '/proc/cmdline')
  return commandLine !== undefined && /(^|\s)ipv6\.disable=1(\s|$)/.test(commandLine.text)
    ? cite({ path: commandLine.path, line: 1, text: commandLine.text, sha256: commandLine.sha256 })
    : undefined
}

/** Whether what a user of sites sends to a web server anywhere is let out; `open` names the user and the family. */
export function sitesMayLeave(host: Host): {
  readonly open: { readonly user: string; readonly family: Family } | undefined
  readonly evidence: readonly Evidence[]
} {
  const evidence: Evidence[] = []
  for (const users of host.get(webUsers)) {
    for (const family of FAMILIES) {
      const way = wayOut(host, users, family)
      evidence.push(...way.evidence)
      if (way.isOpen) return { open: { user: users[0]!, family }, evidence: way.evidence }
    }
  }
  return { open: undefined, evidence: evidence.slice(0, 4) }
}

/** Whether a user may connect to the web ports of any host: as it is now where that is known, else as boot brings it. */
export function wayOut(
  host: Host,
  users: readonly string[],
  family: Family,
): { readonly isOpen: boolean; readonly evidence: readonly Evidence[] } {
  const off = family === 'IPv6' ? ipv6IsOff(host) : undefined
  if (off !== undefined) return { isOpen: false, evidence: [off] }
  const rulings = ['80', '443', undefined].map((port) => {
    const packet = { hook: 'output' as const, family, protocol: 'tcp', users, ...(port === undefined ? {} : { port }) }
    const { live, boot, isLiveKnown } = standingOf(host, packet)
    return isLiveKnown ? live : boot
  })
  const open = rulings.find((ruling) => ruling?.ruling !== 'deny')
  const isOpen = rulings.some((ruling) => ruling?.ruling !== 'deny')
  const shown = isOpen ? open : rulings[0]
  return { isOpen, evidence: shown === undefined ? [] : [shown.at] }
}

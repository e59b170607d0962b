import { cite, type Evidence } from '../../judging/judgement.ts'
import type { Host } from '../host.ts'
import { isRunning } from '../processes.ts'
import { readIfThere } from '../read-lines.ts'
import { kernelSetting } from '../sysctl.ts'
import type { BootFirewall } from './boot-firewall.ts'
import type { Packet, Ruling } from './filter.ts'
import { rulingOn } from './filter.ts'
import { type BootRuling, firewalls, rulingAtBoot } from './firewalls.ts'

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

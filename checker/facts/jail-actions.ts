import type { Evidence } from '../judging/judgement.ts'
import type { Jail, NamedWithOptions } from './fail2ban.ts'
import type { Host } from './host.ts'
import { type Delivery, deliveryOf } from './mail-delivery.ts'
import { exists } from './paths.ts'

interface BanProgram {
  readonly actions: RegExp
  readonly program: string
  /** Any of them will do. */
  readonly paths: readonly string[]
}

/** The program that each family of ban actions needs. */
const PROGRAMS: readonly BanProgram[] = [
  { actions: /^nftables/, program: 'nft', paths: ['/usr/sbin/nft', '/sbin/nft'] },
  { actions: /^iptables-ipset|^shorewall-ipset/, program: 'ipset', paths: ['/usr/sbin/ipset', '/sbin/ipset'] },
  { actions: /^iptables/, program: 'iptables', paths: ['/usr/sbin/iptables', '/sbin/iptables'] },
  { actions: /^shorewall/, program: 'shorewall', paths: ['/usr/sbin/shorewall', '/sbin/shorewall'] },
  { actions: /^ufw$/, program: 'ufw', paths: ['/usr/sbin/ufw'] },
  { actions: /^firewallcmd/, program: 'firewall-cmd', paths: ['/usr/bin/firewall-cmd'] },
  { actions: /^route$/, program: 'ip', paths: ['/usr/sbin/ip', '/sbin/ip', '/bin/ip', '/usr/bin/ip'] },
]
/** Where npm puts it, with nodejs of Debian, of NodeSource, and of its own. */
const DNSCTL = ['/usr/local/bin/dnsctl', '/usr/bin/dnsctl', '/usr/local/sbin/dnsctl', '/usr/sbin/dnsctl']
const NOTIFIES = /^(sendmail|mail|mynetwatchman|complain|dshield|smtp|helpers-common|xarf|abuseipdb|blocklist_de)/

/** Whether what a jail does about somebody can be done. */
export type BanAbility =
  | { readonly state: 'bans'; readonly actions: readonly NamedWithOptions[] }
  /** It has no action that bans. */
  | { readonly state: 'none' }
  | {
      readonly state: 'broken'
      readonly cause: 'no-program' | 'no-action-file'
      /** A sentence. */
      readonly why: string
      readonly evidence: readonly Evidence[]
    }

/** Whether the jail's actions ban, with programs that are there. */
export function banAbility(host: Host, jail: Jail): BanAbility {
  const bans = jail.actions.flatMap((action) => {
    const needed = programOf(action)
    return needed === undefined ? [] : [{ action, needed }]
  })
  const missing = bans.find(({ needed }) => !needed.paths.some((path) => exists(host.root, path)))
  if (missing !== undefined) {
    const { action, needed } = missing
    const why = `It bans by ${action.name}, but ${needed.program} is not installed: nobody is ever banned.`
    const evidence: readonly Evidence[] = [{ source: 'status', path: needed.paths[0]!, excerpt: 'not there' }]
    return { state: 'broken', cause: 'no-program', why, evidence }
  }
  const unfiled = jail.actions.find(
    ({ name }) => !['conf', 'local'].some((ending) => exists(host.root, `/etc/fail2ban/action.d/${name}.${ending}`)),
  )
  if (unfiled !== undefined) {
    const why = `Its action ${unfiled.name} has no file in action.d, so fail2ban does not start.`
    return { state: 'broken', cause: 'no-action-file', why, evidence: [] }
  }
  return bans.length === 0 ? { state: 'none' } : { state: 'bans', actions: bans.map(({ action }) => action) }
}

/** Where what the jail tells of a ban ends; undefined where it tells nobody. */
export function noticeOf(host: Host, jail: Jail): Delivery | undefined {
  const notice = jail.actions.find(({ name }) => NOTIFIES.test(name))
  if (notice === undefined) return undefined
  return deliveryOf(host, notice.options.get('dest') ?? jail.setting('destemail')?.value ?? 'root@localhost')
}

/** That of Veil tells veild, which bans: by dnsctl, or by what its option says. */
function programOf(action: NamedWithOptions): BanProgram | undefined {
  if (action.name !== 'veil') return PROGRAMS.find(({ actions }) => actions.test(action.name))
  const [word = ''] = (action.options.get('dnsctl') ?? '').split(/\s+/)
  return { actions: /^veil$/, program: 'dnsctl', paths: word.startsWith('/') ? [word] : DNSCTL }
}

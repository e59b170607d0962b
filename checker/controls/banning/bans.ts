import type { Step } from '../../remedy/step.ts'

/**
 * How fail2ban bans where nobody says otherwise, as every remedy writes it. What an operator has in jail.local or a *.local
 * goes before it, for fail2ban reads those later (jail.conf(5)).
 */
export const BANS: Step = {
  file: '/etc/fail2ban/jail.d/bans.conf',
  content: [
    '[DEFAULT]',
    'bantime.increment = true',
    'banaction = nftables-multiport',
    'banaction_allports = nftables-allports',
    '',
    '[sshd]',
    'enabled = true',
    'backend = systemd',
    'bantime = 1h',
    '',
  ].join('\n'),
}

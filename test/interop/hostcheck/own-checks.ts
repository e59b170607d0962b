import type { TriedTree } from './tried-tree.ts'

/** How a daemon itself looks whether its files hold. */
interface OwnCheck {
  /** As an operator types it. */
  readonly name: string
  /** Files that it reads. */
  readonly reads: RegExp
  /** What is run where it is not the name alone. */
  readonly script?: string
}

const OWN_CHECKS: readonly OwnCheck[] = [
  { name: 'postfix check', reads: /^\/etc\/postfix\// },
  { name: 'postconf -n', reads: /^\/etc\/postfix\//, script: '! postconf -n 2>&1 >/dev/null | grep .' },
  { name: 'postconf -M', reads: /^\/etc\/postfix\//, script: '! postconf -M 2>&1 >/dev/null | grep .' },
  { name: 'doveconf -n', reads: /^\/etc\/dovecot\// },
  { name: 'opendkim -n', reads: /^\/etc\/(opendkim\.conf|dkimkeys\/)/ },
  { name: 'apachectl configtest', reads: /^\/etc\/(apache2|modsecurity)\// },
  { name: 'nginx -t', reads: /^\/etc\/nginx\// },
  { name: 'php-fpm8.2 -t', reads: /^\/etc\/php\/8\.2\/fpm\// },
  { name: 'fail2ban-client -t', reads: /^\/etc\/fail2ban\// },
  { name: 'rsyslogd -N1', reads: /^\/etc\/rsyslog/ },
  { name: 'squid -k parse', reads: /^\/etc\/squid\// },
  { name: 'haproxy -c', reads: /^\/etc\/haproxy\//, script: 'haproxy -c -f /etc/haproxy/haproxy.cfg' },
  { name: 'sshd -t', reads: /^\/etc\/ssh\//, script: 'mkdir -p /run/sshd && sshd -t' },
  { name: 'visudo -c', reads: /^\/etc\/sudoers/ },
  { name: 'shorewall check', reads: /^\/etc\/shorewall\// },
  { name: 'shorewall6 check', reads: /^\/etc\/shorewall6\// },
  { name: 'nft -c', reads: /^\/etc\/nftables\.conf$/, script: 'nft -c -f /etc/nftables.conf' },
  { name: 'augenrules --check', reads: /^\/etc\/audit\// },
  { name: 'mariadbd --help --verbose', reads: /^\/etc\/mysql\//, script: 'mariadbd --help --verbose > /dev/null' },
  {
    name: 'postgres -C',
    reads: /^\/etc\/postgresql\//,
    script: `su postgres -c '/usr/lib/postgresql/15/bin/postgres -C ssl -D /etc/postgresql/15/main'`,
  },
  {
    name: 'aide --config-check',
    reads: /^\/etc\/(aide\/|default\/aide)/,
    script: 'aide --config /etc/aide/aide.conf --config-check',
  },
  { name: 'monit -t', reads: /^\/etc\/monit\// },
  { name: 'apt-config dump', reads: /^\/etc\/apt\/apt\.conf\.d\//, script: 'apt-config dump > /dev/null' },
  { name: 'postalias -q root', reads: /^\/etc\/aliases$/, script: 'postalias -q root /etc/aliases' },
  { name: 'findmnt --verify', reads: /^\/etc\/fstab$/ },
  {
    name: 'grub-script-check',
    reads: /^\/etc\/grub\.d\//,
    script: 'sh /etc/grub.d/40_custom | grub-script-check && sh -n /etc/grub.d/10_linux',
  },
  { name: 'wg-quick strip', reads: /^\/etc\/wireguard\//, script: 'wg-quick strip wg0 > /dev/null' },
  {
    name: 'systemd-analyze verify',
    reads: /^\/etc\/systemd\/system\/[^/]*\.(service|timer|socket|mount)(\.d\/.*)?$/,
    script: `for unit in $(cd /etc/systemd/system && find . -maxdepth 1 \\( -name '*.service' -o -name '*.timer' -o -name '*.mount' -o -name '*.service.d' \\) ! -type l -printf '%f\\n' | sed 's/\\.d$//'); do systemd-analyze verify --man=no "$unit" || exit 1; done`,
  },
]

interface CheckResult {
  readonly name: string
  readonly ok: boolean
  readonly output: string
}

/** The checks of the daemons whose files were written. */
export function checkWritten(tree: TriedTree, written: readonly string[]): readonly CheckResult[] {
  return OWN_CHECKS.filter(({ reads }) => written.some((path) => reads.test(path))).map(({ name, script = name }) => {
    const { status, stdout, stderr } = tree.run(script)
    return { name, ok: status === 0, output: `${stdout}${stderr}`.trim() }
  })
}

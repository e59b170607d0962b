import { type Declarations, NOTHING_DECLARED } from '../../checker/declarations/declarations.ts'
import type { Step } from '../../checker/remedy/step.ts'

/** Declarations that name files. */
export const NAMING_FILES: Declarations = { ...NOTHING_DECLARED, proxyRanges: '/etc/hostcheck/proxy-ranges.txt' }

/**
 * The fuzz test finds every fact of checker/facts by itself, and every file that it reads from the stock tree and from the
 * files of cases. What these lack is registered here: steps that make a host on which the fact reads more files.
 */
export const MORE_FILES: readonly Step[] = [
  { file: '/etc/crypttab', content: 'data UUID=3b6c /etc/keys/data luks,discard' },
  {
    file: '/etc/webmin/miniserv.conf',
    content: 'port=10000\nbind=10.8.0.1\nssl=1',
  },
  { file: '/srv/blog/wp-includes/version.php', content: "<?php\n$wp_version = '6.7';" },
  { file: '/srv/blog/wp-config.php', content: "<?php\ndefine( 'WP_CONTENT_DIR', __DIR__ . '/content' );" },
  { file: '/srv/blog/.user.ini', content: 'display_errors = "On" ; for now' },
  { append: '/etc/passwd', lines: ['anna:x:1001:1001::/srv/jail/./home/anna:/usr/sbin/jk_chrootsh'] },
  { file: '/etc/hostcheck/proxy-ranges.txt', content: '# Ours, https://example.net/, 2026-11-01\n203.0.113.0/24' },
  { file: '/etc/fstab', content: '/dev/mapper/data /srv ext4 nofail,noexec 0 2' },
  {
    file: '/etc/iptables/rules.v4',
    content: '*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp ! -s 10.0.0.0/8 -j LOG\nCOMMIT',
  },
  { append: '/etc/opendkim.conf', lines: ['KeyTable /etc/dkimkeys/keys', 'SigningTable refile:/etc/dkimkeys/signing'] },
  { file: '/etc/dkimkeys/keys', content: 'one example.com:mail:/etc/dkimkeys/one.private' },
  { file: '/etc/dkimkeys/signing', content: '*@example.com one' },
  { file: '/etc/rspamd/local.d/worker-proxy.inc', content: 'bind_socket = ["/run/x.sock mode=0666"]; milter = yes' },
  { postconf: { virtual_alias_domains: 'example.net, regexp:/etc/postfix/domains /etc/postfix/words' } },
  { file: '/etc/postfix/words', content: 'example.org' },
  { file: '/etc/postfix/domains', content: '/^(a|b)+\\.example$/ x' },
  { file: '/etc/shorewall/zones', content: 'fw firewall\nnet ipv4' },
  { file: '/etc/shorewall/policy', content: '$FW net REJECT $LOG_LEVEL\nall all DROP' },
  { file: '/etc/shorewall/rules', content: 'Web(ACCEPT) net $FW\nACCEPT $FW net tcp 80,443 - - - _apt' },
]

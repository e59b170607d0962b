/** What every Unbound of the tests is told: one process in the foreground that answers this machine and reads nothing but its folder. */
export function unboundBasics(at: string, folder: string): string[] {
  return [
    `  interface: ${at}`,
    '  access-control: 127.0.0.0/8 allow',
    '  do-ip6: no',
    '  do-daemonize: no',
    '  chroot: ""',
    '  username: ""',
    `  directory: "${folder}"`,
    '  pidfile: ""',
    '  use-syslog: no',
    '  num-threads: 1',
    '  do-not-query-localhost: no',
  ]
}

/** So that it says in its log why something was bogus. */
export const UNBOUND_TELLS_WHY = ['  log-servfail: yes', '  verbosity: 1', '  val-log-level: 2']

import { cronJobs } from '../../facts/cron.ts'
import type { Host } from '../../facts/host.ts'
import { lastSetting } from '../../facts/last-setting.ts'
import { glob } from '../../facts/paths.ts'
import { isRunning, type Process } from '../../facts/processes.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { sockets } from '../../facts/sockets.ts'
import { systemd } from '../../facts/systemd.ts'
import { users } from '../../facts/users.ts'
import { cite, type Evidence, HOST, type Judgement, placeIn } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import type { Step } from '../../remedy/step.ts'

/** Programs whose first process has to be root, and whose workers are not. */
const MASTERS =
  /^(sshd|nginx|apache2|httpd|php-fpm[\d.]*|master|dovecot|cron|systemd.*|init|rpcbind|cupsd|chronyd|rsyslogd|haproxy|squid|smbd|dhclient|containerd|dockerd|docker-proxy|fail2ban.*|snmpd|saslauthd|perl|miniserv\.pl|inetd|xinetd|postgres)$/
/** Programs that run what others wrote. */
const INTERPRETERS =
  /^(node|nodejs|python[\d.]*|ruby|puma|unicorn|gunicorn|uwsgi|java|php|php-cgi|perl|dotnet|deno|bun|beam\.smp)$/
const ALL_CAPABILITIES = 0x1f_ffff_ffffn

/** What listens, and what runs sites, runs as a user of its own. */
export function exp05(host: Host): readonly Judgement[] {
  const judged = [
    ...judgePools(host),
    ...judgeUnits(host),
    ...judgeApache(host),
    ...judgeJobs(host),
    ...judgeSudo(host),
    ...judgeProcesses(host),
  ]
  if (judged.length > 0) return judged
  return [
    {
      subject: HOST,
      state: 'pass',
      cause: 'unprivileged',
      reason: 'Nothing that listens or runs sites does so as root.',
      evidence: [],
    },
  ]
}

function judgeProcesses(host: Host): readonly Judgement[] {
  if (!host.get(isRunning)) return []
  const listening = new Set(
    host
      .get(sockets)
      .filter((socket) => socket.isListening)
      .flatMap((socket) => socket.process ?? []),
  )
  const byName = new Map<string, Process[]>()
  for (const process of listening) {
    if (process.uid === 0 && !process.isMapped) byName.set(process.name, [...(byName.get(process.name) ?? []), process])
  }
  return [...byName].flatMap(([name, processes]) => judgeProgram(host, name, processes))
}

function judgeProgram(host: Host, name: string, processes: readonly Process[]): readonly Judgement[] {
  if (MASTERS.test(name)) return []
  const isInterpreter = INTERPRETERS.test(name)
  if (!isInterpreter && !processes.some(hasAll)) return []
  const evidence: readonly Evidence[] = processes.slice(0, 3).map((process) => ({
    source: 'status',
    path: `/proc/${process.pid}/status`,
    excerpt: `Uid 0, ${process.words.join(' ').slice(0, 120)}`,
  }))
  const unit = unitOf(host, processes[0]!)
  const reason = isInterpreter
    ? `${name} listens as root: one hole in what it runs is root on the host.`
    : `${name} listens as root with all that root may do.`
  return [
    {
      subject: `process ${name}`,
      state: isInterpreter ? 'fail' : 'warn',
      cause: isInterpreter ? 'interpreter' : 'root',
      reason,
      evidence,
      ...(unit === undefined
        ? {
            remedy: [
              {
                tell: `Find what starts it (ps -o pid,ppid,args -p ${processes[0]!.pid}), and have that start it as a user of its own.`,
              },
            ],
          }
        : { values: { unit } }),
    },
  ]
}

function hasAll({ capabilities }: Process): boolean {
  return (capabilities & ALL_CAPABILITIES) === ALL_CAPABILITIES
}

/** The unit that a process belongs to, by its control group. */
function unitOf(host: Host, { pid }: Process): string | undefined {
  return /\/([^/\s]+\.service)(?:\/|$)/m.exec(readIfThere(host.root, `/proc/${pid}/cgroup`)?.text ?? '')?.[1]
}

function judgePools(host: Host): readonly Judgement[] {
  return glob(host.root, '/etc/php/*/fpm/pool.d/*.conf').flatMap((path) => {
    const file = readIfThere(host.root, path)
    const line =
      file === undefined ? undefined : linesOf(file, '#;').findLast(({ text }) => /^\s*user\s*=\s*root\b/.test(text))
    if (file === undefined || line === undefined) return []
    return [
      {
        subject: `pool ${path}`,
        state: 'fail' as const,
        cause: 'pool-root',
        reason: 'Sites of this pool run as root.',
        evidence: [cite(placeIn(file, line.number))],
      },
    ]
  })
}

/** A unit of the operator's own whose program runs sites, and that names no user. */
function judgeUnits(host: Host): readonly Judgement[] {
  const units = host.get(systemd)
  return units.names
    .filter((name) => name.endsWith('.service') && units.isEnabled(name))
    .flatMap((name) => {
      const unit = units.unit(name)
      const start = unit?.last('Service', 'ExecStart')
      if (unit === undefined || start === undefined || !unit.path.startsWith('/etc/')) return []
      const program = start.value
        .replace(/^[-@:+!]+/, '')
        .split(/\s+/)[0]!
        .split('/')
        .at(-1)!
      const user = unit.last('Service', 'User')?.value ?? 'root'
      if (!INTERPRETERS.test(program) || user !== 'root' || unit.last('Service', 'DynamicUser')?.value === 'yes')
        return []
      return [
        {
          subject: `service ${name}`,
          state: 'fail' as const,
          cause: 'unit-root',
          reason: `It runs ${program} as root, for it names no user.`,
          evidence: [cite(start.at)],
          values: { unit: name },
        },
      ]
    })
}

/** Apache's workers are the user that envvars exports. */
function judgeApache(host: Host): readonly Judgement[] {
  const user = lastSetting(host, '/etc/apache2/envvars', /^\s*export\s+APACHE_RUN_USER=["']?([^"'\s]+)/)
  if (user === undefined || !/^(root|0|#0)$/.test(user.value)) return []
  const say = sayOf('Apache', [user.evidence])
  return [say('fail', 'apache-root', 'Every site of Apache runs as root: one hole in one of them is root on the host.')]
}

/** A script that lies where sites lie is changed by whoever gets into one, and then runs as root. */
const IN_SITES = /(?:^|[\s"'=])(\/(?:var\/www|srv|home)\/[^\s"';|&]+)/
const RUNS = /(?:^|[\s/;&|])(?:php[\d.]*|node|nodejs|python[\d.]*|ruby|perl|bash|sh|java)\s/

function judgeJobs(host: Host): readonly Judgement[] {
  return host
    .get(cronJobs)
    .filter(({ user, command }) => user === 'root' && command.length < MOST_OF_COMMAND)
    .flatMap(({ command, at }) => {
      const path = RUNS.test(` ${command}`) ? IN_SITES.exec(command)?.[1] : undefined
      if (path === undefined) return []
      const reason = `cron runs ${path} as root: whoever gets into the site changes it, and is root at the next run.`
      return [{ ...sayOf(`job ${path}`, [cite(at)], { path })('warn', 'cron-root', reason), remedy: JOB_REMEDY }]
    })
}

const MOST_OF_COMMAND = 4000
const JOB_REMEDY: readonly Step[] = [
  {
    tell: 'Give the job the user of the site (the sixth column of a table in /etc/cron.d), or move it to where only root writes.',
  },
]

/** `NOPASSWD: ALL` makes whoever becomes that user root. */
function judgeSudo(host: Host): readonly Judgement[] {
  const services = [...host.get(users).values()]
    .filter((user) => user.uid > 0 && user.uid < 1000)
    .map((user) => user.name)
  return ['/etc/sudoers', ...glob(host.root, '/etc/sudoers.d/*')].flatMap((path) => {
    const file = readIfThere(host.root, path)
    return (file === undefined ? [] : linesOf(file)).flatMap(({ text, number }) => {
      const name = /^\s*(\S+)\s+.*NOPASSWD:\s*ALL\s*$/.exec(text)?.[1]
      if (name === undefined || !services.includes(name)) return []
      return [
        {
          subject: `user ${name}`,
          state: 'warn' as const,
          cause: 'sudo',
          reason: `${name} may do anything as root without a password.`,
          evidence: [cite(placeIn(file!, number))],
        },
      ]
    })
  })
}

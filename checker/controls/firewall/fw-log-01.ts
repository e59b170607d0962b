import { FAMILIES } from '../../facts/firewall/filter.ts'
import { type Shorewall, shorewalls } from '../../facts/firewall/shorewall.ts'
import { ipv6IsOff, standingOf } from '../../facts/firewall/standing.ts'
import type { Host } from '../../facts/host.ts'
import { lastSetting } from '../../facts/last-setting.ts'
import { exists, glob } from '../../facts/paths.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { settingsIn } from '../../facts/settings.ts'
import { systemd } from '../../facts/systemd.ts'
import { placeOfUnit } from '../../facts/unit-evidence.ts'
import { cite, type Evidence, type Judgement, placeIn } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'

/** What a firewall drops must be logged, at a limited rate, to where it is kept. */
export function fwLog01(host: Host): Judged {
  const families = FAMILIES.filter((family) => family === 'IPv4' || ipv6IsOff(host) === undefined)
  const drops = families.map((family) => (own: Host) => judgeFamily(own, family))
  const used = host.get(shorewalls).filter(({ isInstalled, startError }) => isInstalled && startError === undefined)
  return [...drops, ...used.map((each) => (own: Host) => judgeLogFile(own, each)), judgePsad]
}

function judgeFamily(host: Host, family: (typeof FAMILIES)[number]): Judgement {
  const subject = `drops of ${family}`
  const say = (state: Judgement['state'], cause: string, reason: string, evidence: readonly Evidence[]) => ({
    subject,
    state,
    cause,
    reason,
    evidence,
  })
  const { live, isLiveKnown, boot } = standingOf(host, { hook: 'input', family, protocol: 'tcp' })
  const ruling = isLiveKnown ? live : boot
  if (ruling === undefined || ruling.ruling === 'accept')
    return say(
      'fail',
      'nothing-dropped',
      `Nothing that comes in by ${family} is denied, so no attempt is ever logged.`,
      ruling === undefined ? [] : [ruling.at],
    )
  if (ruling.log === undefined)
    return say('fail', 'unlogged', 'What is denied is not logged: a scan leaves no trace.', [ruling.at])
  const keeper = ruling.log === 'group' ? groupKeeper(host) : kernelKeeper(host)
  if (keeper.lost !== undefined) return say('warn', 'not-kept', keeper.lost, [ruling.at, ...keeper.evidence])
  if (!ruling.isLimited) {
    const reason = 'What is denied is logged without a limit: a flood of packets fills the disk.'
    return say('warn', 'unlimited', reason, [ruling.at])
  }
  return say('pass', 'logged', 'What is denied is logged, at a limited rate, and kept.', [
    ruling.at,
    ...keeper.evidence,
  ])
}

interface Keeper {
  /** Why nothing is kept. */
  readonly lost: string | undefined
  readonly evidence: readonly Evidence[]
}

/** What goes to a netlink group is lost unless a program listens. */
function groupKeeper(host: Host): Keeper {
  const unit = ['ulogd2', 'ulogd'].find((name) => host.get(systemd).isEnabled(name))
  if (unit !== undefined) return { lost: undefined, evidence: placeOfUnit(host, unit) }
  return {
    lost: 'It is logged to a netlink group that no ulogd listens to, and lost.',
    evidence: placeOfUnit(host, 'ulogd2'),
  }
}

function kernelKeeper(host: Host): Keeper {
  if (host.get(systemd).isEnabled('rsyslog')) return { lost: undefined, evidence: placeOfUnit(host, 'rsyslog') }
  if (host.get(systemd).isEnabled('syslog-ng')) return { lost: undefined, evidence: placeOfUnit(host, 'syslog-ng') }
  const storage = settingsIn(host.root, '/etc/systemd/journald.conf', 'Journal').get('Storage')
  const evidence = storage === undefined ? [] : [cite(storage.at)]
  const isKept =
    storage?.value === 'persistent' || ((storage?.value ?? 'auto') === 'auto' && exists(host.root, '/var/log/journal'))
  return {
    lost: isKept ? undefined : 'It is logged to the memory of the kernel and the journal only: a reboot takes it.',
    evidence,
  }
}

/** `shorewall show log`, and psad, look where LOGFILE points; Debian's rsyslog does not write /var/log/messages. */
function judgeLogFile(host: Host, { product, setting }: Shorewall): Judgement {
  const subject = `LOGFILE of ${product}`
  const file = setting('LOGFILE')
  const path = file?.value ?? '/var/log/messages'
  const evidence = file === undefined ? [] : [cite(file.at)]
  const writer = path === 'systemd' ? [] : writersOf(host, path)
  if (path === 'systemd' || writer.length > 0) {
    const reason = 'LOGFILE is where the log is.'
    return { subject, state: 'pass', cause: 'there', reason, evidence: [...evidence, ...writer] }
  }
  const reason = `LOGFILE points to a file that nothing writes: \`${product} show log\` shows an empty log whatever is dropped.`
  return { subject, state: 'warn', cause: 'nowhere', reason, evidence }
}

/** psad finds scans in the file that IPT_SYSLOG_FILE names, and nowhere else where ENABLE_SYSLOG_FILE is Y. */
function judgePsad(host: Host): readonly Judgement[] {
  if (!host.get(systemd).isEnabled('psad')) return []
  const path = '/etc/psad/psad.conf'
  const isFile = lastSetting(host, path, /^ENABLE_SYSLOG_FILE\s+(\w+)/)
  const file = lastSetting(host, path, /^IPT_SYSLOG_FILE\s+([^\s;]+)/)
  const say = sayOf(
    'file that psad reads',
    [isFile, file].flatMap((each) => each?.evidence ?? []),
  )
  if (isFile?.value === 'N') return [say('pass', 'piped', 'syslog hands psad what is dropped.')]
  const writers = writersOf(host, file?.value ?? '/var/log/messages')
  return [
    writers.length > 0
      ? say('pass', 'there', 'psad reads the file that what is dropped is written to.', writers)
      : say('warn', 'nowhere', 'psad reads a file that nothing writes: it finds no scan, whatever is dropped.'),
  ]
}

/** Lines of rsyslog that write to a file. */
function writersOf(host: Host, path: string): readonly Evidence[] {
  return ['/etc/rsyslog.conf', ...glob(host.root, '/etc/rsyslog.d/*.conf')].flatMap((each) => {
    const file = readIfThere(host.root, each)
    if (file === undefined) return []
    const line = linesOf(file).find(({ text }) => text.split(/[\s"]+/).some((word) => word.replace(/^-/, '') === path))
    return line === undefined ? [] : [cite(placeIn(file, line.number))]
  })
}

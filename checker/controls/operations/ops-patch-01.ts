import { type AptValue, apt } from '../../facts/apt.ts'
import type { Host } from '../../facts/host.ts'
import { packages } from '../../facts/packages.ts'
import { exists, namesIn } from '../../facts/paths.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { systemd } from '../../facts/systemd.ts'
import { placeOfUnit } from '../../facts/unit-evidence.ts'
import { cite, citeStatus, type Evidence, type Judgement, placeIn } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'
import { judgeLeftBehind } from './left-behind.ts'

/** Day on which security updates end, long-term support counted in; from the distributions' own calendars. */
const END_OF_LIFE: Readonly<Record<string, string>> = {
  'debian 10': '2024-06-30',
  'debian 11': '2026-08-31',
  'debian 12': '2028-06-30',
  'debian 13': '2030-06-30',
  'ubuntu 20.04': '2025-05-31',
  'ubuntu 22.04': '2027-04-30',
  'ubuntu 24.04': '2029-04-30',
}
const FRESH_LISTS_SECONDS = 3 * 86_400
const YES = /^(1|true|yes|on|always)$/i

/** Security updates come by themselves, their lists are fresh, and the distribution still gets any. */
export function opsPatch01(host: Host): Judged {
  return [...judgeRelease(host), judgeUpdates(host), ...judgeReboot(host), judgeLeftBehind]
}

function judgeRelease(host: Host): readonly Judgement[] {
  const file = readIfThere(host.root, '/etc/os-release') ?? readIfThere(host.root, '/usr/lib/os-release')
  if (file === undefined) return []
  const value = (key: string) => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(file.text)?.[1] ?? ''
  const release = `${value('ID')} ${value('VERSION_ID')}`
  const end = END_OF_LIFE[release]
  const subject = 'release'
  const line = linesOf(file).find(({ text }) => text.startsWith('VERSION_ID='))
  const evidence = line === undefined ? [] : [cite(placeIn(file, line.number))]
  if (end === undefined)
    return [
      {
        subject,
        state: 'unknown',
        cause: 'unknown-release',
        reason: `Until when ${release.trim()} gets security updates is not known here.`,
        evidence,
      },
    ]
  const isOver = host.now > Date.parse(end) / 1000
  const reason = isOver
    ? `${release} has had no security updates since ${end}.`
    : `${release} gets security updates until ${end}.`
  return [{ subject, state: isOver ? 'fail' : 'pass', cause: isOver ? 'end-of-life' : 'supported', reason, evidence }]
}

function judgeUpdates(host: Host): Judgement {
  const subject = 'security updates'
  const settings = host.get(apt)
  const say = sayOf(subject, [])
  const installed = host.get(packages).get('unattended-upgrades')
  if (installed === undefined) return say('fail', 'not-installed', 'Nothing installs security updates by itself.', [])
  const upgrade = settings.get('APT::Periodic::Unattended-Upgrade')?.at(-1)
  const update = settings.get('APT::Periodic::Update-Package-Lists')?.at(-1)
  if (!isOn(upgrade) || !isOn(update)) {
    const evidence = [upgrade, update].flatMap((value) => (value === undefined ? [] : [cite(value.at)]))
    return say('fail', 'switched-off', 'unattended-upgrades is installed, but apt is not told to run it.', [
      cite(installed.at),
      ...evidence,
    ])
  }
  const origin = [
    ...(settings.get('Unattended-Upgrade::Origins-Pattern') ?? []),
    ...(settings.get('Unattended-Upgrade::Allowed-Origins') ?? []),
  ].find(({ value }) => /security/i.test(value))
  if (origin === undefined)
    return say(
      'fail',
      'no-security-origin',
      'unattended-upgrades runs, but the security updates are not among what it may install.',
      [cite(upgrade!.at)],
    )
  const units = host.get(systemd)
  const stopped = ['apt-daily.timer', 'apt-daily-upgrade.timer'].find(
    (timer) => units.unit(timer) !== undefined && !units.isEnabled(timer),
  )
  if (stopped !== undefined)
    return say('fail', 'timer-off', `${stopped} does not run, so neither does unattended-upgrades.`, [
      cite(upgrade!.at),
      ...placeOfUnit(host, stopped),
    ])
  return judgeLists(host, [cite(upgrade!.at), cite(update!.at), cite(origin.at)], say)
}

function judgeLists(
  host: Host,
  evidence: readonly Evidence[],
  say: (state: Judgement['state'], cause: string, reason: string, evidence: readonly Evidence[]) => Judgement,
): Judgement {
  const folder = '/var/lib/apt/lists'
  const times = [
    '/var/lib/apt/periodic/update-success-stamp',
    ...namesIn(host.root, folder)
      .filter((name) => /_(InRelease|Release)$/.test(name))
      .map((name) => `${folder}/${name}`),
  ].flatMap((path) => {
    const status = host.root.status(path)
    return status.outcome === 'found' ? [{ path, status }] : []
  })
  const newest = times.sort((one, other) => other.status.modified - one.status.modified)[0]
  if (newest === undefined)
    return say(
      'unknown',
      'no-lists',
      'Security updates are switched on; when the lists of packages were last fetched cannot be told.',
      evidence,
    )
  const seen: Evidence = { ...citeStatus(newest.path, newest.status), at: newest.status.modified }
  if (host.now - newest.status.modified > FRESH_LISTS_SECONDS) {
    return say(
      'warn',
      'stale-lists',
      'Security updates are switched on, but the lists of packages are older than three days.',
      [...evidence, seen],
    )
  }
  return say('pass', 'automatic', 'Security updates are installed by themselves, from lists that are fresh.', [
    ...evidence,
    seen,
  ])
}

function isOn(value: AptValue | undefined): boolean {
  return value !== undefined && (YES.test(value.value) || Number(value.value) > 0)
}

function judgeReboot(host: Host): readonly Judgement[] {
  const path = '/run/reboot-required'
  if (!exists(host.root, path)) return []
  const file = readIfThere(host.root, '/run/reboot-required.pkgs')
  const evidence: Evidence[] =
    file === undefined ? [{ source: 'status', path, excerpt: 'there' }] : [cite(placeIn(file, 1))]
  return [
    {
      subject: 'reboot',
      state: 'warn',
      cause: 'pending',
      reason: 'An update is installed, but what runs is still the old: the host waits for a reboot.',
      evidence,
    },
  ]
}

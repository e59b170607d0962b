import { type Boot, bootLedger, boots } from '../../facts/boots.ts'
import type { Host } from '../../facts/host.ts'
import { packages } from '../../facts/packages.ts'
import { exists, glob } from '../../facts/paths.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { cite, type Evidence, type Judgement, placeIn } from '../../judging/judgement.ts'
import { sayOf, unknown } from '../../judging/say.ts'

/** Records of one boot differ by the time that the kernel takes, and by a clock that is set meanwhile. */
const SAME_BOOT_SECONDS = 600
/** An account of a reboot holds for a boot within this time of it. */
const ACCOUNT_SECONDS = 3600
const LOOK_BACK_SECONDS = 90 * 86_400

/** Every boot of the last 90 days needs somebody who stands for it: an entry, an unlock by a person, or a declared automation. */
export function srvRbt01(host: Host): readonly Judgement[] {
  const recent = host.get(boots).filter((boot) => boot.at > host.now - LOOK_BACK_SECONDS)
  if (recent.length === 0) return [unknown('no-history', 'No record of a boot is to be had.')]
  const ledger = host.get(bootLedger)
  const damaged: readonly Judgement[] =
    ledger === undefined || ledger.isWhole
      ? []
      : [
          {
            subject: 'boot ledger',
            state: 'fail',
            cause: 'damaged',
            reason: 'Its chain of hashes does not hold: somebody changed or took out lines.',
            evidence: [{ source: 'file', path: ledger.path, excerpt: `${ledger.entries.length} lines` }],
          },
        ]
  const together = sameBoots(recent)
  const judged = together.map((records, index) => judgeBoot(host, records, together[index + 1]?.[0]?.at))
  return [...damaged, ...judged, ...judgeLedger(host)]
}

/** Records of the same boot together. */
function sameBoots(recent: readonly Boot[]): readonly (readonly Boot[])[] {
  const together: Boot[][] = []
  for (const boot of recent) {
    const last = together.at(-1)
    if (last !== undefined && boot.at - last[0]!.at <= SAME_BOOT_SECONDS) last.push(boot)
    else together.push([boot])
  }
  return together
}

/** `next`: when the host was booted again. */
function judgeBoot(host: Host, records: readonly Boot[], next = Number.POSITIVE_INFINITY): Judgement {
  const { at } = records[0]!
  const day = new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' ')
  const subject = `boot ${day} UTC`
  const evidence: Evidence[] = records.map((record) => ({
    source: 'file',
    path: record.path,
    excerpt: `${record.source}: boot at ${day} UTC`,
    at: record.at,
  }))
  const say = sayOf(subject, evidence, { time: new Date(at * 1000).toISOString() })
  if (isWiped(host, records))
    return say('fail', 'wiped', 'The journal knows this boot and wtmp does not: somebody took it out.')
  const account = host.declared.reboots.find((each) => Math.abs(each.at - at) <= ACCOUNT_SECONDS)
  if (account !== undefined) {
    return say('pass', 'accounted', `${account.by} stands for it: ${account.reason}.`, [
      { source: 'declaration', path: 'reboots', excerpt: `${account.by}: ${account.reason}` },
    ])
  }
  const unlock = unlockAfter(host, at, next)
  if (unlock !== undefined) return say('pass', 'unlocked', 'A person unlocked Veil after it.', [unlock])
  const automation = automationOf(host)
  if (automation !== undefined) return say('pass', 'automated', 'Reboots after updates are declared.', [automation])
  if (records.some((record) => record.wasShutDown === true)) {
    return say('warn', 'no-reason', 'The host was shut down in order, but nobody wrote down why.')
  }
  return say(
    'fail',
    'unaccounted',
    'Nobody stands for it: while the host was down, what boots it may have been changed.',
  )
}

/** A wtmp that has older records and lacks one that the journal has. */
function isWiped(host: Host, records: readonly Boot[]): boolean {
  if (!records.every((record) => record.source === 'journal')) return false
  const wtmp = host.get(boots).filter((boot) => boot.source === 'wtmp')
  return wtmp.length > 0 && wtmp[0]!.at < records[0]!.at && exists(host.root, '/var/log/wtmp')
}

/** Only a passphrase takes a person; what a program may have opened says nothing, nor does a ledger that was changed. */
function unlockAfter(host: Host, at: number, next: number): Evidence | undefined {
  const ledger = host.get(bootLedger)
  const end = Math.min(at + 86_400, next)
  const entry = ledger?.entries.find(({ event, slot, ...each }) => {
    const moment = timeOf(each)
    return event === 'unlock' && slot?.kind === 'passphrase' && moment >= at && moment <= end
  })
  if (ledger?.isWhole !== true || entry === undefined) return undefined
  return { source: 'file', path: ledger.path, excerpt: `${entry.at} unlock, slot passphrase`, at: timeOf(entry) }
}

/** Veil found itself in another boot than before, and no record of the host has a boot in between: they were taken out. */
function judgeLedger(host: Host): readonly Judgement[] {
  const known = host.get(boots)
  const ledger = host.get(bootLedger)
  if (ledger === undefined) return []
  return ledger.entries.flatMap((entry, index): readonly Judgement[] => {
    const before = ledger.entries[index - 1]
    if (before === undefined || before.boot === entry.boot || before.boot === '' || entry.boot === '') return []
    const [from, to] = [timeOf(before) - SAME_BOOT_SECONDS, timeOf(entry) + SAME_BOOT_SECONDS]
    // Records that begin later were rotated, and say nothing.
    const isCovered = known.some(({ source, at }) => source !== 'running' && at < from)
    if (to < host.now - LOOK_BACK_SECONDS || !isCovered || known.some(({ at }) => at >= from && at <= to)) return []
    const day = entry.at.slice(0, 16).replace('T', ' ')
    const reason = 'Veil wrote down that the host was booted, and no record of the host has that: somebody took it out.'
    const excerpt = `${entry.at} ${entry.event}, in another boot than the line before`
    const evidence: readonly Evidence[] = [{ source: 'file', path: ledger.path, excerpt }]
    return [{ subject: `boot before ${day} UTC`, state: 'fail', cause: 'ledger-only', reason, evidence }]
  })
}

/** Unix seconds. */
function timeOf({ at }: { readonly at: string }): number {
  return Date.parse(at) / 1000
}

/** unattended-upgrades reboots only where it is told to (apt.conf(5)). */
function automationOf(host: Host): Evidence | undefined {
  if (!host.get(packages).has('unattended-upgrades')) return undefined
  for (const path of glob(host.root, '/etc/apt/apt.conf.d/*')) {
    const file = readIfThere(host.root, path)
    const line =
      file === undefined
        ? undefined
        : linesOf(file, '/#').find(({ text }) => /Unattended-Upgrade::Automatic-Reboot\s+"true"/.test(text))
    if (file !== undefined && line !== undefined) return cite(placeIn(file, line.number))
  }
  return undefined
}

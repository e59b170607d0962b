import type { Host } from '../../facts/host.ts'
import { packages } from '../../facts/packages.ts'
import { glob } from '../../facts/paths.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { cite, citeFile, type Evidence, HOST, type Judgement, placeIn } from '../../judging/judgement.ts'
import { notApplicable, unknown } from '../../judging/say.ts'

const BOOT_FILES = [
  '/boot/vmlinuz*',
  '/boot/initrd.img*',
  '/boot/initramfs*',
  '/boot/grub/grub.cfg',
  '/boot/efi/EFI/*/*.efi',
]
const BASELINE = '/var/lib/hostcheck/boot-baseline'
const PACKAGE_SECONDS = 3600

/**
 * What boots the host must be what somebody approved: `sha256sum` of it lies in a baseline that is best kept elsewhere. A
 * change is explained where dpkg's log has a kernel or its initramfs handled within the hour.
 */
export function srvRbt02(host: Host): readonly Judgement[] {
  const paths = BOOT_FILES.flatMap((pattern) => glob(host.root, pattern))
  if (paths.length === 0) return [notApplicable('no-boot-files', 'There is no kernel of its own below /boot.')]
  const file = readIfThere(host.root, BASELINE)
  if (file === undefined) {
    const evidence: Evidence = { source: 'status', path: BASELINE, excerpt: 'not there' }
    return [
      unknown('no-baseline', 'Nobody has approved what boots this host, so a change would not be seen.', [evidence]),
    ]
  }
  const approved = new Map(
    linesOf(file).flatMap(({ text, number }) => {
      const [, digest, path] = /^([0-9a-f]{64}) [ *](\/.*)$/.exec(text) ?? []
      return digest === undefined ? [] : [[path!, { digest, at: placeIn(file, number) }] as const]
    }),
  )
  const changed = paths.flatMap((path) => judgeFile(host, path, approved.get(path)))
  if (changed.length > 0) return changed
  const reason = `All ${paths.length} files that boot the host are as they were approved.`
  return [
    {
      subject: HOST,
      state: 'pass',
      cause: 'unchanged',
      reason,
      evidence: [citeFile(file, `${approved.size} digests`)],
    },
  ]
}

function judgeFile(
  host: Host,
  path: string,
  approved: { readonly digest: string; readonly at: Parameters<typeof cite>[0] } | undefined,
): readonly Judgement[] {
  const digest = digestOf(host, path)
  if (digest === undefined || digest === approved?.digest) return []
  const evidence: Evidence[] = [
    { source: 'file', path, excerpt: `SHA-256 ${digest}`, sha256: digest },
    ...(approved === undefined ? [] : [cite(approved.at)]),
  ]
  const update = packageAround(host, path)
  if (update !== undefined) {
    const reason = 'It changed with an update of the kernel or its initramfs; nobody has approved it yet.'
    return [{ subject: path, state: 'warn', cause: 'updated', reason, evidence: [...evidence, update] }]
  }
  const reason = 'It changed, and no package was handled then: what boots the host may record the passphrase.'
  return [{ subject: path, state: 'fail', cause: 'changed', reason, evidence }]
}

function digestOf(host: Host, path: string): string | undefined {
  const reading = host.root.digest(path)
  return reading.outcome === 'digested' ? reading.sha256 : undefined
}

function packageAround(host: Host, path: string): Evidence | undefined {
  const status = host.root.status(path)
  if (status.outcome !== 'found' || !host.get(packages).has('dpkg')) return undefined
  for (const log of ['/var/log/dpkg.log', '/var/log/dpkg.log.1']) {
    const file = readIfThere(host.root, log)
    const line = file === undefined ? undefined : linesOf(file).find(({ text }) => isNear(text, status.modified))
    if (file !== undefined && line !== undefined) return cite(placeIn(file, line.number))
  }
  return undefined
}

/** dpkg's log is in local time; a day's worth of zones is let pass rather than a false alarm be raised. */
function isNear(text: string, modified: number): boolean {
  const [, day, time] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:status installed|trigproc|upgrade|install) .*(?:linux-image|initramfs-tools|grub|dracut|cryptsetup)/.exec(
      text,
    ) ?? []
  if (day === undefined) return false
  const at = Date.parse(`${day}T${time}Z`) / 1000
  return Math.abs(at - modified) <= PACKAGE_SECONDS + 14 * 3600
}

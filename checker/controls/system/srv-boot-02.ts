import { layerUnder } from '../../facts/block-layers.ts'
import { type DataFolder, dataFolders } from '../../facts/data-folders.ts'
import type { Host } from '../../facts/host.ts'
import { fstab, holderOf, mounts } from '../../facts/mounts.ts'
import { namesIn } from '../../facts/paths.ts'
import { systemd } from '../../facts/systemd.ts'
import { cite, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'

/**
 * Where data lies on a volume that a person opens, its service must wait for the mount: else it starts without, and makes
 * itself an empty data folder on the plain disk below.
 */
export function srvBoot02(host: Host): Judged {
  const apart = host.get(dataFolders).filter((folder) => folder.unit !== undefined && pointOf(host, folder) !== '/')
  if (apart.length === 0) {
    const layers = host.get(dataFolders).map((folder) => layerUnder(host, folder.path).kind)
    const reason = layers.every((kind) => kind === 'encrypted')
      ? 'The data lies on the root volume, which is itself opened by a person.'
      : 'No data folder lies on a volume of its own, so there is no low state to start in.'
    return [notApplicable('no-own-volume', reason)]
  }
  return apart.map((folder) => (own: Host) => judgeService(own, folder))
}

function pointOf(host: Host, folder: DataFolder): string {
  return holderOf(host.get(fstab), folder.path)?.point ?? '/'
}

function judgeService(host: Host, folder: DataFolder): Judgement {
  const entry = holderOf(host.get(fstab), folder.path)!
  const unit = host.get(systemd).unit(folder.unit!)
  const subject = `service ${folder.unit}`
  const values = { unit: folder.unit!, point: entry.point }
  if (!host.get(mounts).some((mount) => mount.point === entry.point) && namesIn(host.root, folder.path).length > 0) {
    const reason = `${entry.point} is not mounted, and below it lies a second data folder in the clear: the service ran without its volume.`
    return { subject, state: 'fail', cause: 'second-folder', reason, evidence: [cite(entry.at)], values }
  }
  const waits = ['RequiresMountsFor', 'BindsTo', 'Requires'].flatMap((key) => unit?.all('Unit', key) ?? [])
  const mountUnit = `${entry.point.slice(1).replaceAll('-', '\\x2d').replaceAll('/', '-')}.mount`
  const wait = waits.find(({ value }) =>
    value
      .split(/\s+/)
      .some((word) => word === mountUnit || (word.startsWith('/') && holderOf([entry], word) !== undefined)),
  )
  if (wait !== undefined) {
    return {
      subject,
      state: 'pass',
      cause: 'waits',
      reason: `It waits for ${entry.point} to be mounted.`,
      evidence: [cite(entry.at), cite(wait.at)],
      values,
    }
  }
  const reason = `It does not wait for ${entry.point}: started without, it makes itself an empty data folder in the clear.`
  return { subject, state: 'warn', cause: 'no-wait', reason, evidence: [cite(entry.at)], values }
}

import { type Layer, layerUnder } from '../../facts/block-layers.ts'
import { type DataFolder, dataFolders } from '../../facts/data-folders.ts'
import type { Host } from '../../facts/host.ts'
import type { Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'

/** Characters of the label of a GPT partition. */
const LONGEST_LABEL = 36

/** Every folder with data has to lie on an encrypted volume, followed through LVM, RAID and loop files to the disk. */
export function srvEnc01(host: Host): readonly Judgement[] {
  const folders = host.get(dataFolders)
  if (folders.length === 0) return [notApplicable('no-data', 'No service here keeps data, and none is declared.')]
  return folders.map((folder) => judgeFolder(folder, layerUnder(host, folder.path)))
}

function judgeFolder(folder: DataFolder, layer: Layer): Judgement {
  const subject = `${folder.of} ${folder.path}`
  const evidence = [folder.evidence, ...layer.evidence]
  const say = sayOf(subject, evidence, { folder: folder.path, volume: volumeOf(folder.path) })
  switch (layer.kind) {
    case 'encrypted':
      return say('pass', 'encrypted', `It lies on an encrypted volume (${layer.how}).`)
    case 'memory':
      return say('pass', 'in-memory', `It lies in memory (${layer.how}) and never reaches the disk.`)
    case 'weak':
      return say('warn', 'weak-cipher', `It is encrypted by ${layer.how}, which anybody undoes who has the disk.`)
    case 'plain':
      return say('fail', 'plain', `It lies in the clear on ${layer.how}: whoever takes the disk reads it.`)
    default:
      return say('unknown', 'undecided', `What lies below it (${layer.how}) cannot be told from here.`)
  }
}

/** A name for the volume of that folder, so that those of several folders do not meet: `var-www`; no longer than a label may be. */
function volumeOf(path: string): string {
  return (
    path
      .replace(/[^\w.]+/g, '-')
      .slice(-LONGEST_LABEL)
      .replace(/^-+|-+$/g, '') || 'data'
  )
}

import { cite, citeStatus, type Evidence, excerptOf } from '../judging/judgement.ts'
import { crypttab } from './crypttab.ts'
import type { Host } from './host.ts'
import { readLuksHeader } from './luks.ts'
import { fstab, holderOf, type Mount, mounts } from './mounts.ts'
import { exists, namesIn } from './paths.ts'
import { readIfThere } from './read-lines.ts'

/** Whether what lies at a path is encrypted on its way to the disk, and what shows it. */
export interface Layer {
  readonly kind: 'encrypted' | 'weak' | 'plain' | 'memory' | 'undecided'
  /** `CRYPT-LUKS2`, `tmpfs`, `/dev/sda2`. */
  readonly how: string
  readonly evidence: readonly Evidence[]
}

const IN_MEMORY = new Set(['tmpfs', 'ramfs', 'devtmpfs', 'proc', 'sysfs'])
const ENCRYPTING = /^(ecryptfs|fuse\.(gocryptfs|encfs|cryfs|securefs|sshfs-crypt))$/
const MOST_LAYERS = 16

/** What lies between the path and the disk, device by device: dm-crypt below LVM, RAID or a loop file counts. */
export function layerUnder(host: Host, path: string): Layer {
  const mounted = host.get(mounts)
  const mount = holderOf(mounted, path)
  if (mount === undefined) return layerAsConfigured(host, path)
  if (IN_MEMORY.has(mount.type)) return { kind: 'memory', how: mount.type, evidence: [cite(mount.at)] }
  if (ENCRYPTING.test(mount.type)) return { kind: 'encrypted', how: mount.type, evidence: [cite(mount.at)] }
  const device = deviceOf(host, mount)
  if (device === undefined) return { kind: 'undecided', how: mount.source, evidence: [cite(mount.at)] }
  const below = layerOfDevice(host, device, MOST_LAYERS)
  return { ...below, evidence: [cite(mount.at), ...below.evidence] }
}

/** What lies below a block device, by its number (`253:1`). */
export function layerOfDevice(host: Host, device: string, most: number): Layer {
  const folder = `/sys/dev/block/${device}`
  if (!exists(host.root, folder) || most === 0) return { kind: 'undecided', how: device, evidence: [] }
  const uuid = readIfThere(host.root, `${folder}/dm/uuid`)
  const kind = /^CRYPT-([A-Z0-9]+)-/.exec(uuid?.text ?? '')?.[1]
  const evidence: Evidence[] =
    uuid === undefined
      ? []
      : [{ source: 'file', path: uuid.path, line: 1, excerpt: excerptOf(uuid.text), sha256: uuid.sha256 }]
  if (kind !== undefined) return encryptedBy(host, folder, kind, evidence)
  const backing = readIfThere(host.root, `${folder}/loop/backing_file`)?.text.trim()
  if (backing !== undefined && backing !== '') return layerUnder(host, backing)
  const slaves = namesIn(host.root, `${folder}/slaves`)
  if (slaves.length === 0) {
    const status = host.root.status(folder)
    return {
      kind: 'plain',
      how: nameOf(host, device),
      evidence: status.outcome === 'found' ? [citeStatus(folder, status, 'nothing encrypts below')] : [],
    }
  }
  const below = slaves.map((slave) => {
    const number = readIfThere(host.root, `${folder}/slaves/${slave}/dev`)?.text.trim()
    return number === undefined ? undefined : layerOfDevice(host, number, most - 1)
  })
  return worst(below, device)
}

/** Every leg of a RAID or of a volume group has to be encrypted. */
function worst(layers: readonly (Layer | undefined)[], device: string): Layer {
  const order = ['plain', 'undecided', 'weak', 'encrypted', 'memory'] as const
  for (const kind of order) {
    const found = layers.find((layer) => layer?.kind === kind)
    if (found !== undefined) return found
  }
  return { kind: 'undecided', how: device, evidence: [] }
}

function encryptedBy(host: Host, folder: string, kind: string, evidence: readonly Evidence[]): Layer {
  if (kind === 'PLAIN') return { kind: 'weak', how: 'CRYPT-PLAIN', evidence }
  const slave = namesIn(host.root, `${folder}/slaves`)[0]
  const header = slave === undefined ? undefined : readLuksHeader(host.root, `/dev/${slave}`)
  if (header?.cipher.includes('null') === true) return { kind: 'weak', how: `cipher ${header.cipher}`, evidence }
  return { kind: 'encrypted', how: `CRYPT-${kind}`, evidence }
}

/** The number of the device below a mount; filesystems without one of their own are looked up by their source. */
function deviceOf(host: Host, mount: Mount): string | undefined {
  if (!mount.device.startsWith('0:')) return mount.device
  const mapper = /^\/dev\/mapper\/(.+)$/.exec(mount.source)?.[1]
  if (mapper !== undefined) {
    const name = namesIn(host.root, '/sys/class/block').find(
      (each) => readIfThere(host.root, `/sys/class/block/${each}/dm/name`)?.text.trim() === mapper,
    )
    return name === undefined ? undefined : readIfThere(host.root, `/sys/class/block/${name}/dev`)?.text.trim()
  }
  const plain = /^\/dev\/([\w-]+)$/.exec(mount.source)?.[1]
  return plain === undefined ? undefined : readIfThere(host.root, `/sys/class/block/${plain}/dev`)?.text.trim()
}

function nameOf(host: Host, device: string): string {
  const target = host.root.link(`/sys/dev/block/${device}`)
  return target === undefined ? device : `/dev/${target.slice(target.lastIndexOf('/') + 1)}`
}

/** A system that does not run: what fstab(5) and crypttab(5) say would be so. */
function layerAsConfigured(host: Host, path: string): Layer {
  const entry = holderOf(host.get(fstab), path)
  if (entry === undefined) return { kind: 'undecided', how: 'no mount table', evidence: [] }
  const name = /^\/dev\/mapper\/(.+)$/.exec(entry.source)?.[1]
  const volume = name === undefined ? undefined : host.get(crypttab).get(name)
  if (volume === undefined)
    return { kind: name === undefined ? 'plain' : 'undecided', how: entry.source, evidence: [cite(entry.at)] }
  const kind = volume.options.some((option) => option === 'plain') ? 'weak' : 'encrypted'
  return { kind, how: `crypttab ${volume.name}`, evidence: [cite(entry.at), cite(volume.at)] }
}

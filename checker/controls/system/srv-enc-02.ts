import { type Layer, layerOfDevice, layerUnder } from '../../facts/block-layers.ts'
import { crypttab } from '../../facts/crypttab.ts'
import type { Host } from '../../facts/host.ts'
import { fstab } from '../../facts/mounts.ts'
import { readIfThere } from '../../facts/read-lines.ts'
import { settingsIn } from '../../facts/settings.ts'
import { cite, type Evidence, type Judgement, placeIn } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'

interface Swap {
  readonly name: string
  readonly isFile: boolean
  readonly evidence: Evidence
}

/** Swap and core dumps hold what memory held: keys, passwords, mail. */
export function srvEnc02(host: Host): readonly Judgement[] {
  const judged = [...swapsOf(host).map((swap) => judgeSwap(host, swap)), ...judgeCoreDumps(host)]
  return judged.length > 0
    ? judged
    : [notApplicable('no-swap', 'There is no swap on a disk, and no core dump is kept.')]
}

function swapsOf(host: Host): readonly Swap[] {
  const running = readIfThere(host.root, '/proc/swaps')
  if (running !== undefined) {
    return running.text.split('\n').flatMap((text, index) => {
      const [name, type] = text.trim().split(/\s+/)
      if (name === undefined || !name.startsWith('/')) return []
      return { name, isFile: type === 'file', evidence: cite(placeIn(running, index + 1)) }
    })
  }
  return host
    .get(fstab)
    .filter((entry) => entry.type === 'swap')
    .map((entry) => ({ name: entry.source, isFile: !entry.source.startsWith('/dev/'), evidence: cite(entry.at) }))
}

function judgeSwap(host: Host, swap: Swap): Judgement {
  const subject = `swap ${swap.name}`
  const name = swap.name.replace(/^\/dev\/(mapper\/)?/, '')
  if (/^zram\d+$/.test(name)) {
    return {
      subject,
      state: 'pass',
      cause: 'in-memory',
      reason: 'It is compressed memory and never reaches the disk.',
      evidence: [swap.evidence],
    }
  }
  const layer = layerOfSwap(host, swap, name)
  const evidence = [swap.evidence, ...layer.evidence]
  if (layer.kind === 'encrypted')
    return { subject, state: 'pass', cause: 'encrypted', reason: `It is encrypted (${layer.how}).`, evidence }
  if (layer.kind === 'undecided') {
    return {
      subject,
      state: 'unknown',
      cause: 'undecided',
      reason: 'What lies below it cannot be told from here.',
      evidence,
    }
  }
  const reason = 'What memory holds, keys and passwords too, is written to the disk in the clear.'
  return { subject, state: 'fail', cause: 'plain', reason, evidence }
}

function layerOfSwap(host: Host, swap: Swap, name: string): Layer {
  const entry = host.get(crypttab).get(name)
  if (entry !== undefined) return { kind: 'encrypted', how: `crypttab ${entry.name}`, evidence: [cite(entry.at)] }
  if (swap.isFile) return layerUnder(host, swap.name)
  const device = readIfThere(host.root, `/sys/class/block/${name}/dev`)?.text.trim()
  if (device !== undefined) return layerOfDevice(host, device, 16)
  const isDisk = /^(sd|vd|nvme|xvd|hd|md)/.test(name) || swap.name.startsWith('UUID=')
  return { kind: isDisk ? 'plain' : 'undecided', how: swap.name, evidence: [] }
}

/** systemd-coredump(8) keeps dumps below /var/lib/systemd/coredump unless told otherwise; the kernel writes them where it is told. */
function judgeCoreDumps(host: Host): readonly Judgement[] {
  const pattern = readIfThere(host.root, '/proc/sys/kernel/core_pattern')
  if (pattern === undefined || !pattern.text.includes('systemd-coredump')) return []
  const storage = settingsIn(host.root, '/etc/systemd/coredump.conf', 'Coredump').get('Storage')
  const evidence = [cite(placeIn(pattern, 1)), ...(storage === undefined ? [] : [cite(storage.at)])]
  const subject = 'core dumps'
  if (storage?.value === 'none') {
    return [{ subject, state: 'pass', cause: 'not-kept', reason: 'Core dumps are not kept.', evidence }]
  }
  const layer = layerUnder(host, '/var/lib/systemd/coredump')
  if (layer.kind === 'encrypted')
    return [
      {
        subject,
        state: 'pass',
        cause: 'encrypted',
        reason: `They are kept on an encrypted volume (${layer.how}).`,
        evidence,
      },
    ]
  const reason = 'Memory of programs that crash, keys in it, is kept on a disk that is not known to be encrypted.'
  return [{ subject, state: 'warn', cause: 'kept', reason, evidence }]
}

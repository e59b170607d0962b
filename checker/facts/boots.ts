import { type BootEntry, checkLedger } from '../../server/state/boot-ledger.ts'
import type { Root } from '../root/root.ts'
import { fact } from './fact.ts'
import { namesIn } from './paths.ts'
import { readIfThere } from './read-lines.ts'
import { veilConfiguration } from './veil-zones.ts'

/** A boot of the host, and the records that know of it. */
export interface Boot {
  /** Unix seconds. */
  readonly at: number
  readonly source: 'wtmp' | 'journal' | 'running'
  readonly path: string
  /** A shutdown was recorded before it: it was no power cut. Undefined where the record does not say. */
  readonly wasShutDown: boolean | undefined
}

/** Boots by each record, oldest first. */
export const boots = fact('boots', ({ root }): readonly Boot[] =>
  [...bootsOfWtmp(root), ...bootsOfJournal(root), ...runningBoot(root)].sort((one, other) => one.at - other.at),
)

export interface BootLedger {
  readonly entries: readonly BootEntry[]
  /** Its chain of hashes holds. */
  readonly isWhole: boolean
  readonly path: string
}

/** What Veil wrote down of starts and unlocks, in its state folder; undefined where Veil keeps none. */
export const bootLedger = fact('boot ledger', (host): BootLedger | undefined => {
  const configured = host.get(veilConfiguration)?.configuration.state
  const folders = [...(configured === undefined ? [] : [configured]), '/var/lib/veil', '/var/lib/private/veil']
  for (const folder of new Set(folders)) {
    const file = readIfThere(host.root, `${folder}/boot-ledger.jsonl`)
    if (file !== undefined) return { ...checkLedger(file.text), path: file.path }
  }
  return undefined
})

/** utmp(5) of 64-bit Linux: 384 octets; type (16 bits) at 0, user at 44, seconds (32 bits) at 340. */
const RECORD_OCTETS = 384
const BOOT_TIME = 2
const RUN_LEVEL = 1

function bootsOfWtmp(root: Root): readonly Boot[] {
  return ['/var/log/wtmp.1', '/var/log/wtmp'].flatMap((path) => {
    const reading = root.octets(path, 4 * 1024 * 1024)
    if (reading.outcome !== 'read') return []
    const octets = Buffer.from(reading.octets)
    const found: Boot[] = []
    let wasShutDown = false
    for (let offset = 0; offset + RECORD_OCTETS <= octets.length; offset += RECORD_OCTETS) {
      const type = octets.readUInt16LE(offset)
      const user = octets.toString('latin1', offset + 44, offset + 76).replace(/\0.*$/s, '')
      if (type === RUN_LEVEL && user === 'shutdown') wasShutDown = true
      if (type !== BOOT_TIME) continue
      found.push({ at: octets.readUInt32LE(offset + 340), source: 'wtmp', path, wasShutDown })
      wasShutDown = false
    }
    return found
  })
}

/** Header of a journal file (systemd, JOURNAL_FILE_FORMAT): boot id of the last entry at 56, its wall-clock time at 192, its time since boot at 200; microseconds. */
const JOURNAL_HEADER_OCTETS = 208

function bootsOfJournal(root: Root): readonly Boot[] {
  const byBoot = new Map<string, Boot>()
  for (const machine of namesIn(root, '/var/log/journal')) {
    for (const name of namesIn(root, `/var/log/journal/${machine}`)) {
      if (!/\.journal~?$/.test(name)) continue
      const path = `/var/log/journal/${machine}/${name}`
      const reading = root.octets(path, JOURNAL_HEADER_OCTETS)
      if (reading.outcome !== 'read' || reading.octets.length < JOURNAL_HEADER_OCTETS) continue
      const header = Buffer.from(reading.octets)
      if (header.toString('latin1', 0, 8) !== 'LPKSHHRH') continue
      const at = Number((header.readBigUInt64LE(192) - header.readBigUInt64LE(200)) / 1_000_000n)
      if (at > 0) byBoot.set(header.toString('hex', 56, 72), { at, source: 'journal', path, wasShutDown: undefined })
    }
  }
  return [...byBoot.values()]
}

function runningBoot(root: Root): readonly Boot[] {
  const file = readIfThere(root, '/proc/stat')
  const at = Number(/^btime (\d+)$/m.exec(file?.text ?? '')?.[1] ?? 0)
  return file === undefined || at === 0 ? [] : [{ at, source: 'running', path: file.path, wasShutDown: undefined }]
}

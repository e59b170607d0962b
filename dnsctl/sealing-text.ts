import { type Column, fold, type Paper, printable, table } from '../console/paper.ts'
import type { SealingStatus } from '../server/control/protocol.ts'
import type { SlotListing } from '../server/keys/slot-changes.ts'

/** What each kind of slot is opened by, for a person. */
const KINDS: Readonly<Record<SlotListing['kind'], string>> = {
  'key-file': 'a key file',
  credential: 'a credential of systemd',
  passphrase: 'a passphrase',
}

/** `slot 2, a passphrase`. */
export function slotText({ id, kind }: Pick<SlotListing, 'id' | 'kind'>): string {
  return `slot ${id}, ${KINDS[kind]}`
}

/** All slots as a table. */
export function slotTable(paper: Paper, slots: readonly SlotListing[]): string[] {
  return table(
    paper,
    COLUMNS,
    slots.map(({ id, kind, created, cost }) => [
      String(id),
      KINDS[kind],
      created === undefined ? '' : printable(created.slice(0, 10)),
      cost === undefined ? '' : `Argon2id, ${cost.memoryOctets / 2 ** 20} MiB, ${cost.operations} passes`,
    ]),
  )
}

const COLUMNS: readonly Column[] = [
  { title: 'SLOT', align: 'right' },
  { title: 'OPENED BY' },
  { title: 'ADDED' },
  { title: 'A GUESS COSTS' },
]

/** The lines of `dnsctl status` about the sealing; none where nothing is sealed. */
export function sealingLines(paper: Paper, status: SealingStatus, room: number): string[] {
  const alarms = status.alarms.flatMap((alarm) => fold(paper, printable(alarm), room).map(paper.bad))
  if (status.state === 'unused') return alarms
  if (status.state === 'open') {
    const by = status.slot === undefined ? '' : `, opened by ${slotText(status.slot)}`
    return [`unlocked${by}; ${status.slots.length} in all: dnsctl slot list`, ...alarms]
  }
  const why = `LOCKED: ${status.reason ?? 'nobody has opened it'}. ${status.hint ?? ''}`
  return [...fold(paper, printable(why), room).map(paper.bad), ...alarms]
}

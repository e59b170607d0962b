import { chainEntry, type HistoryEntry } from '../../keys/key-history.ts'
import type { KeySetChange, KeyStore, StoredBundles, StoredKeySet } from '../../keys/key-store.ts'
import type { SealingHeader } from '../../keys/sealing.ts'

/** The end of a process: by a power cut, or by a kill. */
export class PowerCut extends Error {}

/**
 * What is left of a write: `lost`, the power goes before it is flushed; `flushed`, the power goes just after; `killed`, the
 * process goes before it is flushed, and the next one sees it in memory that the next power cut takes.
 */
export type Cut = 'lost' | 'flushed' | 'killed'
export const CUTS: readonly Cut[] = ['lost', 'flushed', 'killed']

/** Everything in a store at one moment; never changed. */
interface Snapshot {
  readonly header: SealingHeader | undefined
  readonly sets: ReadonlyMap<string, StoredKeySet>
  readonly histories: ReadonlyMap<string, readonly HistoryEntry[]>
  readonly bundles: ReadonlyMap<string, StoredBundles>
}

const EMPTY: Snapshot = { header: undefined, sets: new Map(), histories: new Map(), bundles: new Map() }

/** A store on a disk whose power is cut, or whose process ends, at a write: a transaction of keys, a header, or a flush. */
export interface CrashingDisk {
  /** What a process sees that opens it now. */
  open(): KeyStore
  /** What is left when the power goes now. */
  flushed(): KeyStore
  /** Ends the process at the write of this number, counted from now, from 1 on. */
  cutAt(write: number, how: Cut): void
  /** Writes so far. */
  writes(): number
  /** Another disk with the same on it. */
  clone(): CrashingDisk
  /** Puts an empty disk in its place. */
  replace(): void
}

export function createCrashingDisk(start: Snapshot = EMPTY): CrashingDisk {
  let [visible, flushed] = [start, start]
  let writes = 0
  let cuts: { readonly at: number; readonly how: Cut }[] = []
  const write = async (change: (before: Snapshot) => Snapshot): Promise<void> => {
    writes++
    const cut = cuts.find(({ at }) => at === writes)
    cuts = cuts.filter((each) => each !== cut)
    if (cut?.how === 'lost') {
      visible = flushed
      throw new PowerCut()
    }
    visible = change(visible)
    if (cut?.how === 'killed') throw new PowerCut()
    flushed = visible
    if (cut !== undefined) throw new PowerCut()
  }
  return {
    open: () => ({
      ...readSnapshot(() => visible),
      putHeader: (header) => write((before) => ({ ...before, header })),
      putSealing: (header, sets) =>
        write((before) => sets.map((set) => ({ set, entry: undefined })).reduce(withChange, { ...before, header })),
      put: async (changes) => {
        if (changes.length > 0) await write((before) => changes.reduce(withChange, before))
      },
      settle: () => write((before) => before),
    }),
    flushed: () => readSnapshot(() => flushed) as KeyStore,
    cutAt: (at, how) => void cuts.push({ at: writes + at, how }),
    writes: () => writes,
    clone: () => createCrashingDisk(flushed),
    replace: () => {
      visible = EMPTY
      flushed = EMPTY
    },
  }
}

function readSnapshot(now: () => Snapshot): Omit<KeyStore, 'put' | 'putHeader' | 'putSealing' | 'settle'> {
  return {
    header: () => now().header,
    get: (zone) => now().sets.get(zone),
    zones: () => [...now().sets.keys()],
    history: (zone) => {
      const entries = now().histories.get(zone) ?? []
      return { entries, head: entries.at(-1)?.hash }
    },
    bundles: (zone) => now().bundles.get(zone) ?? { requests: [], bundles: [] },
  }
}

function withChange(before: Snapshot, { set, entry, bundles }: KeySetChange): Snapshot {
  const { zone } = set
  const entries = before.histories.get(zone) ?? []
  const history = entry === undefined ? entries : [...entries, chainEntry(zone, entries.at(-1), entry)]
  return {
    ...before,
    sets: new Map([...before.sets, [zone, set]]),
    histories: new Map([...before.histories, [zone, history]]),
    ...(bundles !== undefined && { bundles: new Map([...before.bundles, [zone, bundles]]) }),
  }
}

/*
 * Which looks go out by themselves at a time. A parent that answers slowly, or not at all, keeps nobody waiting but zones of
 * its own: so few of one parent's are looked at together that there is room for others.
 */
import { nameToText, parentName } from '../../dns/name.ts'
import { formatListen } from '../address.ts'
import type { ParentConfiguration } from '../configuration/types.ts'
import type { Exchange } from './exchange.ts'
import type { LookParts } from './look.ts'

/** A zone that is to be looked at, and what its parent goes by. */
export interface DueLook {
  readonly zone: string
  readonly parent: string
}

export interface LookTurns {
  /** The first of these for which there is room. */
  next(due: readonly DueLook[]): DueLook | undefined
  /** Takes up room until `look` has ended; rejects as it does. */
  run(due: DueLook, look: () => Promise<void>): Promise<void>
}

/** Looks at a time, and of those with one parent. */
const MOST_LOOKS = 8
const MOST_OF_PARENT = 2

export function createLookTurns(): LookTurns {
  /** Parents by zone. */
  const running = new Map<string, string>()
  const hasRoom = ({ zone, parent }: DueLook): boolean =>
    !running.has(zone) && [...running.values()].filter((each) => each === parent).length < MOST_OF_PARENT
  return {
    next: (due) => (running.size < MOST_LOOKS ? due.find(hasRoom) : undefined),
    run: async ({ zone, parent }, look) => {
      running.set(zone, parent)
      try {
        await look()
      } finally {
        running.delete(zone)
      }
    },
  }
}

/** What the parent of a zone goes by: its servers where they are configured, else its name, as far as that is known. */
export function parentKeyOf(
  { apex, parent: { servers } }: { readonly apex: Uint8Array; readonly parent: Pick<ParentConfiguration, 'servers'> },
  found?: string,
): string {
  if (servers !== undefined) return servers.map(formatListen).join()
  return found ?? nameToText(apex.length === 1 ? apex : parentName(apex))
}

/** Seconds for one look: more than a parent needs all of whose addresses, as many as it may have, are silent. */
const LOOK_SECONDS = 120

/**
 * What a look stands on, for so long: whatever is asked later gets no answer, so the look comes to its end. `after`: runs something
 * once, milliseconds from now, and gives what stops that. `end` is called when the look is over.
 */
export function withinTime(
  parts: LookParts,
  after: (milliseconds: number, run: () => void) => () => void,
): { readonly parts: LookParts; readonly end: () => void } {
  let isOver = false
  const end = after(LOOK_SECONDS * 1000, () => {
    isOver = true
  })
  const exchange: Exchange = async (request) => (isOver ? { kind: 'overdue' } : await parts.network.exchange(request))
  return { parts: { ...parts, network: { ...parts.network, exchange } }, end }
}

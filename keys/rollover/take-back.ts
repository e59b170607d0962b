import type { RecordState, RolloverKey, Transition } from './key-state.ts'

/**
 * The steps that take back others, `taken`, which have been served and did not verify; in the order in which they are to be
 * applied. Caches may have some of it by now: what was served is withdrawn (unretentive), what was withdrawn is served again
 * (rumoured), and neither is taken for never having been. What has gone on since stays, and so does what was taken for known
 * of caches: nothing that is served depends on it.
 */
export function takeBackSteps(taken: readonly Transition[], keys: readonly RolloverKey[]): Transition[] {
  return taken.flatMap((step) => reverseOf(step, keys)).reverse()
}

const REVERSED: Readonly<Partial<Record<RecordState, RecordState>>> = {
  rumoured: 'unretentive',
  unretentive: 'rumoured',
}

function reverseOf({ key: id, record, to: from }: Transition, keys: readonly RolloverKey[]): Transition[] {
  const to = REVERSED[from]
  const isStill = keys.find((key) => key.id === id)?.records[record]?.state === from
  return to === undefined || !isStill ? [] : [{ key: id, record, from, to }]
}

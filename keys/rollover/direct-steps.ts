/*
 * Steps that no rule or barrier is asked about: whoever takes them answers for what follows.
 */
import type { KeyRecord, RecordState, RolloverKey, Transition } from './key-state.ts'

/** The steps by which all of these records of a key are served that are not. */
export function servingSteps(key: RolloverKey, records: readonly KeyRecord[]): Transition[] {
  return stepsOf(key, records, { hidden: 'rumoured', unretentive: 'rumoured' })
}

/** The steps by which none of these records of a key is served any more. */
export function withdrawingSteps(key: RolloverKey, records: readonly KeyRecord[]): Transition[] {
  return stepsOf(key, records, { rumoured: 'unretentive', omnipresent: 'unretentive' })
}

/** `next`: by present state; others stay. */
function stepsOf(
  key: RolloverKey,
  records: readonly KeyRecord[],
  next: Readonly<Partial<Record<RecordState, RecordState>>>,
): Transition[] {
  return records.flatMap((record): Transition[] => {
    const from = key.records[record]?.state
    const to = from && next[from]
    return from === undefined || to === undefined ? [] : [{ key: key.id, record, from, to }]
  })
}

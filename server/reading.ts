/** What became of a text: its value, perhaps with a remark worth a warning, or the reason why it has none. */
export type Reading<Value> =
  | { readonly outcome: 'read'; readonly value: Value; readonly remark?: string }
  | { readonly outcome: 'unreadable'; readonly reason: string }

/** A text that has this value. */
export function read<Value>(value: Value): Reading<Value> {
  return { outcome: 'read', value }
}

/** A text that has none. */
export function unreadable(reason: string): Extract<Reading<never>, { outcome: 'unreadable' }> {
  return { outcome: 'unreadable', reason }
}

/** The value of a text that was checked before; anything else is a bug. */
export function accepted<Value>(reading: Reading<Value>): Value {
  if (reading.outcome === 'unreadable') throw new Error(`accepted by the schema, then not readable: ${reading.reason}`)
  return reading.value
}

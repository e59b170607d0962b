import type { Reading } from '../address.ts'

/** The value of a text that the schema has accepted already; anything else is a bug. */
export function accepted<Value>(reading: Reading<Value>): Value {
  if (reading.outcome === 'unreadable') throw new Error(`accepted by the schema, then not readable: ${reading.reason}`)
  return reading.value
}

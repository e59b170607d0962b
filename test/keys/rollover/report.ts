/*
 * What an exploration found, for people.
 */
import { RECORDS_OF_ROLE, type RolloverKey } from '../../../keys/rollover/key-state.ts'
import type { Held } from './caches.ts'
import type { Exploration, Failure } from './explore.ts'
import { servedOf } from './served.ts'
import type { World } from './world.ts'

/** One line: how much was looked at. */
export function summary(name: string, { states, transitions, isComplete, failure }: Exploration<World>): string {
  const outcome = failure !== undefined ? `FAULT: ${failure.fault}` : isComplete ? 'all' : 'not all'
  return `${name.padEnd(90)} ${String(states).padStart(9)} states ${String(transitions).padStart(10)} transitions  ${outcome}`
}

/** The path to a fault, an event a line with the keys after it, and what caches may hold at its end. */
export function failureTable({ fault, path }: Failure<World>): string {
  const rows = path.map(({ label, state }, at) => [
    String(at),
    label,
    state.keys.map(keyText).join('  '),
    state.parent.map((ds) => ds || '-').join(' / '),
  ])
  const last = path.at(-1)!.state
  const { caches, stale, left } = last
  return [
    fault,
    '',
    ...aligned([['#', 'what happens', 'keys: DNSKEY KRRSIG ZRRSIG DS', 'DS at the parent'], ...rows]),
    '',
    `served            ${[servedOf(last), ...stale].map(({ keySet, data }) => `${keySet} data ${data}`).join('; ')}`,
    `caches, DS        ${heldText(caches.ds)}`,
    `caches, key set   ${heldText(caches.keySets)}`,
    `caches, data      ${heldText(caches.data)}`,
    `not happened      ${JSON.stringify(left)}`,
  ].join('\n')
}

/** As "ksk13.1 active D:o K:o S:r", where o is omnipresent. */
function keyText({ id, duty, role, records }: RolloverKey): string {
  const letters = { dnskey: 'D', krrsig: 'K', zrrsig: 'Z', ds: 'S' }
  const states = RECORDS_OF_ROLE[role].map((record) => `${letters[record]}:${records[record]?.state[0]}`)
  return `${id} ${duty} ${states.join(' ')}`
}

function heldText(held: Held): string {
  return held.map(([generation, left]) => `${generation || 'none'} (${left} left)`).join('; ')
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => Math.min(row[column]!.length, 100))))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}

/*
 * What is known of rollovers, from the running server; where none runs, from the store in its state folder.
 */

import { Failure } from '../../console/failure.ts'
import type { Paper } from '../../console/paper.ts'
import { checkHistory, type HistoryEntry } from '../../keys/key-history.ts'
import type { ZoneConfiguration } from '../../server/configuration/types.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { reportStored } from '../../server/keys/stored-rollovers.ts'
import { openValidConfiguration } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { openOwnStore } from '../own-store.ts'
import { findConfiguration, findState } from '../place.ts'
import { askServerIfRunning } from '../running-server.ts'
import { absoluteName, noKeys } from './ask-rollover.ts'
import { nowSeconds } from './times.ts'

/** `store`: no server runs. */
export type Teller = 'server' | 'store'

/** Rollovers, and who told of them. */
export interface ToldRollovers {
  readonly source: Teller
  readonly reports: readonly RolloverReport[]
}

/** The rollovers of all zones that are signed here, or of one, which must be among them. */
export async function tellRollovers(context: Context, name: string | undefined): Promise<ToldRollovers> {
  const zone = name === undefined ? undefined : absoluteName(name)
  const live = await askServerIfRunning(context, 'rollovers', zone === undefined ? {} : { zone }, isStoreThere(context))
  const told: ToldRollovers =
    live === undefined
      ? { source: 'store', reports: await readRollovers(context, (await openValidConfiguration(context)).zones) }
      : { source: 'server', reports: live }
  if (zone !== undefined && !told.reports.some((each) => each.zone === zone)) throw noKeys(zone)
  return told
}

/** The rollover of a zone, and who told of it. */
export async function tellRollover(
  context: Context,
  name: string,
): Promise<{ readonly source: Teller; readonly report: RolloverReport }> {
  const { source, reports } = await tellRollovers(context, name)
  return { source, report: reports.find(({ zone }) => zone === absoluteName(name))! }
}

/** What has happened to the keys of a zone, who told of it, and what is wrong with the chain of its entries. */
export interface ToldHistory {
  readonly source: Teller
  readonly entries: readonly HistoryEntry[]
  readonly problem: string | undefined
}

/** The history of a zone’s keys, the latest last; empty where it has none. `zone`: canonical text. */
export async function tellHistory(context: Context, zone: string): Promise<ToldHistory> {
  const entries = await askServerIfRunning(context, 'key-history', { zone }, isStoreThere(context))
  if (entries !== undefined) {
    return { source: 'server', entries, problem: checkHistory(zone, { entries, head: entries.at(-1)?.hash }) }
  }
  const history = await withStore(context, (store) => store.keys.history(zone))
  return { source: 'store', entries: history.entries, problem: checkHistory(zone, history) }
}

/** The rollovers of these zones as the store has them, where no server runs. */
export function readRollovers(context: Context, zones: readonly ZoneConfiguration[]): Promise<RolloverReport[]> {
  return withStore(context, ({ keys }) =>
    reportStored(keys, zones, { nowSeconds: nowSeconds(), unwatched: 'no server runs', alarms: [] }),
  )
}

/** The line that leads what the store told. */
export function tellerLines(paper: Paper, source: Teller): string[] {
  return source === 'server' ? [] : [paper.dim('No server runs; from the store:')]
}

async function withStore<Result>(
  context: Context,
  read: (store: NonNullable<ReturnType<typeof openOwnStore>>) => Result,
): Promise<Result> {
  const stateFolder = await findState(context)
  const store = openOwnStore(stateFolder)
  if (store === undefined) {
    throw new Failure({
      exitCode: ExitCode.Refused,
      what: `No server runs, and there is no store in ${stateFolder}`,
      why: 'veild makes it, and the first keys, when it first serves a zone.',
      next: '`veild --config veil.yaml` starts it; `--state DIR` names another state folder',
    })
  }
  try {
    return read(store)
  } finally {
    await store.close()
  }
}

/** Somebody who names a state folder may well have no configuration here. */
function isStoreThere(context: Context): boolean {
  return findConfiguration(context) !== undefined || context.state !== undefined
}

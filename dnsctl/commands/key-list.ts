import type { Paper } from '../../console/paper.ts'
import type { ZoneKeys } from '../../server/control/protocol.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { command } from '../command.ts'
import { openConfiguration } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { askRollover } from '../keys/ask-rollover.ts'
import { keyTable, rolloverTable, titleLines } from '../keys/key-table.ts'
import { OFFLINE_PARAGRAPH } from '../keys/options.ts'
import { day } from '../keys/times.ts'
import { readRollovers, tellerLines } from '../keys/told-rollovers.ts'
import { findConfiguration } from '../place.ts'
import { findZoneKeys, listZoneKeys, type ToldKeys } from '../zone-keys.ts'

export const keyListCommand = command({
  name: 'key list',
  summary: 'list the keys that zones are signed with, and how far each is',
  description: [
    'Each zone that is signed has two keys of each of its algorithms: the key signing key (ksk), which the parent’s DS record names, and the zone signing key (zsk), which signs everything else; or one that does both (csk). More are there during a roll, or as a standby. Private keys are never shown.',
    'What a key consists of spreads through caches, each part by itself: its DNSKEY, its signatures of the keys, its signatures of the zone, its DS at the parent. “Everywhere” is what every validator has that has anything of the zone; “spreading” is served, and caches may not have it yet; “leaving” is served no more, and caches may have it still.',
    OFFLINE_PARAGRAPH,
  ],
  arguments: { ZONE: { summary: 'only this zone; all when left out', optional: true, completes: 'zone' } },
  options: {},
  examples: [
    { line: 'key list', summary: 'all keys' },
    { line: 'key list example.com --json', summary: 'one zone, with DNSKEY and DS records, for a script' },
  ],
  async run(context, input) {
    const told = await listZoneKeys(context)
    const only = input.ZONE === undefined ? undefined : findZoneKeys(told, input.ZONE)
    const zones = only === undefined ? told.zones : [only]
    const rollovers = await rolloversBeside(context, told, only?.zone)
    const names = new Set(zones.map(({ zone }) => zone))
    const shown = rollovers.filter(({ zone }) => names.has(zone))
    return {
      exitCode: ExitCode.Done,
      data: { source: told.source, zones, rollovers: shown },
      print: (paper) => [...tellerLines(paper, told.source), ...describe(paper, zones, shown)],
    }
  },
})

/** Where no server runs, and no configuration says what holds, there are states and nothing that is to come of them. */
async function rolloversBeside(
  context: Context,
  { source, zones }: ToldKeys,
  zone: string | undefined,
): Promise<readonly RolloverReport[]> {
  if (source === 'server') return askRollover(context, 'rollovers', zone === undefined ? {} : { zone })
  if (zones.length === 0 || findConfiguration(context) === undefined) return []
  const { configuration } = await openConfiguration(context)
  return configuration === undefined ? [] : readRollovers(context, configuration.zones)
}

function describe(paper: Paper, zones: readonly ZoneKeys[], rollovers: readonly RolloverReport[]): string[] {
  if (zones.length === 0) return ['No keys: veild makes them when it first serves a zone that is to be signed.']
  const reports = new Map(rollovers.map((report) => [report.zone, report]))
  return zones.flatMap((zone, index) => {
    const report = reports.get(zone.zone)
    const lines = report === undefined ? withoutReport(paper, zone) : rolloverTable(paper, report)
    return index === 0 ? lines : ['', ...lines]
  })
}

function withoutReport(paper: Paper, { zone, signed, presigned, keys }: ZoneKeys): string[] {
  const why = presigned ? 'the zone is presigned' : 'the zone is not signed here'
  const made = keys.length === 0 ? '' : `made ${day(Math.max(...keys.map(({ created }) => created)))}`
  const line = signed === false ? paper.warn(`not in use: ${why}`) : made
  return [...titleLines(paper, zone, line), ...keyTable(paper, keys)]
}

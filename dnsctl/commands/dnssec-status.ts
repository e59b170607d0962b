import { Failure } from '../../console/failure.ts'
import type { Paper } from '../../console/paper.ts'
import type { ZoneReport } from '../../server/control/protocol.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { absoluteName, listRollovers } from '../keys/ask-rollover.ts'
import { ZONE_OR_ALL_ARGUMENT } from '../keys/options.ts'
import { zoneStatus } from '../keys/status-text.ts'
import { nowSeconds } from '../keys/times.ts'
import { askServer } from '../running-server.ts'

export const dnssecStatusCommand = command({
  name: 'dnssec status',
  summary: 'show how zones are signed, and whether the parent agrees',
  description: [
    'For each zone: how it is signed, with which keys, what DS records the parent has of it, what roll is going on or comes next, and every alarm. Exits with 1 where there is an alarm.',
  ],
  arguments: { ZONE: ZONE_OR_ALL_ARGUMENT },
  options: {},
  examples: [
    { line: 'dnssec status', summary: 'all zones' },
    { line: 'dnssec status example.com --json', summary: 'one of them, for a script' },
  ],
  async run(context, input) {
    const all = await askServer(context, 'zones', {})
    const wanted = input.ZONE === undefined ? undefined : absoluteName(input.ZONE)
    const zones = all.filter(({ zone }) => wanted === undefined || zone === wanted)
    if (wanted !== undefined && zones.length === 0) throw unknown(wanted)
    const rollovers = await listRollovers(context, undefined)
    const shown = zones.map((zone) => ({ zone, rollover: rollovers.find((each) => each.zone === zone.zone) }))
    const hasAlarm = shown.some(({ rollover }) => rollover !== undefined && rollover.alarms.length > 0)
    return {
      exitCode: hasAlarm ? ExitCode.Refused : ExitCode.Done,
      data: {
        zones: shown.map(({ zone: { zone, dnssec, signing }, rollover }) => ({ zone, dnssec, signing, rollover })),
      },
      print: (paper) => describe(paper, shown),
    }
  },
})

function describe(
  paper: Paper,
  zones: readonly { readonly zone: ZoneReport; readonly rollover: RolloverReport | undefined }[],
): string[] {
  if (zones.length === 0) return ['No zones are served.']
  const now = nowSeconds()
  return zones.flatMap(({ zone, rollover }, index) => [
    ...(index === 0 ? [] : ['']),
    ...zoneStatus(paper, zone, rollover, now),
  ])
}

function unknown(zone: string): Failure {
  return new Failure({
    exitCode: ExitCode.Refused,
    what: `veild serves no zone ${shortName(zone)}`,
    next: '`dnsctl zone list`',
  })
}

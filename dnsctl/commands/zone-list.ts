import { type Column, count, duration, type Paper, printable, table } from '../../console/paper.ts'
import { shortPath } from '../../console/problems.ts'
import type { ZoneReport } from '../../server/control/protocol.ts'
import { reportSigning } from '../../server/signing-report.ts'
import { hasErrors } from '../../zones/file-problem.ts'
import { command } from '../command.ts'
import { openValidConfiguration, shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { readZones } from '../offline.ts'
import { askServerIfRunning } from '../running-server.ts'

export const zoneListCommand = command({
  name: 'zone list',
  summary: 'list the zones with their views, serials and files',
  description: [
    'Asks the running server. Where none runs, the zones of the configuration are read from their files, and serials are the files’.',
  ],
  arguments: {},
  options: { offline: { summary: 'read the files even if a server runs' } },
  examples: [
    { line: 'zone list', summary: 'what the server serves' },
    { line: "zone list --json | jq -r '.zones[].zone'", summary: 'the names, for a script' },
  ],
  async run(context, input) {
    const live = input.offline ? undefined : await askServerIfRunning(context, 'zones', {})
    const zones = live ?? (await readFromFiles(context))
    return {
      exitCode: zones.some((zone) => hasErrors(zone.problems)) ? ExitCode.Refused : ExitCode.Done,
      data: { source: live === undefined ? 'files' : 'server', zones },
      print: (paper) => [
        ...(live === undefined
          ? [paper.dim(input.offline ? 'From the files:' : 'No server runs; from the files:')]
          : []),
        ...describe(paper, zones, live !== undefined, context.workingDirectory),
      ],
    }
  },
})

async function readFromFiles(context: Context): Promise<ZoneReport[]> {
  const configuration = await openValidConfiguration(context)
  const read = await readZones(context, configuration, configuration.zones)
  return read.map(({ zone, views, problems }) => ({
    zone: zone.name,
    file: zone.file,
    dnssec: zone.dnssec.kind,
    ...(zone.dnssec.kind === 'signed' ? { signing: reportSigning(zone.dnssec) } : {}),
    views: views.flatMap(({ view, overlay, projection, serial }) =>
      projection === undefined || serial === undefined
        ? []
        : [
            {
              view,
              serial,
              records: projection.recordCount,
              loadedAt: '',
              ...(overlay === undefined ? {} : { overlay }),
            },
          ],
    ),
    problems,
  }))
}

function describe(paper: Paper, zones: readonly ZoneReport[], isLive: boolean, workingDirectory: string): string[] {
  if (zones.length === 0) return ['No zones.']
  const failed = zones.filter((zone) => hasErrors(zone.problems))
  const columns = [
    { title: 'ZONE' },
    { title: 'VIEW' },
    { title: 'SERIAL', align: 'right' },
    { title: 'RECORDS', align: 'right' },
    { title: 'DNSSEC' },
    { title: 'FILE', shrink: true },
    ...(isLive ? [{ title: 'LOADED' }] : []),
  ] satisfies Column[]
  return [
    ...table(
      paper,
      columns,
      zones.flatMap((zone) => zoneRows(paper, zone, workingDirectory)),
    ),
    ...(failed.length === 0
      ? []
      : [
          '',
          `${paper.bad(count(failed.length, 'zone'))} with errors. See them: dnsctl zone check ${failed.map((zone) => shortName(zone.zone)).join(' ')}`,
        ]),
  ]
}

function zoneRows(paper: Paper, zone: ZoneReport, workingDirectory: string): string[][] {
  const path = (file: string) => printable(shortPath(file, workingDirectory))
  const name = printable(zone.zone)
  if (zone.views.length === 0) return [[name, paper.bad('not served'), '', '', '', path(zone.file), '']]
  return zone.views.flatMap((view, index) => [
    [
      index === 0 ? name : '',
      printable(view.view),
      String(view.serial),
      view.records.toLocaleString('en-US'),
      index === 0 ? describeDnssec(zone) : '',
      path(zone.file),
      view.loadedAt === '' ? '' : `${duration((Date.now() - Date.parse(view.loadedAt)) / 1000)} ago`,
    ],
    ...(view.overlay === undefined ? [] : [['', '', '', '', '', `+ ${path(view.overlay)}`, '']]),
  ])
}

/** `13, compact`: algorithms and how it is denied. */
function describeDnssec({ dnssec, signing }: ZoneReport): string {
  if (signing === undefined) return dnssec
  return `${signing.algorithms.join('+')}, ${printable(signing.denial)}`
}

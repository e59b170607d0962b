import { resolve } from 'node:path'
import { Failure } from '../../console/failure.ts'
import { count, type Paper, printable, table } from '../../console/paper.ts'
import { countProblems, describeProblems, linesOnDisk } from '../../console/problems.ts'
import { canonicalName, nameToText } from '../../dns/name.ts'
import { DEFAULT_DNSSEC } from '../../server/configuration/dnssec.ts'
import type { ViewsAndLeaks } from '../../server/configuration/leaks.ts'
import { readName } from '../../server/configuration/names.ts'
import type { ZoneConfiguration } from '../../server/configuration/types.ts'
import { type FileProblem, hasErrors } from '../../zones/file-problem.ts'
import { command } from '../command.ts'
import { findZone, openConfiguration } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { readZones } from '../offline.ts'
import type { OfflineZone } from '../offline-zones.ts'

export const zoneCheckCommand = command({
  name: 'zone check',
  summary: 'check zone files as every view would see them, offline',
  description: [
    'Reads the configuration and its zones as veild would, without a server: every master file, every overlay, and what each view makes of them together. Prints everything wrong with its place, the line, what was found, what was expected and how to mend it.',
    'Exits with 1 when there are errors; warnings alone do not count. With --zone no configuration is needed.',
  ],
  arguments: {
    ZONE: { summary: 'zones to check; all of the configuration when left out', variadic: true, completes: 'zone' },
  },
  options: {
    zone: {
      value: 'NAME=FILE',
      summary: 'check this master file as the zone NAME',
      repeatable: true,
      completes: 'file',
    },
  },
  examples: [
    { line: 'zone check', summary: 'everything that ./veil.yaml names' },
    { line: 'zone check example.com', summary: 'one zone of it' },
    { line: 'zone check --zone example.com=example.com.zone', summary: 'a file on its own' },
  ],
  async run(context, input) {
    const { problems, zones } = await check(context, input.ZONE, input.zone)
    const all: FileProblem[] = [...problems, ...zones.flatMap((zone) => zone.problems)]
    return {
      exitCode: hasErrors(all) ? ExitCode.Refused : ExitCode.Done,
      data: { problems: all, zones: zones.map(summary) },
      print: (paper) => describe(paper, all, zones, context.workingDirectory),
    }
  },
})

interface Checked {
  /** Problems of the configuration. */
  readonly problems: readonly FileProblem[]
  readonly zones: readonly OfflineZone[]
}

async function check(context: Context, names: readonly string[], files: readonly string[]): Promise<Checked> {
  if (files.length > 0) {
    if (names.length > 0) throw usage('ZONE and --zone do not go together', '--zone needs no configuration, ZONE does.')
    const zones = files.map((text) => zoneOfFlag(text, context.workingDirectory))
    return { problems: [], zones: await readZones(context, ALONE, zones) }
  }
  const { configuration, problems } = await openConfiguration(context)
  if (configuration === undefined) return { problems, zones: [] }
  const wanted = names.length === 0 ? configuration.zones : names.map((name) => findZone(configuration, name))
  return { problems, zones: await readZones(context, configuration, wanted) }
}

/** One view, for everybody. */
const ALONE: ViewsAndLeaks = {
  views: [{ name: 'public', clients: undefined, listen: undefined }],
  listen: [],
  leaks: {},
}

function zoneOfFlag(text: string, workingDirectory: string): ZoneConfiguration {
  const [, name = '', file = ''] = /^([^=]+)=(.+)$/.exec(text) ?? []
  const reading = readName(name)
  if (file === '' || reading.outcome === 'unreadable') {
    throw usage(
      `"${text}" is not NAME=FILE`,
      reading.outcome === 'unreadable' && file !== '' ? reading.reason : undefined,
    )
  }
  const apex = canonicalName(reading.value)
  const path = resolve(workingDirectory, file)
  return { name: nameToText(apex), apex, file: path, overlays: {}, hide: {}, views: undefined, dnssec: DEFAULT_DNSSEC }
}

function usage(what: string, why?: string): Failure {
  return new Failure({ exitCode: ExitCode.Usage, what, why, next: '`dnsctl zone check --help`' })
}

function summary({ zone, views, problems }: OfflineZone): Record<string, unknown> {
  return {
    zone: zone.name,
    file: zone.file,
    ok: !hasErrors(problems),
    views: views.map(({ view, overlay, projection, serial }) => ({
      view,
      overlay,
      records: projection?.recordCount,
      serial,
    })),
  }
}

function describe(
  paper: Paper,
  problems: readonly FileProblem[],
  zones: readonly OfflineZone[],
  workingDirectory: string,
): string[] {
  const counted = countProblems(paper, problems)
  const failed = hasErrors(problems)
  const checked = zones.length === 0 ? '' : `${count(zones.length, 'zone')} checked: `
  return [
    ...describeProblems(paper, problems, linesOnDisk(workingDirectory), workingDirectory),
    ...(zones.length === 0 ? [] : [...overview(paper, zones), '']),
    failed
      ? `${checked}${counted}.`
      : `${checked}${paper.good('no errors')}${counted === undefined ? '' : `, ${counted}`}.`,
  ]
}

function overview(paper: Paper, zones: readonly OfflineZone[]): string[] {
  const rows = zones.flatMap(({ zone, views }) =>
    views.map(({ view, projection, serial }, index) => [
      index === 0 ? printable(zone.name) : '',
      printable(view),
      projection === undefined ? '' : projection.recordCount.toLocaleString('en-US'),
      String(serial ?? ''),
      projection === undefined ? paper.bad('errors') : paper.good('good'),
    ]),
  )
  const columns = [
    { title: 'ZONE' },
    { title: 'VIEW' },
    { title: 'RECORDS', align: 'right' },
    { title: 'SERIAL', align: 'right' },
    { title: 'STATE' },
  ] as const
  return table(paper, columns, rows)
}

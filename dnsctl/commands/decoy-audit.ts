import { Failure } from '../../console/failure.ts'
import { count, fold, type Paper, printable, table } from '../../console/paper.ts'
import type { Configuration, ZoneConfiguration } from '../../server/configuration/types.ts'
import type { DecoyAudit, FeatureArea, StandingOut } from '../audit/decoy-audit.ts'
import { command } from '../command.ts'
import { findView, findZone, shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { openZones } from '../offline.ts'
import type { OfflineZone } from '../offline-zones.ts'

/** Names shown of each kind; `--json` has them all. */
const MOST_NAMES = 20

interface ViewAudit extends DecoyAudit {
  readonly zone: string
  readonly view: string
}

export const decoyAuditCommand = command({
  name: 'decoy audit',
  summary: 'find real names that stand out among decoys, and by what',
  description: [
    'Compares each name that a view has with the decoys that the same view has, as somebody who guesses names would: TTL, types, sizes, addresses, PTR records, what lies below. For each feature it prints how well it tells real names from decoys: 0.5 is no better than guessing, 1 is certain; up to 0.55 counts as nothing.',
    'Works on the files as they are now, without a server. Exits with 1 when a name stands out, or a feature tells.',
  ],
  arguments: {
    ZONE: { summary: 'zones to audit; all that have decoys when left out', variadic: true, completes: 'zone' },
  },
  options: {
    view: { value: 'VIEW', summary: 'as this view has them; all views with decoys when left out', completes: 'view' },
  },
  examples: [
    { line: 'decoy audit', summary: 'every zone and view that has decoys' },
    { line: 'decoy audit example.com --view public', summary: 'one of them' },
  ],
  async run(context, input) {
    const { configuration, zones } = await openZones(context)
    const wanted = input.ZONE.map((name) => findZone(configuration, name).name)
    const view = input.view === undefined ? undefined : findView(configuration, input.view)
    const chosen = configuration.zones.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
    const audits = await audit(configuration, chosen, zones, view)
    if (audits.length === 0) throw withoutDecoys(chosen)
    const isClean = audits.every(({ standingOut, features }) => standingOut.length === 0 && !features.some(tells))
    return {
      exitCode: isClean ? ExitCode.Done : ExitCode.Refused,
      data: { audits },
      print: (paper) => apart(audits.map((each) => describe(paper, each))),
    }
  },
})

async function audit(
  configuration: Configuration,
  chosen: readonly ZoneConfiguration[],
  zones: readonly OfflineZone[],
  wanted: string | undefined,
): Promise<ViewAudit[]> {
  const { auditView } = await import('../audit/audit-view.ts')
  return chosen.flatMap((zone) =>
    configuration.views
      .filter(({ name }) => zone.decoys?.[name] !== undefined && (wanted === undefined || name === wanted))
      .flatMap(({ name }) => {
        const found = auditView(zone, name, zones)
        return found === undefined ? [] : [{ zone: zone.name, view: name, ...found }]
      }),
  )
}

function withoutDecoys(chosen: readonly ZoneConfiguration[]): Failure {
  return new Failure({
    exitCode: ExitCode.Refused,
    what: `${chosen.map(({ name }) => shortName(name)).join(', ')}: no decoys are configured`,
    next: 'write `decoys: { public: { mode: mirror, of: [www] } }` of a zone; docs/decoys.md says which mode',
  })
}

function tells({ tells: yes }: FeatureArea): boolean {
  return yes
}

function describe(paper: Paper, { zone, view, names, told, features, standingOut }: ViewAudit): string[] {
  const title = paper.bold(`${printable(zone)} as ${printable(view)} sees it: ${count(names, 'name')} among decoys`)
  const rows = features.map(({ feature, area, tells: yes }) => [
    feature,
    area.toFixed(2),
    yes ? paper.bad('tells') : paper.good('tells nothing'),
  ])
  return [
    title,
    ...(told.length === 0
      ? []
      : fold(paper, `Told by the zone itself, and so hidden by no decoy: ${told.map(printable).join(', ')}`)),
    '',
    ...table(paper, [{ title: 'feature' }, { title: 'area', align: 'right' }, { title: '' }], rows),
    '',
    ...verdict(paper, standingOut, features.filter(tells)),
  ]
}

function verdict(paper: Paper, standingOut: readonly StandingOut[], telling: readonly FeatureArea[]): string[] {
  if (standingOut.length === 0 && telling.length === 0) return [paper.good('No name stands out.')]
  const features = [...new Set(standingOut.map(({ feature }) => feature))]
  const other = telling.filter(({ feature }) => !features.includes(feature))
  const groups = features.map((feature) =>
    group(
      paper,
      standingOut.filter((each) => each.feature === feature),
    ),
  )
  const remarks = other.map(({ feature }) => [
    `${paper.bad(feature)} tells: real hosts do not lie as decoys do. Spread them, or name smaller ranges.`,
  ])
  return apart([...groups, ...remarks])
}

function group(paper: Paper, names: readonly StandingOut[]): string[] {
  const [{ feature, decoysHave, remedy }] = names as [StandingOut]
  const shown = names.slice(0, MOST_NAMES).map(({ name, has }) => [`  ${printable(name)}`, printable(has)])
  const more = names.length - shown.length
  return [
    `${paper.bad(feature)}: ${count(names.length, 'name stands', 'names stand')} out; decoys have: ${printable(decoysHave)}`,
    ...table(paper, [{ title: '  name' }, { title: 'has' }], shown),
    ...(more === 0 ? [] : [paper.dim(`  and ${count(more, 'more name')}: --json has them all`)]),
    ...fold(paper, remedy, 2).map((line) => `  ${line}`),
  ]
}

/** With an empty line between any two. */
function apart(paragraphs: readonly (readonly string[])[]): string[] {
  return paragraphs.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
}

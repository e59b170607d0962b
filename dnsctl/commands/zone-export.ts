import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure, reasonOf } from '../../console/failure.ts'
import { count, fold, labelled, type Paper, printable } from '../../console/paper.ts'
import type { Configuration, ViewConfiguration, ZoneConfiguration } from '../../server/configuration/types.ts'
import type { ExportCount } from '../../zones/export/export-zone.ts'
import type { ChainKind } from '../../zones/export/exported.ts'
import { command } from '../command.ts'
import { findView, findZone, shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { openZones } from '../offline.ts'
import type { OfflineZone } from '../offline-zones.ts'
import { findState } from '../place.ts'
import type { ExportPlan } from '../zone-export.ts'

const CHAINS: readonly ChainKind[] = ['nsec', 'nsec3']
const DIGESTS = { sha384: [1], sha512: [2], both: [1, 2], off: [] } as const

export const zoneExportCommand = command({
  name: 'zone export',
  summary: 'write a zone for other servers, signed if wanted',
  description: [
    'Writes what a view sees of a zone as a zone file that any server loads, with the serial that veild gives it. Works on configuration, files and store as they are now; veild may run or not.',
    'With --signed the file is complete: DNSKEY, CDS and CDNSKEY as veild serves them, a real NSEC or NSEC3 chain, a signature of every algorithm over everything, and the digest of the whole zone (ZONEMD, RFC 8976). Export again, in time, when the zone has changed and before the signatures expire.',
    'A presigned zone is written as it is.',
  ],
  arguments: { ZONE: { summary: 'the zone', completes: 'zone' } },
  options: {
    view: {
      value: 'VIEW',
      summary: 'the view; by default the one for everybody, or the only one that has the zone',
      completes: 'view',
    },
    signed: { summary: 'sign the zone with its keys, which only the account of veild can open' },
    denial: { value: 'CHAIN', summary: 'nsec or nsec3, the default: how a signed zone denies', completes: CHAINS },
    zonemd: {
      value: 'DIGEST',
      summary: 'sha384, sha512, both or off; sha384 by default where signed, else off',
      completes: Object.keys(DIGESTS),
    },
    output: { value: 'FILE', summary: 'write to this file, all of it or nothing', short: 'o', completes: 'file' },
  },
  examples: [
    { line: 'zone export example.com --view public', summary: 'what strangers see, to standard output' },
    {
      line: 'zone export example.com --view public --signed --output example.com.signed',
      summary: 'a signed zone with an NSEC3 chain',
    },
    { line: 'zone export example.com --signed --denial nsec', summary: 'with an NSEC chain' },
  ],
  async run(context, input) {
    if (input.denial !== undefined && !input.signed) {
      throw usage('--denial does not go without --signed', 'Only a signed zone denies.')
    }
    const { configuration, zones, readFile } = await openZones(context, (each) => [findZone(each, input.ZONE)])
    const { zone, views } = zones[0]!
    const view = chooseView(configuration, zones[0]!, input.view)
    const projection = views.find((each) => each.view === view)!.projection!
    const chain = input.signed ? ((input.denial ?? 'nsec3') as ChainKind) : undefined
    if (chain !== undefined && projection.presigned === undefined) requireSigned(zone)
    const output = input.output === undefined ? undefined : outputPath(context, input.output)
    const { planExport } = await import('../zone-export.ts')
    const { openSealing } = await import('../keys/open-sealing.ts')
    const stateFolder = await findState(context)
    const plan = await planExport({
      configuration,
      zone,
      view,
      projection,
      chain,
      stateFolder,
      readFile,
      unseal: (store) => openSealing(context, stateFolder, store),
    })
    const counted = await startExport(plan, input.zonemd as keyof typeof DIGESTS | undefined)
    if (output !== undefined) await write(context, output, counted)
    const facts = () => ({ zone: zone.name, view, output, ...factsOf(plan, counted, chain) })
    return {
      exitCode: ExitCode.Done,
      // Read only for --json, and then the zone, for want of a file, stands in it.
      get data() {
        return output === undefined ? { text: [...counted.pieces].join(''), ...facts() } : facts()
      },
      notes: (paper) => plan.notes.flatMap((note) => fold(paper, `${paper.warn('note:')} ${printable(note)}`)),
      print: (paper) => (output === undefined ? [] : describe(paper, facts(), counted.count)),
      ...(output === undefined ? { text: counted.pieces } : {}),
    }
  },
})

function chooseView(configuration: Configuration, { zone, views }: OfflineZone, wanted: string | undefined): string {
  const having = views.map(({ view }) => view)
  if (wanted === undefined && having.length === 1) return having[0]!
  const open = configuration.views.filter((view) => having.includes(view.name) && isForEverybody(view))
  if (wanted === undefined && open.length === 1) return open[0]!.name
  if (wanted === undefined) {
    throw usage(
      `${shortName(zone.name)} is seen by ${count(having.length, 'view')}`,
      `--view names one: ${having.slice(0, 8).join(', ')}${having.length > 8 ? ' and others' : ''}.`,
    )
  }
  const view = findView(configuration, wanted)
  if (having.includes(view)) return view
  const what = `The view ${view} does not have ${zone.name}`
  throw new Failure({ exitCode: ExitCode.Refused, what, next: '`dnsctl view list`' })
}

/** What anybody may see may leave without being asked for by name. */
function isForEverybody({ clients, listen }: ViewConfiguration): boolean {
  return clients === undefined && listen === undefined
}

function requireSigned({ name, dnssec }: ZoneConfiguration): void {
  if (dnssec.kind === 'signed') return
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `${shortName(name)} is not signed here`,
    why: 'The configuration says `dnssec: off` of it, so it has no keys.',
    next: 'the same command without `--signed`, or let veild sign the zone',
  })
}

function usage(what: string, why: string): Failure {
  return new Failure({ exitCode: ExitCode.Usage, what, why, next: '`dnsctl zone export --help`' })
}

function outputPath(context: Context, file: string): string {
  const path = resolve(context.workingDirectory, file)
  if (statSync(path, { throwIfNoEntry: false })?.isFile() ?? true) return path
  throw new Failure({
    exitCode: ExitCode.File,
    what: `${path} is in the way: it is no file`,
    next: 'name another with `--output`; without it the zone goes to standard output',
  })
}

/** An export under way: its pieces, and what of it was made so far. */
interface CountedExport {
  readonly pieces: Iterable<string>
  readonly count: ExportCount
  readonly digests: readonly number[]
}

async function startExport(plan: ExportPlan, zonemd: keyof typeof DIGESTS | undefined): Promise<CountedExport> {
  const { createExportCount, exportZone } = await import('../../zones/export/export-zone.ts')
  const isPresigned = plan.source.projection.presigned !== undefined
  const digests = isPresigned ? [] : DIGESTS[zonemd ?? (plan.signing === undefined ? 'off' : 'sha384')]
  const counted = createExportCount()
  const pieces = exportZone(plan.source, { signing: plan.signing?.settings, digests }, counted)
  return { pieces, count: counted, digests }
}

/** Owners after which the person at the terminal learns of them. */
const PROGRESS_STEP = 1000

async function write({ progress }: Context, path: string, { pieces, count: counted }: CountedExport): Promise<void> {
  const { writeWhole } = await import('../../server/export-file.ts')
  try {
    await writeWhole(path, pieces, () => {
      if (counted.owners % PROGRESS_STEP !== 0) return
      progress?.(`${count(counted.owners, 'name')}, ${count(counted.signatures, 'signature')}`)
    })
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
    throw new Failure({ exitCode: ExitCode.File, what: `Cannot write ${path}`, why: reasonOf(error) })
  } finally {
    progress?.('')
  }
}

function factsOf({ source, signing, keys }: ExportPlan, { count: counted, digests }: CountedExport, chain?: ChainKind) {
  const { projection, serial } = source
  const time = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '')
  return {
    serial,
    presigned: projection.presigned !== undefined,
    signed: signing !== undefined || projection.presigned !== undefined,
    ...counted,
    zonemd: digests.length,
    ...(signing === undefined
      ? {}
      : {
          denial: chain,
          keys: keys!.keys.map(({ role, algorithm, keyTag }) => ({ role, algorithm, keyTag })),
          inception: time(signing.inception),
          expiration: time(signing.expiration),
          renewal: time(signing.renewal),
        }),
  }
}

type Facts = ReturnType<typeof factsOf> & {
  readonly zone: string
  readonly view: string
  readonly output: string | undefined
}

function describe(paper: Paper, facts: Facts, counted: ExportCount): string[] {
  const signing =
    facts.expiration === undefined
      ? []
      : [
          ['signatures', `${counted.signatures.toLocaleString('en-US')}, until ${facts.expiration}`] as const,
          ['renewal', `export again before ${facts.renewal}`] as const,
          ['denial', `${facts.denial!.toUpperCase()}, ${count(counted.denials, 'record')}`] as const,
        ]
  return [
    paper.good(`Wrote ${printable(facts.output!)}`),
    ...labelled(paper, [
      ['zone', `${printable(shortName(facts.zone))} as the view ${printable(facts.view)} sees it`],
      ['serial', String(facts.serial)],
      ['records', `${counted.records.toLocaleString('en-US')} of ${count(counted.owners, 'name')}`],
      ...signing,
    ]),
  ]
}

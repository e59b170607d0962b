import { Failure } from '../console/failure.ts'
import { nearest } from '../server/configuration/nearest.ts'
import type { Configuration, ZoneConfiguration } from '../server/configuration/types.ts'
import { type FileProblem, isError } from '../zones/file-problem.ts'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'
import { defaultState, requireConfiguration } from './place.ts'

/** A configuration file and what came of reading it. */
export interface ReadConfiguration {
  readonly path: string
  /** Undefined where it has errors. */
  readonly configuration: Configuration | undefined
  readonly problems: readonly FileProblem[]
}

/** Reads the configuration that the context names. The reader is loaded now: many commands never need it. */
export async function openConfiguration(context: Context): Promise<ReadConfiguration> {
  const { readConfiguration } = await import('../server/configuration/read.ts')
  const path = requireConfiguration(context)
  const reading = readConfiguration(path, defaultState())
  return reading.outcome === 'accepted'
    ? { path, configuration: reading.configuration, problems: reading.warnings }
    : { path, configuration: undefined, problems: reading.problems }
}

/** As `openConfiguration`, for commands that need one without errors. */
export async function openValidConfiguration(context: Context): Promise<Configuration> {
  const { path, configuration, problems } = await openConfiguration(context)
  if (configuration !== undefined) return configuration
  const first = problems.find(isError)
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `${path} has errors`,
    why: first && `The first, in line ${first.line}: found ${first.found}; expected ${first.expected}.`,
    next: `\`dnsctl config check --config ${path}\``,
  })
}

/** Names of the views, in order of the configuration. */
export function viewNames(configuration: Configuration): string[] {
  return configuration.views.map((view) => view.name)
}

/** The zone of that name, or the reason why not, with what was likely meant. */
export function findZone(configuration: Configuration, name: string): ZoneConfiguration {
  const wanted = name.toLowerCase().replace(/\.?$/, '.')
  const zone = configuration.zones.find((each) => each.name === wanted)
  if (zone !== undefined) return zone
  return unknown(
    'zone',
    name,
    configuration.zones.map((each) => shortName(each.name)),
  )
}

/** Checks the name of a view. */
export function findView(configuration: Configuration, name: string): string {
  const names = viewNames(configuration)
  return names.includes(name) ? name : unknown('view', name, names)
}

/** A name as people type it: without the dot at its end. */
export function shortName(name: string): string {
  return name.replace(/(.)\.$/, '$1')
}

function unknown(kind: 'zone' | 'view', name: string, known: readonly string[]): never {
  const meant = nearest(name, known)
  const shown = known.slice(0, 8).join(', ')
  const others = known.length > 8 ? ` and ${known.length - 8} more` : ''
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `There is no ${kind} ${name} in the configuration`,
    why:
      meant === undefined ? `It has ${known.length === 0 ? 'none' : `${shown}${others}`}.` : `Did you mean ${meant}?`,
    next: `\`dnsctl ${kind} list\``,
  })
}

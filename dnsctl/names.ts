import type { NameKind } from '../console/command.ts'
import { shortName } from './configuration.ts'
import { defaultState, findConfiguration } from './place.ts'

/** Names for the shell: RR types, and zones and views of the configuration that was named on the line. */
export async function namesOf(
  kind: NameKind,
  words: readonly string[],
  workingDirectory: string,
): Promise<[name: string, summary: string][]> {
  if (kind === 'type') {
    const { RR_TYPES, typeToText } = await import('../dns/rr/registry.ts')
    return [...RR_TYPES.keys()].map((type) => [typeToText(type), 'RR type'])
  }
  const path = findConfiguration({
    config: configurationOption(words),
    state: undefined,
    socket: undefined,
    workingDirectory,
    dialogue: undefined,
    progress: undefined,
  })
  const { readConfiguration } = await import('../server/configuration/read.ts')
  const reading = path === undefined ? undefined : readConfiguration(path, defaultState())
  if (reading?.outcome !== 'accepted') return []
  const { zones, views } = reading.configuration
  const names = kind === 'zone' ? zones.map(({ name }) => shortName(name)) : views.map(({ name }) => name)
  return names.map((name) => [name, kind])
}

function configurationOption(words: readonly string[]): string | undefined {
  const index = words.indexOf('--config')
  return index < 0 ? undefined : words[index + 1]
}

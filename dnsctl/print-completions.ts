import { COMMANDS } from './commands.ts'
import { complete } from './complete.ts'
import { shortName } from './configuration.ts'
import { defaultState, findConfiguration } from './place.ts'

/** Prints what may stand at the cursor, in the form that the scripts of shells.ts read. Says nothing when in doubt. */
export async function printCompletions(
  words: readonly string[],
  output: { readonly write: (text: string) => unknown },
  workingDirectory: string,
): Promise<void> {
  const completion = complete(COMMANDS, words)
  if (completion.kind === 'file' || completion.kind === 'directory') {
    output.write(`:${completion.kind}\n`)
    return
  }
  const candidates =
    completion.kind === 'words'
      ? completion.words
      : await namesOf(completion.of, configurationOption(words), workingDirectory)
  for (const [word, summary] of candidates) output.write(`${word}\t${summary}\n`)
}

async function namesOf(
  kind: 'zone' | 'view' | 'type',
  config: string | undefined,
  workingDirectory: string,
): Promise<[name: string, summary: string][]> {
  if (kind === 'type') {
    const { RR_TYPES, typeToText } = await import('../dns/rr/registry.ts')
    return [...RR_TYPES.keys()].map((type) => [typeToText(type), 'RR type'])
  }
  const path = findConfiguration({
    config,
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

import { RR_TYPES, typeToText } from '../dns/rr/registry.ts'
import { readConfiguration } from '../server/configuration/read.ts'
import { COMMANDS } from './commands.ts'
import { complete } from './complete.ts'
import { shortName } from './configuration.ts'
import { defaultState, findConfiguration } from './place.ts'

/** Prints what may stand at the cursor, in the form that the scripts of shells.ts read. Says nothing when in doubt. */
export function printCompletions(
  words: readonly string[],
  output: { readonly write: (text: string) => unknown },
  workingDirectory: string,
): void {
  const completion = complete(COMMANDS, words)
  if (completion.kind === 'file' || completion.kind === 'directory') {
    output.write(`:${completion.kind}\n`)
    return
  }
  const candidates =
    completion.kind === 'words'
      ? completion.words
      : namesOf(completion.of, configurationOption(words), workingDirectory).map(
          (name) => [name, completion.of] as const,
        )
  for (const [word, summary] of candidates) output.write(`${word}\t${summary}\n`)
}

function namesOf(
  kind: 'zone' | 'view' | 'type',
  config: string | undefined,
  workingDirectory: string,
): readonly string[] {
  if (kind === 'type') return [...RR_TYPES.keys()].map(typeToText)
  const path = findConfiguration({ config, state: undefined, socket: undefined, workingDirectory, dialogue: undefined })
  const reading = path === undefined ? undefined : readConfiguration(path, defaultState())
  if (reading?.outcome !== 'accepted') return []
  const { zones, views } = reading.configuration
  return kind === 'zone' ? zones.map(({ name }) => shortName(name)) : views.map(({ name }) => name)
}

function configurationOption(words: readonly string[]): string | undefined {
  const index = words.indexOf('--config')
  return index < 0 ? undefined : words[index + 1]
}

import { complete } from './complete.ts'
import type { ToolFacts } from './tool.ts'

/** Prints what may stand at the cursor, in the form that the scripts of shells.ts read. Says nothing when in doubt. */
export async function printCompletions(
  tool: ToolFacts,
  words: readonly string[],
  output: { readonly write: (text: string) => unknown },
  workingDirectory: string,
): Promise<void> {
  const completion = complete(tool, words)
  if (completion.kind === 'file' || completion.kind === 'directory') {
    output.write(`:${completion.kind}\n`)
    return
  }
  const candidates =
    completion.kind === 'words' ? completion.words : await tool.namesOf(completion.of, words, workingDirectory)
  for (const [word, summary] of candidates) output.write(`${word}\t${summary}\n`)
}

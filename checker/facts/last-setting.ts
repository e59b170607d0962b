import { cite, type Evidence, placeIn } from '../judging/judgement.ts'
import type { Host } from './host.ts'
import { linesOf, readIfThere } from './read-lines.ts'

export interface LastSetting {
  readonly value: string
  readonly evidence: Evidence
}

/** The first group of `pattern` in the last line of a file that it matches: what counts where a later line wins. */
export function lastSetting(host: Host, path: string, pattern: RegExp): LastSetting | undefined {
  const file = readIfThere(host.root, path)
  const line = file === undefined ? undefined : linesOf(file).findLast(({ text }) => pattern.test(text))
  if (file === undefined || line === undefined) return undefined
  return { value: pattern.exec(line.text)![1]!, evidence: cite(placeIn(file, line.number)) }
}

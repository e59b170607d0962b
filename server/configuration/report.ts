import type { FileProblem } from '../../zones/file-problem.ts'
import type { ConfigurationDocument, Path, Place } from './document.ts'

/** What a check says of one place, without the place. */
export interface Finding {
  readonly severity?: 'warning'
  /** The rule of the leak lint that it comes from. */
  readonly rule?: string
  readonly found: string
  readonly expected: string
  readonly remedy: string
}

/** Collects the problems of one configuration with their places. */
export interface Report {
  /** Path of the document: what is relative in it starts at its folder. */
  readonly file: string
  readonly problems: FileProblem[]
  at(path: Path, finding: Finding): void
  atKey(path: Path, key: string, finding: Finding): void
}

/** An empty report on the document, which knows the places. */
export function createReport(document: ConfigurationDocument): Report {
  const problems: FileProblem[] = []
  const add = (place: Place, finding: Finding): void => {
    problems.push({ severity: 'error', file: document.file, ...place, ...finding })
  }
  return {
    file: document.file,
    problems,
    at: (path, finding) => add(document.locate(path), finding),
    atKey: (path, key, finding) => add(document.locateKey(path, key), finding),
  }
}

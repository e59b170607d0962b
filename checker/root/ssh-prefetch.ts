import { LEFT_OUT, MANIFEST } from './manifest.ts'

/*
 * What every look at a host goes through, so that it is asked for at once and not folder by folder. It is a matter of time
 * alone: what is missing here is fetched when it is wanted.
 */

/** Mail and logs may be there by the hundred thousand. */
const TOO_MANY = ['/var/spool', '/var/log']

/** Folders that are gone through to the bottom: those whose files are all read as text. */
export const TREES: readonly string[] = textPatterns()
  .filter((pattern) => pattern.endsWith('/**'))
  .map((pattern) => pattern.slice(0, -'/**'.length))
  .filter(isExact)

/** Folders whose names are wanted. */
export const FOLDERS: readonly string[] = [
  ...new Set(
    MANIFEST.map(({ pattern }) => pattern.slice(0, pattern.indexOf('*')))
      .filter((start) => start.endsWith('/') && start !== '/')
      .map((start) => start.slice(0, -1))
      .filter((folder) => !TREES.includes(folder) && !TOO_MANY.some((below) => folder.startsWith(below))),
  ),
]

/** What in a tree is not gone through. */
export const PRUNED: readonly string[] = LEFT_OUT.filter((pattern) => pattern.endsWith('/**'))
  .map((pattern) => pattern.slice(0, -'/**'.length))
  .filter(isExact)

function textPatterns(): readonly string[] {
  return MANIFEST.filter(({ content }) => content === 'text').map(({ pattern }) => pattern)
}

function isExact(path: string): boolean {
  return !path.includes('*')
}

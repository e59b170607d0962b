import type { Root } from '../root/root.ts'

/** Paths that a pattern with `*`, `?` and `[…]` in its components matches (glob(7)), sorted; hidden names only where asked for. */
export function glob(root: Root, pattern: string): readonly string[] {
  let paths = ['']
  for (const component of pattern.split('/').slice(1)) {
    paths = /[*?[]/.test(component)
      ? paths.flatMap((folder) =>
          namesLike(root, folder === '' ? '/' : folder, component).map((name) => `${folder}/${name}`),
        )
      : paths.map((folder) => `${folder}/${component}`)
  }
  return paths.filter((path) => root.status(path === '' ? '/' : path).outcome === 'found').sort()
}

/** Names in a folder; none where it is not there. */
export function namesIn(root: Root, folder: string): readonly string[] {
  const listing = root.list(folder)
  return listing.outcome === 'listed' ? listing.names : []
}

/** Whether a regular file or a folder stands at the path. */
export function exists(root: Root, path: string): boolean {
  return root.status(path).outcome === 'found'
}

/** The path with `.` and `..` worked out, by the letter, links not looked at. */
export function normalized(path: string): string {
  const done: string[] = []
  for (const component of path.split('/')) {
    if (component === '..') done.pop()
    else if (component !== '' && component !== '.') done.push(component)
  }
  return `/${done.join('/')}`
}

/** A path as a configuration file in `folder` means it. */
export function relativeTo(folder: string, path: string): string {
  return normalized(path.startsWith('/') ? path : `${folder}/${path}`)
}

function namesLike(root: Root, folder: string, component: string): readonly string[] {
  const pattern = partsOf(component)
  return namesIn(root, folder).filter((name) => fits(pattern, name) && (component[0] === '.' || name[0] !== '.'))
}

/** A piece of a component: any run of letters, or one letter of a kind. */
type Part = 'any' | ((letter: string) => boolean)

function partsOf(component: string): readonly Part[] {
  return [...component.matchAll(/\*+|\?|\[!?\]?[^\]]*\]|./gsu)].map(([token]): Part => {
    if (token[0] === '*') return 'any'
    if (token === '?') return () => true
    return token.length > 2 && token[0] === '[' ? oneOf(token) : (letter) => letter === token
  })
}

/** `[a-z]`, `[!a-z]`. */
function oneOf(token: string): (letter: string) => boolean {
  const isOthers = token[1] === '!'
  const ranges = [...token.slice(isOthers ? 2 : 1, -1).matchAll(/(.)-(.)|./gsu)]
  const isIn = (letter: string) =>
    ranges.some(([one, low, high]) => (low === undefined ? letter === one : letter >= low && letter <= high!))
  return (letter) => isIn(letter) !== isOthers
}

/** Goes back to the last `*` alone where a letter does not fit: no name makes it take more than its length times the pattern's. */
function fits(pattern: readonly Part[], name: string): boolean {
  const letters = [...name]
  let [part, at, lastAny, resume] = [0, 0, -1, 0]
  while (at < letters.length) {
    const now = pattern[part]
    if (now === 'any') {
      lastAny = part++
      resume = at
    } else if (now?.(letters[at]!) === true) {
      part++
      at++
    } else if (lastAny >= 0) {
      part = lastAny + 1
      at = ++resume
    } else return false
  }
  return pattern.slice(part).every((rest) => rest === 'any')
}

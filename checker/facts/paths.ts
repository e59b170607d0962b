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
  const expression = expressionOf(component)
  return namesIn(root, folder).filter((name) => expression.test(name) && (component[0] === '.' || name[0] !== '.'))
}

/** One component as a regular expression: runs of `*` count as one, so that matching stays linear in practice. */
function expressionOf(component: string): RegExp {
  const source = component.replace(/\*+/g, '*').replace(/\[!?[^\]]*\]|[*?]|[.+^${}()|\\]|\[/g, (token) => {
    if (token === '*') return '[^/]*'
    if (token === '?') return '[^/]'
    if (token.length > 1) return token.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
    return `\\${token}`
  })
  try {
    return new RegExp(`^${source}$`)
  } catch {
    return /^(?!)/
  }
}

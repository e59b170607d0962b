/** What stands at a path, links not followed; undefined where nothing does. */
export type Look = (
  path: string,
) => { readonly type: 'link'; readonly to: string } | { readonly type: 'other' } | undefined

const MOST_LINKS = 40

/**
 * The path with every link in it followed, as a process would see it whose root is this root: an absolute link starts
 * again at the root, and `..` at the root stays there. undefined where a component is missing.
 *
 * @throws an error with code `ELOOP` after 40 links
 */
export function resolveInside(path: string, look: Look): string | undefined {
  const waiting = path.split('/').reverse()
  const done: string[] = []
  let links = 0
  while (waiting.length > 0) {
    const component = waiting.pop()!
    if (component === '' || component === '.') continue
    if (component === '..') {
      done.pop()
      continue
    }
    const at = `/${[...done, component].join('/')}`
    const seen = look(at)
    if (seen === undefined) return undefined
    if (seen.type === 'other') {
      done.push(component)
      continue
    }
    links++
    if (links > MOST_LINKS) throw Object.assign(new Error(`too many links: ${path}`), { code: 'ELOOP' })
    if (seen.to.startsWith('/')) done.length = 0
    waiting.push(...seen.to.split('/').reverse())
  }
  return `/${done.join('/')}`
}

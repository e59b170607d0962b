/** Which files a reader still follows: none from inside itself, and not more than so many in all. */
export interface Includes {
  /** Reads by `read` unless the file is one that is being read, or there were too many. */
  readonly within: (path: string, read: () => void) => void
}

const MOST_FILES = 512
const MOST_DEPTH = 16

export function createIncludes(): Includes {
  const open = new Set<string>()
  let files = 0
  return {
    within: (path, read) => {
      if (open.has(path) || open.size >= MOST_DEPTH || files >= MOST_FILES) return
      files++
      open.add(path)
      read()
      open.delete(path)
    },
  }
}

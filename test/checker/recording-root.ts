import type { Root } from '../../checker/root/root.ts'

/** A root that notes which files were read as text, in the order in which they first were. */
export function createRecordingRoot(root: Root): { readonly root: Root; readonly read: ReadonlySet<string> } {
  const read = new Set<string>()
  return {
    root: {
      ...root,
      read: (path, most) => {
        const reading = root.read(path, most)
        if (reading.outcome === 'read') read.add(path)
        return reading
      },
    },
    read,
  }
}

/** The root with another text in one file. */
export function withText(root: Root, path: string, text: string): Root {
  return {
    ...root,
    read: (asked, most) =>
      asked === path ? { outcome: 'read', path, text, sha256: '', redacted: false } : root.read(asked, most),
  }
}

import { appendPrefixTrie, findPrefixValue, type PrefixEntry } from '../guard/prefix-trie.ts'
import type { ViewConfiguration } from './configuration/types.ts'
import type { ViewSelection } from './generation.ts'

/**
 * Compiles which client gets which view. At each listener the views bound to it are asked first, then the views bound
 * to none; in each set the longest client prefix wins, among equal ones the first in order of configuration, and a
 * view without clients takes whoever is left. Tries are laid out as guard/prefix-trie.ts says; their values are
 * indexes of views.
 */
export function compileViewSelection(views: readonly ViewConfiguration[], listeners: number): ViewSelection {
  const words: number[] = []
  const roots = new Int32Array(2 * listeners)
  const unbound = appendViews(words, views, (view) => view.listen === undefined)
  for (let listener = 0; listener < listeners; listener++) {
    roots[2 * listener] = appendViews(words, views, (view) => view.listen?.includes(listener) ?? false)
    roots[2 * listener + 1] = unbound
  }
  return { words: Int32Array.from(words), roots }
}

/** Index of the view of the client whose address stands at `sourceStart`, or -1: no view is for it. Allocates nothing. */
export function selectView(
  selection: ViewSelection,
  listener: number,
  source: Uint8Array,
  sourceStart: number,
): number {
  for (let root = 2 * listener; root < 2 * listener + 2; root++) {
    const trie = selection.roots[root]!
    const view = trie < 0 ? -1 : findPrefixValue(selection.words, trie, source, sourceStart)
    if (view >= 0) return view
  }
  return -1
}

function appendViews(
  words: number[],
  views: readonly ViewConfiguration[],
  belongs: (view: ViewConfiguration) => boolean,
): number {
  const entries = views.flatMap((view, value): PrefixEntry[] => {
    if (!belongs(view)) return []
    return view.clients?.map((prefix) => ({ prefix, value })) ?? [{ prefix: undefined, value }]
  })
  return entries.length === 0 ? -1 : appendPrefixTrie(words, entries)
}

import { NOTHING_DECLARED } from '../declarations/declarations.ts'
import { createRounds } from '../judging/rounds.ts'
import { createAsked } from '../root/asked.ts'
import type { Wanted } from '../root/collect-bundle.ts'
import { LEFT_OUT, MANIFEST } from '../root/manifest.ts'
import type { Root } from '../root/root.ts'
import type { Context } from './context.ts'
import type { OpenedRoot } from './look-at.ts'

/**
 * What goes into a bundle of a system: the manifest, and whatever controls look at beyond it because a configuration of this
 * system names it. What it returns may be called again with more of the same system.
 */
export function wantedByControls(context: Context): (opened: OpenedRoot) => readonly Wanted[] {
  const rounds = createRounds([...context.controls.values()], context.judges)
  const declared = { ...NOTHING_DECLARED, profile: 'large' as const }
  const beyond = new Map<string, Wanted>()
  return ({ root, at }) => {
    rounds.judge({ root: notingRoot(root, beyond), now: at, declared, observations: [] })
    return [...MANIFEST, ...beyond.values()]
  }
}

function notingRoot(root: Root, beyond: Map<string, Wanted>): Root {
  const known = askedIn(() => true)
  const knownTexts = askedIn(({ content }) => content === 'text')
  const note = (pattern: string, content: Wanted['content']) => {
    // A name that says more than itself in a pattern is left to the manifest.
    if (!/[*]|\/\.\.?(?:\/|$)/.test(pattern.replace(/\/\*$/, '')))
      beyond.set(`${pattern}\n${JSON.stringify(content)}`, { pattern, content })
  }
  return {
    ...root,
    status: (path) => {
      if (!known.wasAskedFor(path)) note(path, 'status')
      return root.status(path)
    },
    link: (path) => {
      if (!known.wasAskedFor(path)) note(path, 'status')
      return root.link(path)
    },
    read: (path, most) => {
      if (!knownTexts.wasAskedFor(path)) note(path, 'text')
      return root.read(path, most)
    },
    list: (path) => {
      if (!known.wasListed(path)) note(`${path === '/' ? '' : path}/*`, 'status')
      return root.list(path)
    },
    octets: (path, most) => {
      if (!known.wasAskedFor(path)) note(path, { octets: most })
      return root.octets(path, most)
    },
    digest: (path) => {
      if (!known.wasAskedFor(path)) note(path, 'digest')
      return root.digest(path)
    },
  }
}

function askedIn(isMeant: (wanted: Wanted) => boolean) {
  const leftOut = LEFT_OUT.map((pattern) => `!${pattern}`)
  return createAsked([...MANIFEST.filter(isMeant).map(({ pattern }) => pattern), ...leftOut])
}

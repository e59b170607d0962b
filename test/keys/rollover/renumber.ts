/*
 * Names of keys say in which order keys of a kind were made, and nothing else: worlds that differ in them alone are alike.
 */
import type { RolloverKey, Transition } from '../../../keys/rollover/key-state.ts'
import type { Held } from './caches.ts'
import type { Served } from './served.ts'
import { namesOf, namesText } from './validator.ts'
import type { World } from './world.ts'

/** The world in which the keys of each role and algorithm are 1, 2, 3 in order; keys that are but remembered come after them. */
export function renumbered<W extends World>(world: W): W {
  if (isInOrder(world.keys)) return world
  const names = newNames(world)
  const rename = (name: string): string => names.get(name) ?? name
  const { keys, parent, stale, others, caches, lastStep, backup, bundle } = world
  const text = (generation: string): string =>
    generation
      .split('|')
      .map((names) => namesText(namesOf(names).map(rename)))
      .join('|')
  const held = (generations: Held): Held =>
    generations.map(([generation, left]) => [text(generation), left] as const).sort(byGeneration)
  const served = ({ keySet, data, asked, ...ttls }: Served): Served => ({
    ...{ keySet: text(keySet), data: text(data), asked: asked === undefined ? undefined : text(asked) },
    ...ttls,
  })
  const renamed = (each: readonly RolloverKey[]) => each.map((key) => renamedKey(key, rename))
  return {
    ...world,
    keys: renamed(keys),
    parent: parent.map(text).sort(),
    stale: stale.map(served),
    others: others.map(served),
    caches: {
      ds: held(caches.ds),
      keySets: held(caches.keySets),
      data: held(caches.data),
      asked: held(caches.asked),
    },
    lastStep: lastStep.map((step): Transition => ({ ...step, key: rename(step.key) })),
    ...(backup === undefined ? {} : { backup: renamed(backup) }),
    ...(bundle === undefined ? {} : { bundle: text(bundle) }),
  }
}

/** A name that no key has, and none that anybody remembers. */
export function newName(world: World, kind: string): { readonly id: string; readonly keyTag: number } {
  const names = new Set(rememberedNames(world))
  for (let number = 1; ; number++) {
    if (!names.has(`${kind}.${number}`)) return { id: `${kind}.${number}`, keyTag: number }
  }
}

function isInOrder(keys: World['keys']): boolean {
  const counts = new Map<string, number>()
  return keys.every(({ id }) => {
    const [kind, number] = id.split('.') as [string, string]
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    return count === Number(number)
  })
}

function newNames(world: World): Map<string, string> {
  const counts = new Map<string, number>()
  const names = new Map<string, string>()
  for (const name of [...world.keys.map(({ id }) => id), ...rememberedNames(world).sort()]) {
    const [kind, number] = name.split('.') as [string, string?]
    if (names.has(name) || number === undefined) continue
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    names.set(name, `${kind}.${count}`)
  }
  return names
}

function rememberedNames({ keys, parent, stale, others, caches, lastStep, backup = [], bundle }: World): string[] {
  const text = JSON.stringify([keys, parent, stale, others, caches, lastStep, backup, bundle])
  return [...new Set(text.match(/[a-z]+\d+\.\d+/g) ?? [])]
}

function renamedKey(key: RolloverKey, rename: (name: string) => string): RolloverKey {
  const id = rename(key.id)
  return {
    ...{ ...key, id, keyTag: Number(id.split('.')[1]) },
    ...(key.replaces !== undefined && { replaces: rename(key.replaces) }),
  }
}

function byGeneration([one]: readonly [string, number], [other]: readonly [string, number]): number {
  return one < other ? -1 : 1
}

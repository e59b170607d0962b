import { type Place, placeIn } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import { fact } from './fact.ts'
import { createIncludes, type Includes } from './includes.ts'
import { exists, glob } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

export interface RedisSetting {
  readonly words: readonly string[]
  readonly at: Place
}

const PATHS = ['/etc/redis/redis.conf', '/etc/valkey/valkey.conf', '/etc/redis.conf']

/** Settings of Redis or Valkey by name, with what is included: the last wins. Undefined where there is no file. */
export const redis = fact('redis', ({ root }): ReadonlyMap<string, RedisSetting> | undefined => {
  const path = PATHS.find((each) => exists(root, each))
  if (path === undefined) return undefined
  const settings = new Map<string, RedisSetting>()
  addFile(root, path, settings, createIncludes())
  return settings
})

function addFile(root: Root, path: string, settings: Map<string, RedisSetting>, includes: Includes): void {
  includes.within(path, () => addFileOnce(root, path, settings, includes))
}

function addFileOnce(root: Root, path: string, settings: Map<string, RedisSetting>, includes: Includes): void {
  const file = readIfThere(root, path)
  if (file === undefined) return
  for (const { text, number } of linesOf(file)) {
    const [name = '', ...words] = text
      .trim()
      .split(/\s+/)
      .map((word) => word.replace(/^(["'])(.*)\1$/, '$2'))
    const key = name.toLowerCase()
    if (key === 'include') for (const each of glob(root, words[0] ?? '')) addFile(root, each, settings, includes)
    else settings.set(key, { words, at: placeIn(file, number) })
  }
}

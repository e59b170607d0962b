import { type Place, placeIn } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import { namesIn } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

export interface IniSetting {
  readonly value: string
  readonly at: Place
}

/**
 * Settings of one section of a file of systemd and its drop-ins (`NAME.d/*.conf` of /etc, /run and /usr/lib): the last wins.
 */
export function settingsIn(root: Root, path: string, section: string): ReadonlyMap<string, IniSetting> {
  const below = path.replace(/^\/etc\//, '')
  const dropIns = new Map<string, string>()
  for (const folder of ['/usr/lib', '/run', '/etc']) {
    for (const name of namesIn(root, `${folder}/${below}.d`)) {
      if (name.endsWith('.conf')) dropIns.set(name, `${folder}/${below}.d/${name}`)
    }
  }
  const files = [path, ...[...dropIns].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each)]
  const settings = new Map<string, IniSetting>()
  for (const file of files.flatMap((each) => readIfThere(root, each) ?? [])) {
    let current = ''
    for (const { text, number } of linesOf(file, '#;')) {
      const heading = /^\s*\[([^\]]+)\]\s*$/.exec(text)?.[1]
      if (heading !== undefined) current = heading
      const [, key, value] = /^\s*([\w.-]+)\s*=\s*(.*?)\s*$/.exec(text) ?? []
      if (key !== undefined && current === section) settings.set(key, { value: value!, at: placeIn(file, number) })
    }
  }
  return settings
}

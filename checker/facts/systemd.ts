import { type Place, placeIn } from '../judging/judgement.ts'
import type { ReadFile, Root } from '../root/root.ts'
import { factOfParts, partsBy } from './fact.ts'
import { namesIn } from './paths.ts'
import { readIfThere } from './read-lines.ts'

export interface Setting {
  readonly value: string
  readonly at: Place
}

/** A unit as systemd would load it: its file, and the drop-ins over it. */
export interface Unit {
  readonly name: string
  readonly path: string
  /** Linked to /dev/null: it cannot be started. */
  readonly isMasked: boolean
  /** Links in `*.wants` and `*.requires` that start it at boot, or make its timer run. */
  readonly wantedBy: readonly string[]
  /** Values of a setting, in order; an empty assignment took back those before it (systemd.syntax(7)). */
  readonly all: (section: string, key: string) => readonly Setting[]
  /** The last value of a setting. */
  readonly last: (section: string, key: string) => Setting | undefined
}

export interface Systemd {
  /** Undefined where there is no such unit. `ssh` means `ssh.service`; instances find their template. */
  readonly unit: (name: string) => Unit | undefined
  /** Every unit file by name, in all folders. */
  readonly names: readonly string[]
  /** The unit is there, not masked, and something starts it: a link, its own timer, or its socket. */
  readonly isEnabled: (name: string) => boolean
}

/** Folders of units, the first wins (systemd.unit(5)). */
const FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
]

/** Units with their drop-ins, and what starts them. Each unit is a part: one that may not be read leaves the others known. */
export const systemd = factOfParts('systemd', ({ root }) => {
  const wants = readWants(root)
  const listed = new Map(FOLDERS.map((folder) => [folder, new Set(namesIn(root, folder))]))
  const names = [...new Set([...listed.values()].flatMap((each) => [...each].filter(isUnitName)))].sort()
  const units = partsBy('unit', (host, name) => readUnit(host.root, name, { wants, listed }))
  return (asker): Systemd => {
    const unit = (word: string) => asker.get(units(word.includes('.') ? word : `${word}.service`))
    return { unit, names, isEnabled: (word) => isEnabled(unit, word) }
  }
})

function isEnabled(unit: Systemd['unit'], word: string): boolean {
  const found = unit(word)
  if (found === undefined || found.isMasked) return false
  if (found.wantedBy.length > 0) return true
  const stem = found.name.replace(/\.service$/, '')
  return (
    found.name.endsWith('.service') && ['timer', 'socket', 'path'].some((type) => isEnabled(unit, `${stem}.${type}`))
  )
}

const isUnitName = (name: string) => /\.(service|timer|socket|mount|path|target|automount|swap|slice)$/.test(name)

function readWants(root: Root): ReadonlyMap<string, readonly string[]> {
  const wants = new Map<string, string[]>()
  for (const folder of FOLDERS) {
    for (const name of namesIn(root, folder)) {
      if (!/\.(wants|requires)$/.test(name)) continue
      for (const unit of namesIn(root, `${folder}/${name}`)) {
        wants.set(unit, [...(wants.get(unit) ?? []), `${folder}/${name}/${unit}`])
      }
    }
  }
  return wants
}

interface Shared {
  readonly wants: ReadonlyMap<string, readonly string[]>
  /** Names in each folder of units, in their order. */
  readonly listed: ReadonlyMap<string, ReadonlySet<string>>
}

function readUnit(root: Root, name: string, { wants, listed }: Shared): Unit | undefined {
  const template = name.replace(/@[^@]*(\.[a-z]+)$/, '@$1')
  const paths = [name, template].flatMap((each) => pathsOf(listed, each))
  const found = firstUnit(root, paths)
  if (found === undefined) return undefined
  const { path, main } = found
  const files = main === undefined ? [] : [main, ...dropInsOf(root, [name, template], listed)]
  const settings = new Map<string, Setting[]>()
  for (const file of files) readSettings(file, settings)
  const all = (section: string, key: string) => settings.get(`${section}.${key}`) ?? []
  return {
    name,
    path,
    isMasked: main === undefined,
    wantedBy: [...(wants.get(name) ?? [])],
    all,
    last: (section, key) => all(section, key).at(-1),
  }
}

/** The first that is a file, or a link to /dev/null: then there is nothing to read. */
function firstUnit(root: Root, paths: readonly string[]): { path: string; main: ReadFile | undefined } | undefined {
  for (const path of paths) {
    if (root.link(path) === '/dev/null') return { path, main: undefined }
    const main = readIfThere(root, path)
    if (main !== undefined) return { path, main }
  }
  return undefined
}

/** Where a file or a folder of that name is; one that is not listed need not be looked for. */
function pathsOf(listed: Shared['listed'], name: string): readonly string[] {
  return [...listed].flatMap(([folder, names]) => (names.has(name) ? [`${folder}/${name}`] : []))
}

/** Drop-ins of all folders, by file name; of two of one name the folder that comes first counts. */
function dropInsOf(
  root: Root,
  [name, template]: readonly [string, string],
  listed: Shared['listed'],
): readonly ReadFile[] {
  const type = name.slice(name.lastIndexOf('.') + 1)
  const byName = new Map<string, string>()
  for (const owner of [name, template, type]) {
    for (const folder of pathsOf(listed, `${owner}.d`)) {
      for (const file of namesIn(root, folder)) {
        if (file.endsWith('.conf') && !byName.has(file)) byName.set(file, `${folder}/${file}`)
      }
    }
  }
  return [...byName.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, path]) => readIfThere(root, path) ?? [])
}

function readSettings(file: ReadFile, settings: Map<string, Setting[]>): void {
  let section = ''
  for (const { text, line } of joinedLines(file.text)) {
    const heading = /^\[(.+)\]$/.exec(text)?.[1]
    if (heading !== undefined) {
      section = heading
      continue
    }
    const cut = text.indexOf('=')
    if (cut < 0) continue
    const key = `${section}.${text.slice(0, cut).trim()}`
    const value = text.slice(cut + 1).trim()
    if (value === '') settings.set(key, [])
    else settings.set(key, [...(settings.get(key) ?? []), { value, at: placeIn(file, line) }])
  }
}

/** A backslash at the end joins lines; comments between are left out. */
function joinedLines(text: string): readonly { readonly text: string; readonly line: number }[] {
  const lines: { text: string; line: number }[] = []
  let isOpen = false
  for (const [index, raw] of text.split('\n').entries()) {
    const trimmed = raw.trim()
    if (trimmed === '' || trimmed[0] === '#' || trimmed[0] === ';') {
      if (trimmed === '') isOpen = false
      continue
    }
    const goesOn = trimmed.endsWith('\\')
    const part = goesOn ? trimmed.slice(0, -1).trimEnd() : trimmed
    if (isOpen) lines.at(-1)!.text += ` ${part}`
    else lines.push({ text: part, line: index + 1 })
    isOpen = goesOn
  }
  return lines
}

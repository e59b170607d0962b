import { relativeTo } from '../facts/paths.ts'
import type { Root } from '../root/root.ts'
import type { Change } from './remedied-root.ts'
import type { Step } from './step.ts'

/** Ids as Debian gives them; a name that is not here is one that a package makes, and gets an id of its own. */
const IDS: Readonly<Record<string, number>> = { root: 0, daemon: 1, adm: 4, mail: 8, 'www-data': 33, nobody: 65534 }

/** Applies steps to changes that lie over a root; `root` already shows what was applied. */
export function createChanges(root: Root, changes: Map<string, Change>): (step: Step) => void {
  const apply = (step: Step): void => {
    if ('file' in step) {
      const content = step.content.endsWith('\n') ? step.content : `${step.content}\n`
      changes.set(realPath(root, step.file), { type: 'file', text: content, ...bits(step.mode ?? '0644', step.owner) })
    } else if ('append' in step) rewrite(root, changes, step.append, (text) => appended(text, step.lines))
    else if ('edit' in step) rewrite(root, changes, step.edit, (text) => edited(text, step.replace, step.with))
    else if ('postconf' in step) {
      for (const [name, value] of Object.entries(step.postconf)) {
        rewrite(root, changes, '/etc/postfix/main.cf', (text) => withParameter(text, name, value))
      }
    } else if ('link' in step) changes.set(step.link, { type: 'link', to: step.to })
    else if ('remove' in step) changes.set(step.remove, { type: 'gone' })
    else if ('folder' in step) changes.set(step.folder, { type: 'directory', ...bits(step.mode ?? '0755', step.owner) })
    else if ('chmod' in step) rewrite(root, changes, step.chmod, (text) => text, bits(step.mode, step.owner))
    else if ('enable' in step)
      for (const path of wantsOf(root, step.enable)) changes.set(path, linkTo(root, step.enable))
    else if ('disable' in step) for (const path of wantsOf(root, step.disable)) changes.set(path, { type: 'gone' })
    else if ('install' in step) {
      rewrite(root, changes, '/var/lib/dpkg/status', (text) => withPackages(text, step.install))
      for (const brought of step.brings ?? []) apply(brought)
    } else if ('run' in step) for (const led of step.leads ?? []) apply(led)
  }
  return apply
}

function rewrite(
  root: Root,
  changes: Map<string, Change>,
  path: string,
  change: (text: string) => string,
  attributes?: { readonly mode: number; readonly uid: number; readonly gid: number },
): void {
  const status = root.status(path)
  const now = status.outcome === 'found' ? status : { mode: 0o644, uid: 0, gid: 0, type: 'file' as const }
  const { mode, uid, gid } = attributes ?? now
  if (now.type === 'directory') {
    changes.set(realPath(root, path), { type: 'directory', mode, uid, gid })
    return
  }
  const reading = root.read(path)
  const text = change(reading.outcome === 'read' ? reading.text : '')
  changes.set(realPath(root, path), { type: 'file', text, mode, uid, gid })
}

/** The path with one link at its end followed: an edited file stays where the link leads. */
function realPath(root: Root, path: string): string {
  const to = root.link(path)
  if (to === undefined) return path
  return relativeTo(path.slice(0, path.lastIndexOf('/')), to)
}

function bits(
  mode: string,
  owner: string | undefined,
): { readonly mode: number; readonly uid: number; readonly gid: number } {
  const [user = 'root', group = user] = owner?.split(':') ?? []
  return { mode: Number.parseInt(mode, 8), uid: idOf(user), gid: idOf(group) }
}

function idOf(name: string): number {
  return IDS[name] ?? 100 + ([...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 800)
}

function appended(text: string, lines: readonly string[]): string {
  const present = new Set(text.split('\n'))
  const body = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return (
    body +
    lines
      .filter((line) => !present.has(line))
      .map((line) => `${line}\n`)
      .join('')
  )
}

/** As `sed -E` does: the first match in each line, `\1`, `\n` and `&` in what stands for it. */
function edited(text: string, pattern: string, replacement: string): string {
  const expression = new RegExp(pattern)
  const stands = replacement
    .replaceAll('$', '$$$$')
    .replace(/\\(\d)/g, '$$$1')
    .replace(/\\n/g, '\n')
    .replace(/(?<!\\)&/g, '$$&')
  return text
    .split('\n')
    .map((line) => line.replace(expression, stands))
    .join('\n')
}

function withParameter(text: string, name: string, value: string): string {
  const kept: string[] = []
  let skipping = false
  for (const line of text.split('\n')) {
    if (/^\s+\S/.test(line) && skipping) continue
    skipping = new RegExp(`^${name}\\s*=`).test(line)
    if (!skipping) kept.push(line)
  }
  return appended(kept.join('\n'), [`${name} = ${value}`])
}

const UNIT_FOLDERS = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system']

function unitFile(root: Root, unit: string): string | undefined {
  const template = unit.replace(/@[^.]*\./, '@.')
  return UNIT_FOLDERS.flatMap((folder) => [`${folder}/${unit}`, `${folder}/${template}`]).find(
    (path) => root.read(path).outcome === 'read',
  )
}

/** The links that `systemctl enable` makes, after the unit's [Install]. */
function wantsOf(root: Root, name: string): string[] {
  const unit = unitNamed(name)
  const path = unitFile(root, unit)
  const reading = path === undefined ? undefined : root.read(path)
  const text = reading?.outcome === 'read' ? reading.text : '[Install]\nWantedBy=multi-user.target'
  return [...text.matchAll(/^(Wanted|Required)By=(.*)$/gm)].flatMap((match) =>
    match[2]!
      .split(/\s+/)
      .filter(Boolean)
      .map((target) => {
        const folder = match[1] === 'Wanted' ? 'wants' : 'requires'
        return `/etc/systemd/system/${target}.${folder}/${unit}`
      }),
  )
}

/** As systemctl takes it: what names no kind of unit is a service, `php8.2-fpm` too. */
function unitNamed(name: string): string {
  return /\.(?:service|socket|timer|path|mount|target)$/.test(name) ? name : `${name}.service`
}

function linkTo(root: Root, name: string): Change {
  const unit = unitNamed(name)
  return { type: 'link', to: unitFile(root, unit) ?? `/lib/systemd/system/${unit}` }
}

function withPackages(text: string, names: readonly string[]): string {
  const present = new Set([...text.matchAll(/^Package: (.*)$/gm)].map((match) => match[1]))
  const stanzas = names
    .filter((name) => !present.has(name))
    .map((name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n`)
  return `${text.trimEnd()}\n\n${stanzas.join('')}`
}

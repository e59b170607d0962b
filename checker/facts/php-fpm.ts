import type { Place } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { exists, glob, namesIn, relativeTo } from './paths.ts'
import { type IniLine, iniLines, type PhpSetting, phpSetting, readPhpIni } from './php-ini.ts'
import { systemd } from './systemd.ts'

/** A directive of PHP as the scripts of a pool meet it. */
export interface PoolDirective extends PhpSetting {
  /** `admin` cannot be changed by a script or a .user.ini, all others can, as far as the directive itself allows it. */
  readonly set: 'admin' | 'pool' | 'ini' | 'compiled'
}

export interface FpmPool {
  readonly name: string
  /** `pool www`; with the version where several are installed. */
  readonly subject: string
  /** `8.2`; empty where the distribution has one only. */
  readonly version: string
  readonly unit: string
  /** Its first line. */
  readonly at: Place
  /** The file in which the pool begins. */
  readonly file: string
  /** A directive of the pool itself: `pm.max_children`. */
  readonly setting: (key: string) => { readonly value: string; readonly at: Place } | undefined
  readonly php: (name: string) => PoolDirective
}

interface Layout {
  readonly version: string
  readonly unit: string
  readonly main: string
  readonly ini: readonly string[]
}

const MOST_INCLUDED = 512
const MOST_DEPTH = 8

/** Pools of every php-fpm that something starts (Debian's /etc/php/VERSION/fpm, RHEL's /etc/php-fpm.conf). */
export const fpmPools = fact('php-fpm', (host): readonly FpmPool[] => {
  const layouts = layoutsOf(host).filter(({ main, unit }) => {
    return exists(host.root, main) && host.get(systemd).isEnabled(unit)
  })
  return layouts.flatMap((layout) => poolsOf(host, layout, layouts.length > 1))
})

/** Files of a SAPI in the order in which PHP reads them: php.ini, then conf.d by name. */
export function iniFilesOf(host: Host, folder: string): readonly string[] {
  const below = namesIn(host.root, `${folder}/conf.d`).filter((name) => name.endsWith('.ini'))
  return [`${folder}/php.ini`, ...below.map((name) => `${folder}/conf.d/${name}`)]
}

/** What a relative `listen` or `chroot` means, and `$pool` in any value. */
export function poolPath(pool: FpmPool, key: string): string | undefined {
  const value = pool.setting(key)?.value ?? ''
  if (value === '') return undefined
  const prefix = pool.setting('prefix')?.value ?? ''
  return value.startsWith('/') || prefix === '' ? value : relativeTo(prefix, value.replace(/^\$prefix\/?/, ''))
}

function layoutsOf(host: Host): readonly Layout[] {
  const debian = namesIn(host.root, '/etc/php').map((version) => ({
    version,
    unit: `php${version}-fpm.service`,
    main: `/etc/php/${version}/fpm/php-fpm.conf`,
    ini: iniFilesOf(host, `/etc/php/${version}/fpm`),
  }))
  const below = namesIn(host.root, '/etc/php.d').filter((name) => name.endsWith('.ini'))
  const ini = ['/etc/php.ini', ...below.map((name) => `/etc/php.d/${name}`)]
  return [...debian, { version: '', unit: 'php-fpm.service', main: '/etc/php-fpm.conf', ini }]
}

function poolsOf(host: Host, layout: Layout, isOneOfMany: boolean): readonly FpmPool[] {
  const ini = readPhpIni(host.root, layout.ini)
  const byName = new Map<string, IniLine[]>()
  for (const line of withIncludes(host, layout.main)) {
    if (line.section === '' || line.section.toLowerCase() === 'global') continue
    const lines = byName.get(line.section)
    if (lines === undefined) byName.set(line.section, [line])
    else lines.push(line)
  }
  return [...byName].map(([name, lines]) => {
    const last = new Map(lines.map((line) => [line.key, { ...line, value: line.value.replaceAll('$pool', name) }]))
    return {
      name,
      subject: isOneOfMany ? `pool ${name} (PHP ${layout.version})` : `pool ${name}`,
      version: layout.version,
      unit: layout.unit,
      at: lines[0]!.at,
      file: lines[0]!.at.path,
      setting: (key: string) => last.get(key),
      php: (directive: string) => directiveOf(last, ini, directive),
    }
  })
}

/** The pool's own words go before php.ini's; functions that are switched off add up. */
function directiveOf(
  pool: ReadonlyMap<string, IniLine>,
  ini: ReadonlyMap<string, PhpSetting>,
  name: string,
): PoolDirective {
  const own = (kinds: readonly string[]) => kinds.flatMap((kind) => pool.get(`${kind}[${name}]`) ?? []).at(-1)
  const below = phpSetting(ini, name) ?? { value: '', at: undefined }
  const admin = own(['php_admin_value', 'php_admin_flag'])
  const set = admin ?? own(['php_value', 'php_flag'])
  if (set === undefined) return { ...below, set: below.at === undefined ? 'compiled' : 'ini' }
  const value = name === 'disable_functions' && below.value !== '' ? `${below.value},${set.value}` : set.value
  return { value, at: set.at, set: admin === undefined ? 'pool' : 'admin' }
}

/** Lines of php-fpm.conf with what it includes in place; a section goes on over the end of a file that is included. */
function withIncludes(host: Host, path: string): readonly IniLine[] {
  const lines: IniLine[] = []
  let included = 0
  const read = (file: string, section: string, depth: number): string => {
    let current = section
    for (const line of iniLines(host.root, file)) {
      if (line.section !== '') current = line.section
      if (line.key !== 'include') {
        lines.push({ ...line, section: current })
        continue
      }
      if (depth === 0 || included++ >= MOST_INCLUDED) continue
      for (const each of glob(host.root, line.value)) {
        if (included++ < MOST_INCLUDED) current = read(each, current, depth - 1)
      }
    }
    return current
  }
  read(path, '', MOST_DEPTH)
  return lines
}

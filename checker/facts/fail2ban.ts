import type { Place } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { type IniSections, readIniFiles, resolveOption } from './ini.ts'
import { packages } from './packages.ts'
import { exists, glob, namesIn } from './paths.ts'
import { systemd } from './systemd.ts'

export interface NamedWithOptions {
  readonly name: string
  readonly options: ReadonlyMap<string, string>
}

/** A jail as fail2ban would start it. */
export interface Jail {
  readonly name: string
  readonly isEnabled: boolean
  /** Where it is switched on or off. */
  readonly at: Place | undefined
  readonly filter: NamedWithOptions
  readonly actions: readonly NamedWithOptions[]
  /** `systemd` reads the journal, anything else files. */
  readonly backend: string
  readonly logPaths: readonly string[]
  /** Log files that are there; not looked for where the jail is off. */
  readonly logFiles: readonly string[]
  readonly setting: (key: string) => { readonly value: string; readonly at: Place } | undefined
}

export interface Fail2ban {
  readonly jails: ReadonlyMap<string, Jail>
  /** Why the daemon would not start at all: one jail without a log stops them all (fail2ban 0.10 and later). */
  readonly startError: { readonly jail: Jail; readonly why: string } | undefined
  /** Whether the service is enabled. */
  readonly isEnabled: boolean
}

const FOLDER = '/etc/fail2ban'

/** fail2ban's jails with includes, `.local` files and interpolation; undefined where it is not configured. */
export const fail2ban = fact('fail2ban', (host): Fail2ban | undefined => {
  if (!exists(host.root, `${FOLDER}/jail.conf`) && !exists(host.root, `${FOLDER}/jail.local`)) return undefined
  const sections = readJails(host)
  const names = [...sections.keys()].filter((name) => name !== 'DEFAULT' && name !== 'INCLUDES')
  const jails = new Map(names.map((name) => [name, readJail(host, sections, name)]))
  const startError = [...jails.values()].filter((jail) => jail.isEnabled).flatMap((jail) => problemOf(host, jail))[0]
  return { jails, startError, isEnabled: host.get(systemd).isEnabled('fail2ban') }
})

/** jail.conf, jail.d/*.conf, jail.local, jail.d/*.local, in that order (jail.conf(5)). */
function readJails(host: Host): IniSections {
  const parts = namesIn(host.root, `${FOLDER}/jail.d`)
  const of = (ending: string) => parts.filter((name) => name.endsWith(ending)).map((name) => `${FOLDER}/jail.d/${name}`)
  return readIniFiles(host.root, [`${FOLDER}/jail.conf`, ...of('.conf'), ...of('.local')])
}

function readJail(host: Host, sections: IniSections, name: string): Jail {
  const setting = (key: string) => resolveOption(sections, name, key)
  const enabled = setting('enabled')
  const isEnabled = /^(true|yes|on|1)$/i.test(enabled?.value ?? '')
  const logPaths = words(setting('logpath')?.value).filter((word) => word.startsWith('/'))
  return {
    name,
    isEnabled,
    at: enabled?.at,
    filter: withOptions(setting('filter')?.value ?? name)[0] ?? { name, options: new Map() },
    actions: withOptions(setting('action')?.value ?? ''),
    backend: (setting('backend')?.value ?? 'auto').replace(/\[.*$/s, '').trim(),
    logPaths,
    logFiles: isEnabled ? logPaths.flatMap((path) => glob(host.root, path)) : [],
    setting,
  }
}

function problemOf(host: Host, jail: Jail): readonly { readonly jail: Jail; readonly why: string }[] {
  if (jail.backend === 'systemd') {
    if (host.get(packages).has('python3-systemd')) return []
    return [{ jail, why: 'it reads the journal, for which python3-systemd is missing' }]
  }
  if (jail.logFiles.length > 0) return []
  const named = jail.logPaths.length === 0 ? 'no log file is named for it' : `${jail.logPaths.join(', ')} is not there`
  return [{ jail, why: named }]
}

function words(value: string | undefined): readonly string[] {
  return (value ?? '').split(/\s+/).filter((word) => word !== '')
}

/** `name[key=value, other="a, b"]`, one a line. */
function withOptions(value: string): readonly NamedWithOptions[] {
  return [...value.matchAll(/([\w-]+)(?:\[((?:"[^"]*"|'[^']*'|[^\]"'])*)\])?/g)].map((match) => ({
    name: match[1]!,
    options: new Map(
      [...(match[2] ?? '').matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,\]]*))/g)].map((option) => [
        option[1]!,
        (option[2] ?? option[3] ?? option[4] ?? '').trim(),
      ]),
    ),
  }))
}

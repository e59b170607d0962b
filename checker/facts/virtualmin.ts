import { cite, type Evidence, type Place, placeIn } from '../judging/judgement.ts'
import { cronJobs } from './cron.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { glob } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

/** Virtualmin, as its module of Webmin is configured. */
export interface Virtualmin {
  readonly at: Place
  readonly setting: (key: string) => { readonly value: string; readonly at: Place } | undefined
  readonly backups: readonly VirtualminBackup[]
}

/** A backup that is set up; `schedule` is what starts it. */
export interface VirtualminBackup {
  /** Paths of the host and URLs. */
  readonly destinations: readonly string[]
  readonly at: Place
  readonly schedule: Evidence | undefined
}

type Settings = ReadonlyMap<string, { readonly value: string; readonly at: Place }>

const FOLDER = '/etc/webmin/virtual-server'
/** The backup of the module's own configuration has no file, and this number. */
const FIRST = '1'

/** Virtualmin; undefined where there is none. */
export const virtualmin = fact('Virtualmin', (host): Virtualmin | undefined => {
  const file = readIfThere(host.root, `${FOLDER}/config`)
  if (file === undefined) return undefined
  const settings = settingsOf(host, file.path)
  const schedules = schedulesOf(host)
  const first = backupOf(settings, 'backup_dest', schedules.get(FIRST))
  const others = glob(host.root, `${FOLDER}/backups/*`).map((path) => {
    const id = path.slice(path.lastIndexOf('/') + 1)
    return backupOf(settingsOf(host, path), 'dest', schedules.get(id))
  })
  return {
    at: placeIn(file, 1),
    setting: (key) => settings.get(key),
    backups: [first, ...others].filter((each) => each !== undefined),
  }
})

function settingsOf(host: Host, path: string): Settings {
  const file = readIfThere(host.root, path)
  const settings = new Map<string, { readonly value: string; readonly at: Place }>()
  for (const { text, number } of file === undefined ? [] : linesOf(file)) {
    const cut = text.indexOf('=')
    if (cut > 0) settings.set(text.slice(0, cut), { value: text.slice(cut + 1).trim(), at: placeIn(file!, number) })
  }
  return settings
}

/** `dest`, and `dest1` and so on for further places. */
function backupOf(settings: Settings, key: string, schedule: Evidence | undefined): VirtualminBackup | undefined {
  const set = settings.get(key)
  if (set === undefined || set.value === '') return undefined
  const more = [...settings].filter(
    ([name, { value }]) => name.startsWith(key) && /^\d+$/.test(name.slice(key.length)) && value !== '',
  )
  return {
    destinations: [set.value, ...more.map(([, { value }]) => value)],
    at: set.at,
    schedule,
  }
}

/** Jobs of cron, and of Webmin's own (webmincron), that run backup.pl, by the id that they name; without one it is the first. */
function schedulesOf(host: Host): ReadonlyMap<string, Evidence> {
  const idIn = (words: string) => /--id\s+(\d+)/.exec(words)?.[1] ?? FIRST
  const ofCron = host
    .get(cronJobs)
    .filter(({ command }) => command.includes('virtual-server/backup.pl'))
    .map(({ command, at }) => [idIn(command), cite(at)] as const)
  const ofWebmin = glob(host.root, '/etc/webmin/webmincron/crons/*.cron').flatMap((path) => {
    const settings = settingsOf(host, path)
    const words = [...settings].flatMap(([name, { value }]) => (/^arg\d+$/.test(name) ? [value] : []))
    const module = settings.get('module')
    const isMeant = module?.value === 'virtual-server' && words[0] === 'backup.pl'
    return isMeant ? [[idIn(words.join(' ')), cite(module.at)] as const] : []
  })
  return new Map([...ofWebmin, ...ofCron])
}

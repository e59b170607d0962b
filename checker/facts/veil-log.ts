import { nameLine } from '../../server/guard/notice-log.ts'
import { formatForPeople, type LogForm } from '../../server/log-line.ts'
import { cite, type Evidence } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Jail } from './fail2ban.ts'
import type { Host } from './host.ts'
import { processes } from './processes.ts'
import { readIfThere } from './read-lines.ts'
import { systemd, type Unit } from './systemd.ts'

/** Where veild writes its log. */
export type LogPlace =
  | { readonly kind: 'journal'; readonly unit: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'nowhere' }
  /** Something else takes it, and where it ends no file says. */
  | { readonly kind: 'elsewhere'; readonly what: string }

/** The log of veild on this host. */
export interface VeilLog {
  readonly form: LogForm
  readonly place: LogPlace
  /** What stands in front of its lines in the journal: SYSLOG_IDENTIFIER. */
  readonly identifier: string
  readonly evidence: readonly Evidence[]
}

/** A question for a honey name, as veild tells of it. */
export interface HoneyQuestion {
  readonly zone: string
  readonly view: string
  readonly name: string
  readonly address: string
  readonly isProved: boolean
}

const PROGRAM = /(?:^|\/)veild(?:\.js)?$/
/** `@`, `-`, `:`, `+`, `!`: how systemd is told to start a program (systemd.service(5), "Command lines"). */
const PREFIXES = /^[@\-:+!|]+/

/** Where veild writes: as the running one does, else as its unit says; undefined where nothing starts it here. */
export const veilLog = fact('log of Veil', (host): VeilLog | undefined => {
  const unit = unitOf(host)
  const running = placeOfRunning(host, unit)
  if (unit === undefined) return running === undefined ? undefined : { form: 'json', identifier: 'veild', ...running }
  const start = unit.last('Service', 'ExecStart')!
  const words = start.value.split(/\s+/)
  const form = /\s--log[= ]human\b/.test(start.value) ? 'human' : 'json'
  const named = unit.last('Service', 'SyslogIdentifier')?.value
  const identifier = named ?? (words[0] ?? '').replace(PREFIXES, '').replace(/^.*\//, '')
  const output = unit.last('Service', 'StandardOutput')
  const isInShell = /[>|]|\bsh\s+-\w*c\b/.test(start.value)
  const place: LogPlace = isInShell ? { kind: 'elsewhere', what: 'a shell' } : placeOf(unit, output?.value ?? 'journal')
  const evidence = [cite(start.at), ...(output === undefined ? [] : [cite(output.at)])]
  if (running === undefined) return { form, identifier, place, evidence }
  return { form, identifier, place: running.place, evidence: [...evidence, ...running.evidence] }
})

function unitOf(host: Host): Unit | undefined {
  const units = host.get(systemd)
  const starts = (name: string) =>
    /(?:^|[\s/"'])veild(?:\.js)?(?:[\s"']|$)/.test(units.unit(name)?.last('Service', 'ExecStart')?.value ?? '')
  const services = units.names.filter((name) => name.endsWith('.service') && !name.includes('@'))
  const found = services.filter(starts)
  return units.unit(found.find((name) => units.isEnabled(name)) ?? found[0] ?? '')
}

/** systemd.exec(5), "StandardOutput=". */
function placeOf({ name }: Unit, output: string): LogPlace {
  const [, path] = /^(?:file|append|truncate):(\/.*)$/.exec(output) ?? []
  if (path !== undefined) return { kind: 'file', path }
  if (/^(?:journal|syslog|inherit)(?:\+console)?$/.test(output)) return { kind: 'journal', unit: name }
  return output === 'null' ? { kind: 'nowhere' } : { kind: 'elsewhere', what: output }
}

/** Where the standard output of a veild that runs leads, where that can be seen and is no socket of the journal. */
function placeOfRunning(host: Host, unit: Unit | undefined): Pick<VeilLog, 'place' | 'evidence'> | undefined {
  for (const { pid, uid, words } of host.get(processes)) {
    if (!words.slice(0, 2).some((word) => PROGRAM.test(word))) continue
    if (uid !== 0 && unit !== undefined && isOfAnother(host, pid, unit)) continue
    const path = `/proc/${pid}/fd/1`
    const to = host.root.link(path)
    if (to === undefined || to.startsWith('socket:')) continue
    const evidence: readonly Evidence[] = [{ source: 'status', path, excerpt: `leads to ${to}` }]
    if (to === '/dev/null') return { place: { kind: 'nowhere' }, evidence }
    if (!to.startsWith('/') || to.startsWith('/dev/')) return { place: { kind: 'elsewhere', what: to }, evidence }
    return { place: { kind: 'file', path: to }, evidence }
  }
  return undefined
}

/** Anybody can call a process of his veild, but not start it in its unit (cgroups(7), /proc/[pid]/cgroup). */
function isOfAnother(host: Host, pid: number, { name }: Unit): boolean {
  const cgroup = readIfThere(host.root, `/proc/${pid}/cgroup`)?.text ?? ''
  const units = [...cgroup.matchAll(/\/([^/\n]{1,255}\.(?:service|scope))(?=[/\n]|$)/g)].map(([, unit]) => unit)
  return units.length > 0 && !units.includes(name)
}

/** The line that veild writes of it, as the jail's filter gets it: without the date in a file, with the sender in the journal. */
export function honeyLine({ form, identifier }: VeilLog, jail: Jail, question: HoneyQuestion): string {
  const isJournal = jail.backend === 'systemd'
  const { facts, message } = nameLine({ kind: 'honey-asked', at: 0, type: 1, times: 1, ...question })
  const time = isJournal || form === 'human' ? '2026-11-25T13:05:23.123Z' : ''
  const entry = JSON.stringify({ level: 'warn', time, pid: 4711, ...facts, msg: message })
  const line = form === 'json' ? entry : formatForPeople(entry).trimEnd()
  if (isJournal) return `host ${identifier}[4711]: ${line}`
  return form === 'json' ? line : line.replace(/^[\d:]+ /, '')
}

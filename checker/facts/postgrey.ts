import type { Evidence } from '../judging/judgement.ts'
import { cite, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { listenerOf } from './smtp-path.ts'
import { systemd } from './systemd.ts'
import { placeOfUnit } from './unit-evidence.ts'

export interface Postgrey {
  readonly isEnabled: boolean
  /** As smtp-path.ts says them; empty where its options name none, for then it does not start. */
  readonly listeners: readonly string[]
  readonly evidence: readonly Evidence[]
  /** What lets everybody through at once: a delay of nothing, or a line of its lists of clients that fits all. */
  readonly letsAll: Evidence | undefined
}

const UNIT = 'postgrey.service'

/** postgrey(8): whether it starts, and where it listens; undefined where it is not installed. */
export const postgrey = fact('postgrey', (host): Postgrey | undefined => {
  const units = host.get(systemd)
  const unit = units.unit(UNIT)
  if (unit === undefined) return undefined
  const file = [...unit.all('Service', 'EnvironmentFile')]
    .map(({ value }) => readIfThere(host.root, value.replace(/^-/, '')))
    .findLast((each) => each !== undefined)
  const option = file === undefined ? undefined : linesOf(file).findLast(({ text }) => /^\s*POSTGREY_OPTS=/.test(text))
  const words = `${unit.last('Service', 'ExecStart')?.value ?? ''} ${option?.text.replace(/^\s*POSTGREY_OPTS=/, '') ?? ''}`
  const listeners = [...words.matchAll(/--(inet|unix)[= ]([^\s"']+)/g)].map(([, type, where]) =>
    listenerOf(`${type}:${where}`),
  )
  const evidence = [...placeOfUnit(host, UNIT), ...(option === undefined ? [] : [cite(placeIn(file!, option.number))])]
  const isImmediate = /--delay[= ]0(?:\s|["']|$)/.test(words)
  const at = isImmediate && option !== undefined ? cite(placeIn(file!, option.number)) : undefined
  return { isEnabled: units.isEnabled(UNIT), listeners, evidence, letsAll: at ?? fitsAll(host) }
})

const ALL_CLIENTS = /^\s*(?:\/\^?(?:\.\*)?\$?\/|0\.0\.0\.0\/0|::\/0|\.)\s*(?:#.*)?$/

/** A line of whitelist_clients (postgrey(8)) that fits every client. */
function fitsAll(host: Host): Evidence | undefined {
  return ['/etc/postgrey/whitelist_clients', '/etc/postgrey/whitelist_clients.local'].flatMap((path) => {
    const list = readIfThere(host.root, path)
    const line = list === undefined ? undefined : linesOf(list).find(({ text }) => ALL_CLIENTS.test(text))
    return line === undefined ? [] : [cite(placeIn(list!, line.number))]
  })[0]
}

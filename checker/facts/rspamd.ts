import type { Evidence } from '../judging/judgement.ts'
import { citeFile } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { readIfThere } from './read-lines.ts'
import { listenerOf } from './smtp-path.ts'
import { systemd } from './systemd.ts'
import { merged, objectOf, readUcl, type UclObject, type UclValue, wordOf } from './ucl.ts'
import { placeOfUnit } from './unit-evidence.ts'

export interface Rspamd {
  readonly isEnabled: boolean
  /** Where its proxy takes messages from Postfix, as smtp-path.ts says it; undefined where it is no milter. */
  readonly milter: string | undefined
  readonly evidence: readonly Evidence[]
}

export interface RspamdModule {
  readonly settings: UclObject
  readonly isEnabled: boolean
  readonly evidence: readonly Evidence[]
}

const UNIT = 'rspamd.service'
const FOLDER = '/etc/rspamd'
const PROXY_SOCKET = 'localhost:11332'

/** rspamd's service and its milter; undefined where it is not installed. */
export const rspamd = fact('rspamd', (host): Rspamd | undefined => {
  const units = host.get(systemd)
  if (units.unit(UNIT) === undefined) return undefined
  const proxy = layersOf(host, [
    `${FOLDER}/worker-proxy.inc`,
    `${FOLDER}/local.d/worker-proxy.inc`,
    `${FOLDER}/override.d/worker-proxy.inc`,
  ])
  const socket = firstWord(proxy.settings.get('bind_socket')) ?? PROXY_SOCKET
  const isMilter = isTrue(wordOf(proxy.settings.get('milter')))
  const milter = isMilter ? listenerOf(socket.startsWith('/') ? socket.split(' ')[0]! : `inet:${socket}`) : undefined
  return {
    isEnabled: units.isEnabled(UNIT),
    milter,
    evidence: [...placeOfUnit(host, UNIT), ...proxy.evidence.slice(-1)],
  }
})

/** A module of rspamd: what modules.d says, local.d over it, and override.d over both. */
export function rspamdModule(host: Host, name: string): RspamdModule {
  const base = layersOf(host, [`${FOLDER}/modules.d/${name}.conf`])
  const own = layersOf(host, [`${FOLDER}/local.d/${name}.conf`, `${FOLDER}/override.d/${name}.conf`])
  const settings = merged(objectOf(base.settings.get(name)), own.settings)
  const isEnabled = base.evidence.length > 0 && !isFalse(wordOf(settings.get('enabled')))
  return { settings, isEnabled, evidence: [...base.evidence, ...own.evidence].slice(-2) }
}

/** The Redis that a module keeps its state in: its own, else that of all; without one it does nothing. */
export function hasRedis(host: Host, module: RspamdModule): boolean {
  const redis = rspamdModule(host, 'redis').settings
  return [module.settings, redis].some((settings) => settings.has('servers') || settings.has('write_servers'))
}

function layersOf(host: Host, paths: readonly string[]): { settings: UclObject; evidence: readonly Evidence[] } {
  let settings: UclObject = new Map()
  const evidence: Evidence[] = []
  for (const path of paths) {
    const file = readIfThere(host.root, path)
    if (file === undefined) continue
    settings = merged(settings, readUcl(file.text))
    evidence.push(citeFile(file, 'read as a layer of this setting'))
  }
  return { settings, evidence }
}

const isTrue = (word: string | undefined) => word !== undefined && /^(?:yes|true|on)$/i.test(word)
const isFalse = (word: string | undefined) => word !== undefined && /^(?:no|false|off)$/i.test(word)

function firstWord(value: UclValue | undefined): string | undefined {
  return wordOf(Array.isArray(value) ? (value as readonly UclValue[])[0] : value)
}

import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { packages } from './packages.ts'
import { glob } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { systemd } from './systemd.ts'

export interface PortSentry {
  readonly isStarted: boolean
  /** Settings of portsentry.conf and of /etc/default/portsentry: `BLOCK_TCP`, `TCP_MODE`. */
  readonly settings: ReadonlyMap<string, { readonly value: string; readonly at: Place }>
  /** Addresses that it never acts against. */
  readonly ignored: readonly string[]
}

/** PortSentry, where its package is installed. */
export const portsentry = fact('PortSentry', (host): PortSentry | undefined => {
  if (!host.get(packages).has('portsentry')) return undefined
  const settings = new Map<string, { readonly value: string; readonly at: Place }>()
  for (const path of ['/etc/portsentry/portsentry.conf', '/etc/default/portsentry']) {
    const file = readIfThere(host.root, path)
    for (const { text, number } of file === undefined ? [] : linesOf(file)) {
      const [, name, value] = /^\s*([A-Z_]+)\s*=\s*"([^"]*)"/.exec(text) ?? []
      if (name !== undefined) settings.set(name, { value: value!, at: placeIn(file!, number) })
    }
  }
  const list = readIfThere(host.root, '/etc/portsentry/portsentry.ignore.static')
  return {
    isStarted: glob(host.root, '/etc/rc2.d/S*portsentry').length > 0 || host.get(systemd).isEnabled('portsentry'),
    settings,
    ignored: list === undefined ? [] : linesOf(list).map(({ text }) => text.trim()),
  }
})

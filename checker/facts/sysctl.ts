import { cite, type Evidence, type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { namesIn } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

export interface Sysctl {
  readonly value: string
  readonly at: Place
}

/** Folders of sysctl.d(5): of two files of one name that of the first counts. */
const FOLDERS = ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d', '/lib/sysctl.d']

/**
 * Kernel settings that boot sets, by name with dots. Files count in the order of their names, whatever their folder; what a
 * later one says wins, and a name with a `-` before it is set like any other (sysctl.d(5)).
 */
const sysctls = fact('sysctl', ({ root }): ReadonlyMap<string, Sysctl> => {
  const files = new Map<string, string>()
  for (const folder of FOLDERS) {
    for (const name of namesIn(root, folder)) {
      if (name.endsWith('.conf') && !files.has(name)) files.set(name, `${folder}/${name}`)
    }
  }
  const paths = [...files].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, path]) => path)
  const settings = new Map<string, Sysctl>()
  for (const file of paths.flatMap((path) => readIfThere(root, path) ?? [])) {
    for (const { text, number } of linesOf(file, '#;')) {
      const [, name, value] = /^\s*-?([\w./*-]+)\s*=(.*)$/.exec(text) ?? []
      if (name !== undefined) settings.set(dotted(name), { value: value!.trim(), at: placeIn(file, number) })
    }
  }
  return settings
})

/** A name whose first separator is a slash is written with slashes: `net/ipv4/conf/eth0.1/rp_filter`. */
function dotted(name: string): string {
  return /^[^./]*\//.test(name) ? name.replace(/[./]/g, (mark) => (mark === '/' ? '.' : '/')) : name
}

export interface KernelSetting {
  readonly value: string
  readonly evidence: Evidence
  readonly isLive: boolean
}

/** A kernel setting as it is now, and as boot sets it; neither where nothing tells it, then the kernel's default holds. */
export function kernelSetting(
  host: Host,
  name: string,
): { readonly live: KernelSetting | undefined; readonly boot: KernelSetting | undefined } {
  const live = readIfThere(host.root, `/proc/sys/${name.replaceAll('.', '/')}`)
  const boot = host.get(sysctls).get(name)
  return {
    live: live === undefined ? undefined : { value: live.text.trim(), evidence: cite(placeIn(live, 1)), isLive: true },
    boot: boot === undefined ? undefined : { value: boot.value, evidence: cite(boot.at), isLive: false },
  }
}

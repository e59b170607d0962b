import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { readIfThere } from './read-lines.ts'

export interface InstalledPackage {
  readonly name: string
  readonly version: string
  readonly at: Place
}

/** Debian packages whose state is "installed", by name (dpkg(1), /var/lib/dpkg/status). */
export const packages = fact('packages', (host): ReadonlyMap<string, InstalledPackage> => {
  const found = new Map<string, InstalledPackage>()
  const file = readIfThere(host.root, '/var/lib/dpkg/status')
  if (file === undefined) return found
  let current: { name: string; line: number; isInstalled: boolean; version: string } | undefined
  const keep = () => {
    if (current?.isInstalled) {
      found.set(current.name, { name: current.name, version: current.version, at: placeIn(file, current.line) })
    }
  }
  for (const [index, line] of file.text.split('\n').entries()) {
    const [, field, value] = /^(Package|Status|Version): (.*)$/.exec(line) ?? []
    if (field === 'Package') {
      keep()
      current = { name: value!, line: index + 1, isInstalled: false, version: '' }
    } else if (field === 'Status' && current !== undefined) current.isInstalled = value!.endsWith(' installed')
    else if (field === 'Version' && current !== undefined) current.version = value!
  }
  keep()
  return found
})

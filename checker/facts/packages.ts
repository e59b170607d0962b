import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { readIfThere } from './read-lines.ts'

export interface InstalledPackage {
  readonly name: string
  readonly version: string
  readonly at: Place
  /** Somebody keeps it at this version (apt-mark hold). */
  readonly isHeld: boolean
}

/** Debian packages whose state is "installed", by name (dpkg(1), /var/lib/dpkg/status). */
export const packages = fact('packages', (host): ReadonlyMap<string, InstalledPackage> => {
  const found = new Map<string, InstalledPackage>()
  const file = readIfThere(host.root, '/var/lib/dpkg/status')
  if (file === undefined) return found
  let current: { name: string; line: number; isInstalled: boolean; isHeld: boolean; version: string } | undefined
  const keep = () => {
    if (current?.isInstalled) {
      const { name, version, line, isHeld } = current
      found.set(name, { name, version, at: placeIn(file, line), isHeld })
    }
  }
  for (const [index, line] of file.text.split('\n').entries()) {
    const [, field, value] = /^(Package|Status|Version): (.*)$/.exec(line) ?? []
    if (field === 'Package') {
      keep()
      current = { name: value!, line: index + 1, isInstalled: false, isHeld: false, version: '' }
    } else if (field === 'Status' && current !== undefined) {
      current.isInstalled = value!.endsWith(' installed')
      current.isHeld = value!.startsWith('hold ')
    } else if (field === 'Version' && current !== undefined) current.version = value!
  }
  keep()
  return found
})

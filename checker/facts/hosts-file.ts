import { isIP } from 'node:net'
import { fact } from './fact.ts'
import { linesOf, readIfThere } from './read-lines.ts'

/** Addresses by name, in lower case, of both families (hosts(5)). */
export const hostsFile = fact('hosts file', ({ root }): ReadonlyMap<string, readonly string[]> => {
  const file = readIfThere(root, '/etc/hosts')
  const addresses = new Map<string, string[]>()
  for (const { text } of file === undefined ? [] : linesOf(file)) {
    const [address = '', ...names] = text.replace(/#.*$/, '').trim().split(/\s+/)
    if (isIP(address) === 0) continue
    for (const name of names) {
      const known = addresses.get(name.toLowerCase())
      if (known === undefined) addresses.set(name.toLowerCase(), [address])
      else known.push(address)
    }
  }
  return addresses
})

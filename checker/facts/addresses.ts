import { fact } from './fact.ts'
import { isPublicAddress } from './prefixes.ts'
import { readIfThere } from './read-lines.ts'

/** Addresses of the host's interfaces (proc(5): fib_trie, if_inet6). */
export const ownAddresses = fact('addresses', ({ root }): readonly string[] => {
  const found = new Set<string>()
  let last = ''
  for (const line of readIfThere(root, '/proc/net/fib_trie')?.text.split('\n') ?? []) {
    const address = /\|-- (\d+\.\d+\.\d+\.\d+)/.exec(line)?.[1]
    if (address !== undefined) last = address
    else if (/\/32 host LOCAL/.test(line)) found.add(last)
  }
  for (const line of readIfThere(root, '/proc/net/if_inet6')?.text.split('\n') ?? []) {
    const digits = /^([0-9a-f]{32})\s/.exec(line)?.[1]
    if (digits !== undefined) found.add(shortest(digits))
  }
  return [...found]
})

/** Whether the world can reach the host: by an address of an interface, or one that is declared (1:1 NAT). */
export const hasPublicAddress = fact(
  'public address',
  (host): boolean => host.declared.publicAddresses.length > 0 || host.get(ownAddresses).some(isPublicAddress),
)

function shortest(digits: string): string {
  const url = new URL(`http://[${digits.match(/.{4}/g)!.join(':')}]`)
  return url.hostname.slice(1, -1)
}

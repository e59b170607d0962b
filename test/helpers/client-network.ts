import { execFileSync, spawnSync } from 'node:child_process'

/** A network beside the one that this process is in, with addresses of its own, joined to it by one link. */
export interface ClientNetwork {
  /** Runs a program there. */
  run(command: string, ...args: readonly string[]): { readonly status: number | null; readonly stdout: string }
  /** Ends it, by its name. */
  remove(): void
}

export interface ClientNetworkOptions {
  /** Addresses with their prefix lengths: of this end, and of the other. */
  readonly here: readonly string[]
  readonly there: readonly string[]
}

const ENVIRONMENT = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }

/** Makes the network; for a process that is in a network of its own, see own-network.ts. */
export function createClientNetwork({ here, there }: ClientNetworkOptions): ClientNetwork {
  const name = `veil-client-${process.pid}`
  const ip = (...args: string[]) => execFileSync('ip', args, { env: ENVIRONMENT })
  ip('netns', 'add', name)
  try {
    ip('link', 'add', 'veil0', 'type', 'veth', 'peer', 'name', 'veil1', 'netns', name)
    for (const address of here) ip('addr', 'add', address, 'dev', 'veil0', ...ready(address))
    for (const address of there) ip('-n', name, 'addr', 'add', address, 'dev', 'veil1', ...ready(address))
    ip('link', 'set', 'veil0', 'up')
    ip('-n', name, 'link', 'set', 'veil1', 'up')
    ip('-n', name, 'link', 'set', 'lo', 'up')
  } catch (error) {
    ip('netns', 'del', name)
    throw error
  }
  return {
    run: (command, ...args) => {
      const options = { encoding: 'utf8', env: ENVIRONMENT, timeout: 60_000 } as const
      return spawnSync('ip', ['netns', 'exec', name, command, ...args], options)
    },
    remove: () => void ip('netns', 'del', name),
  }
}

/** No waiting until the kernel has made sure that nobody else has an IPv6 address. */
function ready(address: string): string[] {
  return address.includes(':') ? ['nodad'] : []
}

import { fact } from './fact.ts'

/** Unix seconds of the last handshake with each peer of WireGuard, by its public key; 0: there was none. Undefined where nobody could ask. */
export const wireguardHandshakes = fact(
  'handshakes of WireGuard',
  ({ root }): ReadonlyMap<string, number> | undefined => {
    const reading = root.run('wireguard-handshakes')
    if (reading.outcome !== 'ran' || reading.exitCode !== 0) return undefined
    return new Map(
      reading.stdout.split('\n').flatMap((line) => {
        const [, key, at] = line.split('\t')
        return key === undefined || !/^\d{1,12}$/.test(at ?? '') ? [] : [[key, Number(at)] as const]
      }),
    )
  },
)

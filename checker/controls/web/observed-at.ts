import type { Observation } from '../../probes/probe.ts'

/** The newest look at one of these names, or at an address of theirs: `https://www.example.com/`, `www.example.com:443`. */
export function observedAt<R>(
  observations: readonly Observation<R>[],
  names: readonly string[],
): Observation<R> | undefined {
  return observations.find(({ target }) => names.includes(hostIn(target)))
}

/** The host of a probe's target. */
export function hostIn(target: string): string {
  const plain = target.replace(/^\w+:\/\//, '').replace(/\/.*$/s, '')
  return plain.startsWith('[') ? plain.slice(1).replace(/\].*$/, '') : plain.replace(/:\d+$/, '')
}

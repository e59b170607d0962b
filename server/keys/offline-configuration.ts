import type { KeyStore } from '../../keys/key-store.ts'
import type { FileProblem } from '../../zones/file-problem.ts'
import type { Configuration } from '../configuration/types.ts'
import { hasOfflineKeys } from './bundle-coverage.ts'

/** What a configuration asks of zones whose KSK is offline, and cannot be; `file` is the configuration's. */
export function offlineConflicts({ zones }: Configuration, store: Pick<KeyStore, 'get'>, file: string): FileProblem[] {
  const combined = zones.filter(({ dnssec }) => dnssec.kind === 'signed' && dnssec.keys.isCombined)
  return combined.flatMap(({ name }): FileProblem[] => {
    const set = store.get(name)
    if (set === undefined || !hasOfflineKeys(set)) return []
    return [
      {
        ...{ severity: 'error', file, line: 0, column: 0 },
        found: `\`combined: true\` for ${name}, whose key signing key is offline`,
        expected: 'a zone signing key of its own: what signs answers has to be here, and what is offline cannot',
        remedy: `Take \`combined: true\` out for ${name}, or first roll to a key signing key that is here: dnsctl key roll ${name} --role ksk.`,
      },
    ]
  })
}

/*
 * What a configuration asks of keys that are kept offline, and cannot be.
 */
import { readFileSync } from 'node:fs'
import type { KeyStore } from '../../keys/key-store.ts'
import type { RolloverPolicy } from '../../keys/rollover/policy.ts'
import { type FileProblem, formatProblem } from '../../zones/file-problem.ts'
import { type ConfigurationDocument, type Path, type Place, readDocument } from '../configuration/document.ts'
import type { Configuration } from '../configuration/types.ts'
import { StartError } from '../state/state-folder.ts'
import { hasOfflineKeys } from './bundle-coverage.ts'

interface Conflict {
  readonly entry: 'combined' | 'ksk-lifetime' | 'standby'
  /** As it would be written. */
  readonly found: string
  readonly expected: string
  readonly isAsked: (policy: RolloverPolicy) => boolean
}

/** A key that this server makes has its private half here, and no bundle has signed a key set with it. */
const CONFLICTS: readonly Conflict[] = [
  {
    entry: 'combined',
    found: '`combined: true`',
    expected: 'a zone signing key of its own: what signs answers has to be here, and what is offline cannot',
    isAsked: ({ isCombined }) => isCombined,
  },
  {
    entry: 'ksk-lifetime',
    found: 'a `ksk-lifetime`',
    expected: '`ksk-lifetime: unlimited`: veild would make the next key signing key here, where no bundle signs for it',
    isAsked: ({ kskLifetime }) => kskLifetime !== undefined,
  },
  {
    entry: 'standby',
    found: '`standby` with `ksk`',
    expected: 'no standby key signing key: veild would make it here, where no bundle signs for it',
    isAsked: ({ standbyKsk }) => standbyKsk,
  },
]

/**
 * What a configuration asks of zones whose KSK is offline, and cannot be; `file` is the configuration's, empty where the command
 * line is the configuration.
 */
export function offlineConflicts({ zones }: Configuration, store: Pick<KeyStore, 'get'>, file: string): FileProblem[] {
  const locate = locator(file)
  return zones.flatMap(({ name, dnssec }): FileProblem[] => {
    const set = dnssec.kind === 'signed' ? store.get(name) : undefined
    if (dnssec.kind !== 'signed' || set === undefined || !hasOfflineKeys(set)) return []
    return CONFLICTS.filter(({ isAsked }) => isAsked(dnssec.keys)).map(({ entry, found, expected }) => ({
      ...{ severity: 'error', file, ...locate(name, entry) },
      found: `${found} for ${name}, whose key signing key is offline`,
      expected,
      remedy: `Take it out for ${name}, or first roll to a key signing key that is here: dnsctl key roll ${name} --role ksk.`,
    }))
  })
}

/** What a policy asks for that keeps a KSK from being taken offline, as it would be written; undefined: nothing. */
export function offlineObstacle(policy: RolloverPolicy): string | undefined {
  return CONFLICTS.find(({ isAsked }) => isAsked(policy))?.found
}

/** Throws a `StartError` where the configuration asks for that. */
export function refuseOfflineConflicts(configuration: Configuration, store: Pick<KeyStore, 'get'>, file: string): void {
  const conflicts = offlineConflicts(configuration, store, file)
  if (conflicts.length > 0)
    throw new StartError('the configuration is not for keys that are offline', conflicts.map(formatProblem).join('\n'))
}

const NOWHERE: Place = { line: 0, column: 0 }

/** Where an entry of `keys` stands that goes for a zone: with it, or with all. The file is read where something is asked. */
function locator(file: string): (zone: string, entry: string) => Place {
  let document: ConfigurationDocument | undefined
  return (zone, entry) => {
    document ??= tryRead(file)
    if (document === undefined) return NOWHERE
    // What is said of the zone goes before what is said of all.
    for (const path of [...pathsOf(zone, document), []]) {
      const keys = [...path, 'dnssec', 'keys']
      if (hasEntry(document.value, [...keys, entry])) return document.locateKey(keys, entry)
    }
    return NOWHERE
  }
}

function tryRead(file: string): ConfigurationDocument | undefined {
  try {
    return file === '' ? undefined : readDocument(readFileSync(file, 'utf8'), file)
  } catch {
    // It was there a moment ago; the problem is told all the same.
    return undefined
  }
}

/** The paths at which a zone is configured, however its name is written there. */
function pathsOf(zone: string, { value }: ConfigurationDocument): Path[] {
  const zones = valueAt(value, ['zones'])
  const names = typeof zones === 'object' && zones !== null ? Object.keys(zones) : []
  return names.filter((name) => name.toLowerCase().replace(/\.?$/, '.') === zone).map((name) => ['zones', name])
}

function hasEntry(value: unknown, path: Path): boolean {
  return valueAt(value, path) !== undefined
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    value,
  )
}

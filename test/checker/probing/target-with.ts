import type { Target } from '../../../checker/targets/targets.ts'
import { NOON } from '../run.ts'

/** A target that allows nothing but what a test adds. */
export function targetWith(parts: Partial<Target>): Target {
  return {
    name: 'web',
    consent: 'Ada Lovelace',
    expires: NOON,
    names: [],
    prefixes: [],
    ports: [],
    controlPort: undefined,
    pages: ['/'],
    mostPerSecond: 100,
    mostPerDay: 1000,
    commands: {},
    innerNames: undefined,
    mail: undefined,
    jail: undefined,
    zones: [],
    parentServers: undefined,
    veilConfiguration: undefined,
    honey: undefined,
    canary: undefined,
    ...parts,
  }
}

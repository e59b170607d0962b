import type { Logger } from 'pino'
import type { Incident } from '../../guard/incident.ts'
import type { AddressPrefix } from '../../guard/prefix-trie.ts'
import { protectionOf } from '../../guard/protection.ts'
import { Reaction } from '../../guard/reaction.ts'
import type { ResponsePolicy } from '../configuration/detection-types.ts'
import type { Configuration } from '../configuration/types.ts'
import type { GuardChange } from './apply-guard.ts'
import { responseKey } from './guard-state.ts'
import { listProtected } from './protected-prefixes.ts'
import { describeMeasure, type Measures, measuresFor } from './responses.ts'
import type { Sanctions } from './sanctions.ts'

/** Does about incidents what the policies say. */
export interface Responder {
  /** Puts in force what is to be done about these, all that go on; nothing where that is in force already. */
  respond(incidents: readonly Incident[]): void
  /** What is done about one that began, as sentences. */
  describe(incident: Incident): string
}

/** What a responder stands on. Both promises resolve when every worker goes by the change. */
export interface ResponderOptions {
  readonly configuration: () => Configuration
  readonly apply: (change: Pick<GuardChange, 'responses'>) => Promise<void>
  readonly starve: Sanctions['starve']
  readonly log: Pick<Logger, 'error'>
}

const NOTHING = { reaction: Reaction.None, sparesProved: false, cells: false, decoys: false } as const

/** A responder that has done nothing yet. */
export function createResponder({ configuration, apply, starve, log }: ResponderOptions): Responder {
  let inForce: Measures = { starved: [], zones: new Map() }
  const policyOf = (view: string, zone: string): ResponsePolicy => {
    const { zones, guard } = configuration()
    return zones.find(({ name }) => name === zone)?.guard?.[view]?.response ?? guard.response
  }
  return {
    respond: (incidents) => {
      const before = inForce
      const measures = measuresFor(incidents, policyOf, sparing(configuration()))
      inForce = measures
      // Both at once, before anybody waits: a later answer to other incidents must not be undone by this one's second half.
      const changes = [
        isSame(measures.zones, before.zones) ? undefined : apply({ responses: responsesFor(measures, before) }),
        isSame(measures.starved, before.starved) ? undefined : starve(measures.starved),
      ]
      Promise.all(changes).catch((err) => log.error({ err }, 'a response to an incident could not be put in force'))
    },
    describe: (incident) => describeMeasure(incident, policyOf(incident.view, incident.zone), sparing(configuration())),
  }
}

/** Whether a prefix stands for many people, or is the operator's own. The list is put together once for all prefixes. */
function sparing(configuration: Configuration): (prefix: AddressPrefix) => boolean {
  const list = listProtected(configuration)
  return (prefix) => protectionOf(prefix, list, ['resolver', 'never-ban', 'exempt']) !== undefined
}

function responsesFor({ zones }: Measures, before: Measures): NonNullable<GuardChange['responses']> {
  const gone = [...before.zones.values()].filter(({ view, zone }) => !zones.has(responseKey(view, zone)))
  return [
    ...[...zones.values()].map(({ view, zone, response }) => ({ view, zone, ...response })),
    ...gone.map(({ view, zone }) => ({ view, zone, ...NOTHING })),
  ]
}

function isSame(a: unknown, b: unknown): boolean {
  return textOf(a) === textOf(b)
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, each) =>
    each instanceof Map ? [...each.entries()] : each instanceof Uint8Array ? [...each] : each,
  )
}

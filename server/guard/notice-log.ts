/*
 * Lines of the log about what the guard notices. deploy/fail2ban/filter.d/veil.conf reads them: what a client may have thought
 * of, a name, comes behind all that the filter looks at, and never into the message itself.
 */
import type { Logger } from 'pino'
import { typeToText } from '../../dns/rr/registry.ts'
import type { Incident } from '../../guard/incident.ts'
import { suspectSources } from './act-on-notices.ts'
import type { IncidentNotice, NameNotice, NoticeStream } from './notices.ts'

/** Addresses of one incident that have a line: who has an IPv6 /64 has as many as it likes. */
const MOST_TOLD = 1000

/** Puts every notice into the log, until the function that is returned is called. */
export function logNotices(log: Pick<Logger, 'warn' | 'info'>, notices: NoticeStream): () => void {
  /** By id of an incident that goes on: the sources whose line is written. */
  const told = new Map<string, Set<string>>()
  return notices.subscribe((notice) => {
    if ('incident' in notice) logIncident(log, notice, told)
    else logName(log, notice)
  })
}

function logName(log: Pick<Logger, 'warn'>, notice: NameNotice): void {
  const { facts, message } = nameLine(notice)
  log.warn(facts, message)
}

/** What the line about a name says, in the order in which it does. */
export function nameLine(notice: NameNotice): {
  readonly facts: Readonly<Record<string, unknown>>
  readonly message: string
} {
  const { kind, address, isProved, view, zone, name, type, times } = notice
  const rest = { view, zone, name, type: typeToText(type), times }
  return kind === 'honey-asked'
    ? { facts: { guard: kind, source: address, proved: isProved, ...rest }, message: 'a honey name was asked for' }
    : // Not `source`: no program is to act on it.
      {
        facts: { guard: kind, ...rest, seenFrom: address },
        message: 'a name that is hidden from its view was asked for',
      }
}

function logIncident(
  log: Pick<Logger, 'warn' | 'info'>,
  { kind, incident }: IncidentNotice,
  told: Map<string, Set<string>>,
): void {
  const facts = { guard: kind, ...describe(incident) }
  if (kind === 'incident-opened') log.warn(facts, 'an incident began')
  const seen = told.get(incident.id) ?? new Set()
  told.set(incident.id, seen)
  // A program is to act on these lines.
  for (const { address } of suspectSources(incident)) {
    if (seen.has(address) || seen.size >= MOST_TOLD) continue
    seen.add(address)
    const { id, kind: what, zone, view } = incident
    const line = { guard: 'incident-source', source: address, proved: true, incident: id, what, view, zone }
    log.warn(line, 'a source took part in an incident')
  }
  if (kind === 'incident-ended') {
    log.info(facts, 'an incident is over')
    told.delete(incident.id)
  }
}

function describe({ id, kind, view, zone, queries, absentNames, sourceCount, tool, isSpread }: Incident) {
  return {
    ...{ incident: id, what: kind, view, zone, spread: isSpread, sources: sourceCount.count },
    ...{ queries: queries.count, absentNames: absentNames.count, tool: tool?.name },
  }
}

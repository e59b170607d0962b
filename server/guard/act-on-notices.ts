import type { Ban } from '../../guard/bans.ts'
import { prefixBits, SOURCE_BITS } from '../../guard/detection/source-table.ts'
import {
  figureToText,
  type Incident,
  type IncidentKind,
  type IncidentSource,
  KIND_WORDS,
} from '../../guard/incident.ts'
import { formatPrefix, parseAddress, parsePrefix } from '../address.ts'
import { isoTime, isoTimeOfSeconds } from '../iso-time.ts'
import type { Suspect } from './automatic-bans.ts'
import type { GuardNotice, IncidentNotice, NameNotice } from './notices.ts'
import type { Alarm } from './notify/alarm.ts'

/**
 * Who is to be judged for what the notice tells. Nobody ever for a hidden name: a ban would tell who asked that it is not
 * as absent as any other. Nobody either whose address is not proved, or through whom others ask.
 */
export function suspectsOf(notice: GuardNotice): Suspect[] {
  if (notice.kind === 'honey-asked') {
    const reason = `asked for the honey name ${shortName(notice.name)}`
    return suspect(notice.address, notice.isProved, { by: 'honey', reason, incident: undefined })
  }
  if (notice.kind !== 'incident-opened' && notice.kind !== 'incident-updated') return []
  const { id, kind, zone } = notice.incident
  const cause = { by: 'incident', reason: `${describeKind(kind)} of ${shortName(zone)}`, incident: id } as const
  return suspectSources(notice.incident).flatMap(({ address }) => suspect(address, true, cause))
}

/**
 * Those who may be banned for the incident. Nobody for one that is spread, for its sources are resolvers, through which
 * others ask; nor for a transfer, which nobody gets, for it may be a secondary that was set up too early. And no address
 * for what only shows in its network as a whole: its neighbours did that, or it did with them.
 */
export function suspectSources({ isSpread, kind, sources }: Incident): readonly IncidentSource[] {
  if (isSpread || kind === 'transfer-attempt') return []
  return sources.filter(({ isProved, prefix }) => isProved && isSingle(prefix))
}

function isSingle(text: string): boolean {
  const prefix = parsePrefix(text)
  return prefix !== undefined && prefix.length >= prefixBits(prefix.address, SOURCE_BITS)
}

/** What people are told of the notice; undefined: nothing. */
export function alarmOf(notice: GuardNotice): Alarm | undefined {
  switch (notice.kind) {
    case 'honey-asked':
    case 'hidden-name-asked':
      return nameAlarm(notice)
    case 'incident-opened':
    case 'incident-ended':
      return incidentAlarm(notice.kind, notice)
    case 'incident-updated':
      return undefined
  }
}

/** What people are told of a ban. */
export function banAlarm({ prefix, reason, since, expires, by, incident }: Ban): Alarm {
  const shown = formatPrefix(prefix)
  const end = expires === undefined ? 'until it is lifted' : `until ${isoTimeOfSeconds(expires)}`
  return {
    kind: 'ban-set',
    at: since * 1000,
    text: `${shown} gets no answers ${end}: ${reason} (set by: ${by}).`,
    next: `dnsctl ban explain ${shown.split('/')[0]}`,
    facts: { prefix: shown, reason, by, ...(incident === undefined ? {} : { incident }) },
  }
}

function suspect(address: string, proved: boolean, cause: Pick<Suspect, 'by' | 'reason' | 'incident'>): Suspect[] {
  const octets = parseAddress(address)
  return octets === undefined || !proved ? [] : [{ address: octets, proved, ...cause }]
}

/** Of a hidden name the address is not told: what acts on it, be it a script, would tell the one who asked. */
function nameAlarm({ kind, at, zone, name, view, address, isProved, times }: NameNotice): Alarm {
  const often = times === 1 ? '' : `, ${times} times`
  if (kind === 'hidden-name-asked') {
    const text = `Somebody in the view ${view} asked for ${shortName(name)}${often}, which is hidden from it and was answered as absent: the name has got out. Who it was stands in veild’s log; do nothing that they could notice.`
    const next = `dnsctl view test ${shortName(name)} --from ADDRESS`
    return { kind, at, text, next, facts: { zone, name, view, times } }
  }
  const proof = isProved ? 'its address is proved' : 'its address is not proved, and may be anybody else’s'
  const text = `${address} asked for the honey name ${shortName(name)}${often}, in the view ${view}; ${proof}.`
  const next = `dnsctl ban explain ${address}`
  return { kind, at, text, next, facts: { zone, name, view, times, address, proved: isProved } }
}

function incidentAlarm(kind: 'incident-opened' | 'incident-ended', { incident }: IncidentNotice): Alarm {
  const { id, zone, view, start, lastSeen, tool, measures, sources, evidence } = incident
  const verb = kind === 'incident-opened' ? 'began' : 'is over'
  const seen = `${figureToText(incident.queries)} questions for ${figureToText(incident.absentNames)} absent names by ${figureToText(incident.sourceCount)} sources`
  const text = [
    `${capital(describeKind(incident.kind))} of ${shortName(zone)} in the view ${view} ${verb}: ${seen}.`,
    ...(tool === undefined ? [] : [`It looks like ${tool.name}: ${tool.why}.`]),
    ...evidence.slice(0, 2).map((each) => withStop(each.text)),
    ...measures.slice(-2).map((each) => withStop(each.text)),
  ].join(' ')
  const facts = {
    ...{ incident: id, what: incident.kind, zone, view, start: isoTime(start), lastSeen: isoTime(lastSeen) },
    sources: sources.slice(0, 5).map(({ prefix }) => prefix),
  }
  return { kind, at: incident.end ?? start, text, next: `dnsctl incident show ${id}`, facts }
}

function describeKind(kind: IncidentKind): string {
  const words = KIND_WORDS[kind]
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`
}

/** A name as people type it. */
function shortName(name: string): string {
  return name.replace(/(.)\.$/, '$1')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function withStop(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

import type { Incident } from '../../guard/incident.ts'
import { type AddressPrefix, prefixContains } from '../../guard/prefix-trie.ts'
import { Reaction } from '../../guard/reaction.ts'
import { formatPrefix, parsePrefix } from '../address.ts'
import type { ResponsePolicy } from '../configuration/detection-types.ts'
import { responseKey, type ZoneResponse } from './guard-state.ts'

/** What is done about all incidents that go on. */
export interface Measures {
  /** Who gets the smaller budget for absent names. */
  readonly starved: readonly StarvedPrefix[]
  /** By `responseKey`, where something is done at all. */
  readonly zones: ReadonlyMap<string, ZoneMeasure>
}

/** A prefix that is starved in the view in which it guessed. */
export interface StarvedPrefix {
  readonly view: string
  readonly prefix: AddressPrefix
  /** What speaks against it came from a proved address; else only who has not proved its address is starved there. */
  readonly isProved: boolean
}

export interface ZoneMeasure {
  readonly view: string
  readonly zone: string
  readonly response: Omit<ZoneResponse, 'honey'>
}

/** Prefixes that are starved at most: those of the incidents that began first. */
const MOST_STARVED = 1000

/**
 * What the policies want for the incidents that go on. `policyOf` tells what is configured for a zone in a view, `isSpared`
 * whether a prefix stands for many people, of whom one asked. Names that exist are never touched by any of it.
 */
export function measuresFor(
  incidents: readonly Incident[],
  policyOf: (view: string, zone: string) => ResponsePolicy,
  isSpared: (prefix: AddressPrefix) => boolean,
): Measures {
  const zones = new Map<string, ZoneMeasure>()
  const starved: StarvedPrefix[] = []
  for (const incident of incidents) {
    const policy = policyOf(incident.view, incident.zone)
    if (policy === 'none' || incident.kind === 'transfer-attempt') continue
    const sources = sourcesOf(incident)
    const own = sources.filter(({ prefix }) => !isSpared(prefix))
    const hasSpared = own.length < sources.length
    if (!incident.isSpread) starved.push(...own)
    const response = zoneResponse(policy, incident, hasSpared)
    if (response === undefined) continue
    const { view, zone } = incident
    const key = responseKey(view, zone)
    zones.set(key, { view, zone, response: stronger(zones.get(key)?.response, response) })
  }
  return { starved: withoutRepeated(starved).slice(0, MOST_STARVED), zones }
}

/** What was done, as sentences for the incident. */
export function describeMeasure(
  incident: Incident,
  policy: ResponsePolicy,
  isSpared: (prefix: AddressPrefix) => boolean,
): string {
  if (policy === 'none') return 'nothing was done: `response` is `none`'
  if (incident.kind === 'transfer-attempt') return 'nothing was done: transfers are refused to everyone'
  const prefixes = sourcesOf(incident).map(({ prefix }) => prefix)
  const response = zoneResponse(policy, incident, prefixes.some(isSpared))
  const own = prefixes.filter((prefix) => !isSpared(prefix)).map(formatPrefix)
  const forSources =
    incident.isSpread || own.length === 0
      ? []
      : [
          `${own.slice(0, 3).join(', ')}${own.length > 3 ? ` and ${own.length - 3} more` : ''}: a tenth of the answers about absent names`,
        ]
  const parts = [...forSources, ...(response === undefined ? [] : [`in the whole zone: ${wordsOf(response)}`])]
  return parts.length === 0 ? 'nothing was done' : `${parts.join('; ')}. Names that exist are answered as ever`
}

function sourcesOf({ view, sources }: Incident): StarvedPrefix[] {
  return sources.flatMap(({ prefix: text, isProved }) => {
    const prefix = parsePrefix(text)
    return prefix === undefined ? [] : [{ view, prefix, isProved }]
  })
}

/** What is done in the zone as a whole; undefined: nothing. */
function zoneResponse(
  policy: ResponsePolicy,
  { isSpread, isProved, kind }: Incident,
  hasSpared: boolean,
): ZoneMeasure['response'] | undefined {
  // Only so are those met who ask through others; a flood is met by what limits it anyway, which costs least.
  const auto = kind === 'flood' ? Reaction.SmallerBudget : isSpread || hasSpared ? Reaction.Truncate : undefined
  const reaction = policy === 'auto' ? auto : REACTIONS[policy]
  const isCells = policy === 'cells'
  const isDecoys = policy === 'decoys' && kind !== 'flood'
  if (policy === 'budget' && !isSpread && !hasSpared) return undefined
  if (reaction === undefined && !isCells && !isDecoys) return undefined
  return { reaction: reaction ?? Reaction.None, sparesProved: !isProved, cells: isCells, decoys: isDecoys }
}

const REACTIONS: Readonly<Partial<Record<ResponsePolicy, Reaction>>> = {
  budget: Reaction.SmallerBudget,
  tc: Reaction.Truncate,
  drop: Reaction.Drop,
  refused: Reaction.Refuse,
}

function stronger(a: ZoneMeasure['response'] | undefined, b: ZoneMeasure['response']): ZoneMeasure['response'] {
  if (a === undefined) return b
  const reaction = Math.max(a.reaction, b.reaction) as Reaction
  const sparesProved = a.sparesProved && b.sparesProved
  return { reaction, sparesProved, cells: a.cells || b.cells, decoys: a.decoys || b.decoys }
}

function wordsOf({ reaction, sparesProved, cells, decoys }: ZoneMeasure['response']): string {
  const words = {
    [Reaction.None]: [],
    [Reaction.SmallerBudget]: [
      `a tenth of the answers about absent names${sparesProved ? ', without a proved address' : ''}`,
    ],
    [Reaction.Truncate]: [`absent names by TCP alone${sparesProved ? '' : ', and there a tenth of them'}`],
    [Reaction.Drop]: ['no answer about absent names without a proved address'],
    [Reaction.Refuse]: ['REFUSED for absent names'],
  }[reaction]
  const others = [...(cells ? ['absent names denied by cells'] : []), ...(decoys ? ['decoys for absent names'] : [])]
  return [...words, ...others].join(', ')
}

/** Of the rest, the longest prefix counts: so none may be there that a wider one is held to more strictly than. */
function withoutRepeated(all: readonly StarvedPrefix[]): StarvedPrefix[] {
  return all.filter(
    (each, index) => !all.some((other, at) => covers(other, each) && (at < index || !covers(each, other))),
  )
}

/** Whether who is starved by `inner` is so by `outer` as well. */
function covers(outer: StarvedPrefix, inner: StarvedPrefix): boolean {
  return outer.view === inner.view && (outer.isProved || !inner.isProved) && prefixContains(outer.prefix, inner.prefix)
}

/*
 * Which addresses of the parent hold a roll up, and since when: what is silent for a minute will come, what is silent for
 * days is somebody's business.
 */
import type { RolloverKey } from '../../keys/rollover/key-state.ts'
import { isoTimeOfSeconds } from '../iso-time.ts'
import { isOutdated, type LookedForKey, type ParentLook, presenceOf, type ServerLook } from './parent-look.ts'

/** Unix seconds by address and port, `WHOLE` for looks that found no addresses: since when it does not say what it should. */
export type Lags = ReadonlyMap<string, number>

/** A key of which the parent's DS is looked for, and where it is on its way. */
export type AwaitedKey = LookedForKey & Pick<RolloverKey, 'records'>

const WHOLE = ''

/** Seconds after which somebody is to be told. */
const LONG = 86_400
/** Addresses that are named at a time. */
const MOST_NAMED = 4

/** What lags after a look; what did before and does still, since then. */
export function followLags(before: Lags, look: ParentLook, keys: readonly AwaitedKey[]): Lags {
  const after = new Map<string, number>()
  const note = (place: string): void => void after.set(place, before.get(place) ?? look.at)
  if (look.problem !== undefined) note(WHOLE)
  // Of those that could not be asked this time nothing new is known.
  for (const [place, since] of look.servers.length === 0 ? before : []) if (place !== WHOLE) after.set(place, since)
  for (const server of look.servers) if (isLagging(server, look, keys)) note(placeOf(server))
  return after
}

/** Since when the address lags; undefined: it does not. */
export function lagOf(lags: Lags, server: Pick<ServerLook, 'address' | 'port'>): number | undefined {
  return lags.get(placeOf(server))
}

/**
 * What somebody has to be told of a zone, canonical text, a roll of which has been held up for long; sentences without their
 * full stops, with the next command.
 */
export function lagAlarms(lags: Lags, zone: string, look: ParentLook, keys: readonly AwaitedKey[]): string[] {
  const isLong = (since: number | undefined): since is number => since !== undefined && look.at - since >= LONG
  const whole = lags.get(WHOLE)
  const explain = `\`dnsctl key explain ${zone}\` says what is waited for`
  if (isLong(whole)) {
    return [
      `since ${isoTimeOfSeconds(whole)} no look at the parent has succeeded, and a roll waits for it: ${look.problem}; ${explain}`,
    ]
  }
  const late = look.servers.filter((server) => isLong(lagOf(lags, server)))
  if (late.length === 0) return []
  const named = late.slice(0, MOST_NAMED).map((server) => {
    const { name, address } = server
    return `${name === '' ? address : `${name} (${address})`} ${lagWords(server)} since ${isoTimeOfSeconds(lagOf(lags, server)!)}`
  })
  const more = late.length > MOST_NAMED ? [`${late.length - MOST_NAMED} more`] : []
  return [
    `a roll waits for the parent, of which ${[...named, ...more].join(', ')}; ${explain}; ${wayOut(zone, late, keys)} ends the wait`,
  ]
}

/** What every server answers counts for more than anybody's word: one that answers, and never follows, must not be asked. What is outdated counts for less. */
function wayOut(zone: string, late: readonly ServerLook[], keys: readonly AwaitedKey[]): string {
  if (late.some(({ outcome, outdated }) => outcome === 'answered' && outdated === undefined)) {
    return 'where no resolver goes there any more, `parent: { servers: [ADDRESS] }` with all other addresses, and a `trust-anchor`,'
  }
  const commands = keys.flatMap((key) => commandOf(zone, key))
  return `where no resolver hears anything else from there, ${commands.join(' and ')}`
}

function lagWords({ outcome, outdated }: ServerLook): string {
  return outdated === undefined
    ? LAG_WORDS[outcome]
    : 'has given what the parent signed before it was seen to sign the contrary'
}

const LAG_WORDS: Readonly<Record<ServerLook['outcome'], string>> = {
  answered: 'has not followed the others',
  silent: 'has been silent',
  refused: 'has refused to answer',
  bogus: 'has given signatures that do not hold',
  nonsense: 'has given no answer that counts',
}

function commandOf(zone: string, { keyTag, records: { ds } }: AwaitedKey): string[] {
  if (ds?.state === 'rumoured') return [`\`dnsctl key ds ${zone} --submitted ${keyTag}\``]
  return ds?.state === 'unretentive' ? [`\`dnsctl key ds ${zone} --withdrawn ${keyTag}\``] : []
}

/** Who says nothing that counts lags, and who has not what another has already that is waited for. */
function isLagging(server: ServerLook, { servers }: ParentLook, keys: readonly AwaitedKey[]): boolean {
  if (server.outcome !== 'answered') return true
  return keys.some((key) => {
    const { ds } = key.records
    const awaited = ds?.state === 'rumoured' ? 'present' : ds?.state === 'unretentive' ? 'absent' : undefined
    const hasFollowed = (each: ServerLook): boolean =>
      each.outcome === 'answered' && presenceOf(key, each.ds) === awaited && !isOutdated(key, each)
    if (awaited !== undefined && isOutdated(key, server)) return true
    return awaited !== undefined && !hasFollowed(server) && servers.some(hasFollowed)
  })
}

function placeOf({ address, port }: Pick<ServerLook, 'address' | 'port'>): string {
  return `${address}@${port}`
}

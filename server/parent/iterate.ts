/*
 * Goes from the root's servers down to those that are authoritative, for who trusts no resolver with it, or has none.
 * Little of what a resolver does: no aliases, and nothing is kept for longer than a look.
 */
import { Flag, Type } from '../../dns/constants.ts'
import type { Message } from '../../dns/message.ts'
import { canonicalName, isAtOrBelow, namesEqual, nameToText, parentName, ROOT } from '../../dns/name.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import type { AskForRRset } from '../../keys/validation/chain-of-trust.ts'
import { askServer, type Network } from './ask.ts'
import type { Place } from './exchange.ts'
import { isAnswer } from './lookup.ts'
import { addressesIn, familyTypes } from './server-addresses.ts'

export interface IterationOptions {
  readonly network: Network
  readonly roots: readonly Place[]
  readonly families: readonly (4 | 6)[]
}

/** Asks the servers that are authoritative, found from the root's on. What it has found out serves all its questions. */
export function iterateFrom(options: IterationOptions): AskForRRset {
  const iteration: Iteration = { ...options, cuts: [{ apex: ROOT, places: options.roots }], questions: 0 }
  return (name, type) => resolve(iteration, name, type, 0)
}

interface Iteration extends IterationOptions {
  /** Zones whose servers are known. */
  readonly cuts: Cut[]
  questions: number
}

interface Cut {
  readonly apex: Uint8Array
  readonly places: readonly Place[]
}

/** Of one look; what would need more is not a DNS that works. */
const MOST_QUESTIONS = 200
const MOST_REFERRALS = 16
/** Servers whose names lie in zones whose servers' names lie in zones … */
const MOST_DEPTH = 4
/** Servers of a zone that are tried for one question, and names of servers that are looked up for a zone without glue. */
const MOST_TRIED = 3
const MOST_SERVER_NAMES = 4
/** Addresses of a zone's servers that are kept. */
const MOST_PLACES = 26

async function resolve(iteration: Iteration, name: Uint8Array, type: number, depth: number): Promise<Message | string> {
  const what = `${nameToText(name)} ${typeToText(type)}`
  if (depth > MOST_DEPTH) return `${what}: servers lie in zones whose servers lie elsewhere, too many times over`
  // The parent's side of a cut has its DS.
  const within = type === Type.DS ? parentName(name) : name
  for (let referrals = 0; referrals < MOST_REFERRALS; referrals++) {
    const cut = closestCut(iteration, within)
    const message = await askCut(iteration, cut, name, type)
    if (typeof message === 'string') return `${what}: ${message}`
    if ((message.flags & Flag.AA) !== 0) return message
    const next = referralOf(message, cut.apex, within)
    if (next === undefined)
      return `${what}: neither an answer nor a referral from the servers of ${nameToText(cut.apex)}`
    const places = await placesOf(iteration, message, { cut: cut.apex, next }, depth)
    if (places.length === 0) return `${what}: no address of the servers of ${nameToText(next)}`
    iteration.cuts.push({ apex: next, places })
  }
  return `${what}: too many referrals`
}

function closestCut({ cuts }: Iteration, name: Uint8Array): Cut {
  return cuts
    .filter(({ apex }) => isAtOrBelow(name, apex))
    .reduce((closest, cut) => (cut.apex.length > closest.apex.length ? cut : closest))
}

async function askCut(
  iteration: Iteration,
  { places }: Cut,
  name: Uint8Array,
  type: number,
): Promise<Message | string> {
  let reason = 'nobody is there to ask'
  for (const place of places.slice(0, MOST_TRIED)) {
    if (iteration.questions++ >= MOST_QUESTIONS) return `more than ${MOST_QUESTIONS} questions would be needed`
    const answer = await askServer(iteration.network, place, { name, type })
    if (answer.kind === 'message' && isAnswer(answer.message)) return answer.message
    reason = answer.kind === 'message' ? `RCODE ${answer.message.rcode} from ${place.address}` : answer.reason
  }
  return reason
}

/** The zone that is delegated further down towards the name; undefined: the message is no such referral. */
function referralOf({ authority, answer }: Message, cut: Uint8Array, name: Uint8Array): Uint8Array | undefined {
  if (answer.length > 0) return undefined
  const owner = authority.find((record) => record.type === Type.NS)?.name
  if (owner === undefined || namesEqual(owner, cut) || !isAtOrBelow(owner, cut)) return undefined
  return isAtOrBelow(name, owner) ? canonicalName(owner) : undefined
}

/** By glue that who gave it is in charge of, else by looking the servers' names up. */
async function placesOf(
  iteration: Iteration,
  message: Message,
  { cut, next }: { readonly cut: Uint8Array; readonly next: Uint8Array },
  depth: number,
): Promise<Place[]> {
  const { families } = iteration
  const names = message.authority
    .filter(({ type, name }) => type === Type.NS && namesEqual(name, next))
    .map(({ rdata }) => canonicalName(rdata))
  const glue = names
    .filter((name) => isAtOrBelow(name, cut))
    .flatMap((name) => addressesIn(message.additional, name, families))
  const places = glue.map((address) => ({ address, port: DNS_PORT }))
  for (const name of places.length > 0 ? [] : names.slice(0, MOST_SERVER_NAMES)) {
    // What lies in the zone itself cannot be found without glue.
    if (isAtOrBelow(name, next)) continue
    for (const type of familyTypes(families)) {
      const found = await resolve(iteration, name, type, depth + 1)
      if (typeof found === 'string') continue
      places.push(...addressesIn(found.answer, name, families).map((address) => ({ address, port: DNS_PORT })))
    }
    if (places.length > 0) break
  }
  return places.slice(0, MOST_PLACES)
}

const DNS_PORT = 53

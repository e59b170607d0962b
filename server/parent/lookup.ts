/*
 * Who says what of the DNS that is not ours: resolvers, or servers that are authoritative for it. Nothing here is
 * believed for their word: keys/validation judges it where there is a trust anchor.
 */
import { Flag, Rcode } from '../../dns/constants.ts'
import type { Message } from '../../dns/message.ts'
import { nameToText } from '../../dns/name.ts'
import { rcodeToText } from '../../dns/rcode-text.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import type { AskForRRset } from '../../keys/validation/chain-of-trust.ts'
import { formatListen } from '../address.ts'
import { askServer, type Network } from './ask.ts'
import type { Place } from './exchange.ts'

/** Servers of one set that are tried for one question. */
const MOST_TRIED = 4

/** Resolvers, in their order, each of which knows everything; they are not to validate, for that is done here. */
export function askResolvers(network: Network, resolvers: readonly Place[]): AskForRRset {
  return (name, type) => askOneOf(network, resolvers, { name, type, flags: Flag.RD | Flag.CD })
}

/** Servers that are authoritative for what they are asked about. */
export function askAuthorities(network: Network, servers: readonly Place[]): AskForRRset {
  return async (name, type) => {
    const message = await askOneOf(network, servers, { name, type })
    if (typeof message === 'string' || (message.flags & Flag.AA) !== 0) return message
    return `${describe(name, type)}: the answer is not authoritative`
  }
}

/** The first answer that is one: an RRset, or that there is none. */
async function askOneOf(
  network: Network,
  places: readonly Place[],
  question: { readonly name: Uint8Array; readonly type: number; readonly flags?: number },
): Promise<Message | string> {
  let reason = 'nobody is there to ask'
  for (const place of places.slice(0, MOST_TRIED)) {
    const answer = await askServer(network, place, question)
    if (answer.kind !== 'message') reason = answer.reason
    else if (isAnswer(answer.message)) return answer.message
    else reason = rcodeToText(answer.message.rcode)
    reason = `${formatListen(place)}: ${reason}`
  }
  return `${describe(question.name, question.type)}: ${reason}`
}

/** Whether the RCODE says something of the name. */
export function isAnswer({ rcode }: Message): boolean {
  return rcode === Rcode.NoError || rcode === Rcode.NxDomain
}

function describe(name: Uint8Array, type: number): string {
  return `${nameToText(name)} ${typeToText(type)}`
}

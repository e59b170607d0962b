/*
 * NOTIFY(CDS): tells the parent that there are new CDS records to be looked at (RFC 9859 §4.2, RFC 1996).
 */
import { Class, Flag, Opcode, Rcode, Type } from '../../dns/constants.ts'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { namesEqual } from '../../dns/name.ts'
import type { Network } from './ask.ts'
import type { Place } from './exchange.ts'

/** What became of it; a parent that acknowledges may do nothing all the same. */
export type NotifyOutcome = 'acknowledged' | 'silent' | 'refused'

/** How long an answer is waited for before the next is sent; RFC 1996 §3.6 has at most five, a minute apart. */
const PATIENCE_MS: readonly number[] = [5_000, 10_000, 20_000, 40_000, 60_000]
/** Opcode 4, and what its messages have set (RFC 1996 §3.7). */
const NOTIFY_FLAGS = (Opcode.Notify << 11) | Flag.AA

/** Sends NOTIFY(CDS) for the zone to these places in turn, until one of them answers. */
export async function notifyParent(
  network: Network,
  places: readonly Place[],
  apex: Uint8Array,
): Promise<NotifyOutcome> {
  for (const [attempt, patienceMs] of PATIENCE_MS.entries()) {
    const place = places[attempt % places.length]
    if (place === undefined) break
    const id = network.randomId()
    const message = buildQuery({ id, name: apex, type: Type.CDS, flags: NOTIFY_FLAGS })
    const isAnswer = (octets: Uint8Array): boolean => rcodeOfAnswer(octets, id, apex) !== undefined
    const octets = await network.exchange({ ...place, via: 'udp', message, patienceMs, isAnswer })
    if (!(octets instanceof Uint8Array)) continue
    return rcodeOfAnswer(octets, id, apex) === Rcode.NoError ? 'acknowledged' : 'refused'
  }
  return 'silent'
}

/** Undefined: it is no answer to this message. Errors may come without the question. */
function rcodeOfAnswer(octets: Uint8Array, id: number, apex: Uint8Array): number | undefined {
  const message = readMessage(octets)
  if (message === undefined || message.id !== id || (message.flags & Flag.QR) === 0) return undefined
  if (message.opcode !== Opcode.Notify) return undefined
  const { question, rcode } = message
  if (question === undefined) return rcode === Rcode.NoError ? undefined : rcode
  const isSame = question.type === Type.CDS && question.class === Class.In && namesEqual(question.name, apex)
  return isSame ? rcode : undefined
}

import { setTimeout as delay } from 'node:timers/promises'
import { Type } from '../../../dns/constants.ts'
import { keyTagOf } from '../../../dns/key-tag.ts'
import { buildQuery, readMessage } from '../../../dns/message.ts'
import { nameFromText } from '../../../dns/name.ts'
import { findRRset, type ReceivedRRset } from '../../../keys/validation/received-rrset.ts'
import { verifyRRset } from '../../../keys/validation/verify-rrset.ts'
import { connectUdp } from '../../helpers/udp-client.ts'
import { createValidator, keySetText, namesText } from '../../keys/rollover/validator.ts'

/** An RRset as an answer had it, and when the answer had come, in seconds. */
interface Heard {
  readonly at: number
  readonly rrset: ReceivedRRset
}

/** What somebody heard who asked all the time, and what DS the parent had meanwhile. */
export interface Listening {
  readonly keys: Heard[]
  readonly data: Heard[]
  /** Key tags and algorithms of the DS RRset, as text, from `from` on. */
  readonly ds: { readonly what: string; readonly from: number }[]
}

/** Seconds between questions. */
const PAUSE = 0.03

/** Asks for DNSKEY and SOA again and again, until it is over; who is down for a while is asked on. */
export async function listen(zone: string, port: number, heard: Listening, isOver: () => boolean): Promise<void> {
  const apex = nameFromText(zone)
  const client = await connectUdp({ port, timeoutMs: 300 })
  while (!isOver()) {
    for (const [type, list] of [
      [Type.DNSKEY, heard.keys],
      [Type.SOA, heard.data],
    ] as const) {
      const answer = await client.ask(buildQuery({ id: 1, name: apex, type, edns: { do: true } }))
      const message = answer && readMessage(answer)
      const rrset = message && findRRset(message.answer, apex, type)
      if (rrset !== undefined) list.push({ at: Date.now() / 1000, rrset })
    }
    await delay(PAUSE * 1000)
  }
  client.close()
}

/**
 * Why somebody takes the zone for bogus who has any of what was heard in caches, each for `ttl` seconds; undefined: nobody
 * does. What signed what is found out by the second implementation.
 */
export function faultHeard(zone: string, { keys, data, ds }: Listening, ttl: number): string | undefined {
  const apex = nameFromText(zone)
  const validator = createValidator()
  const known = new Map<string, Uint8Array>()
  for (const { rrset } of keys) for (const rdata of rrset.rdatas) known.set(nameOf(rdata), rdata)
  const signersOf = remembered((rrset: ReceivedRRset, at: number) =>
    [...known].flatMap(([name, dnskey]) =>
      verifyRRset(rrset, { apex, dnskeys: [dnskey] }, at).kind === 'valid' ? [name] : [],
    ),
  )
  const keySets = keys.map(({ at, rrset }) => ({
    at,
    what: keySetText(rrset.rdatas.map(nameOf), signersOf(rrset, at)),
  }))
  for (const { at, rrset } of data) {
    const signed = namesText(signersOf(rrset, at))
    for (const keySet of keySets.filter((each) => Math.abs(each.at - at) <= ttl)) {
      const isDelegated = dsAt(ds, at, ttl).some((what) => what !== '')
      const fault = isDelegated ? validator.faultOfData(keySet.what, signed) : undefined
      if (fault !== undefined) return fault
    }
  }
  for (const { at, what } of keySets) {
    for (const each of dsAt(ds, at, ttl)) {
      const fault = validator.faultOfChain(each, what)
      if (fault !== undefined) return fault
    }
  }
  return undefined
}

/** The name of a key as the validator knows it. */
export function nameOf(dnskey: Uint8Array): string {
  return `key${dnskey[3]}.${keyTagOf(dnskey)}`
}

/** The DS RRsets that can be in a cache together with what was heard at a moment. */
function dsAt(ds: Listening['ds'], at: number, ttl: number): string[] {
  return ds
    .filter(({ from }, index) => from - ttl <= at && at <= (ds[index + 1]?.from ?? Number.POSITIVE_INFINITY) + ttl)
    .map(({ what }) => what)
}

/** The same signatures are verified once. */
function remembered(judge: (rrset: ReceivedRRset, at: number) => string[]): typeof judge {
  const judged = new Map<string, string[]>()
  return (rrset, at) => {
    const text = JSON.stringify(
      [rrset.rdatas, rrset.rrsigs].map((each) => Buffer.from(JSON.stringify(each)).toString()),
    )
    const before = judged.get(text) ?? judge(rrset, at)
    judged.set(text, before)
    return before
  }
}

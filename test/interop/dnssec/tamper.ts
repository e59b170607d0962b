import { Flag, Rcode, Type } from '../../../dns/constants.ts'
import { type Message, type MessageRecord, readMessage } from '../../../dns/message.ts'
import { isAtOrBelow, nameFromText, namesEqual } from '../../../dns/name.ts'
import { encodeMessage } from '../../helpers/encode-message.ts'
import type { Exchange } from './relay.ts'

/** What a forger changes in an answer. */
export interface Forgery {
  readonly rcode?: number
  readonly answer: readonly MessageRecord[]
  readonly authority: readonly MessageRecord[]
}

/** A way to forge, given the message and a denial of another name of the zone. */
export type Forger = (message: Message, otherDenial: () => readonly MessageRecord[]) => Forgery

/** Flips the last bit of every signature. */
export const flipSignatures: Forger = (message) =>
  mapRecords(message, (record) => (isSignature(record) ? flipped(record) : record))

/** Flips a bit of everything that is signed. */
export const flipData: Forger = (message) =>
  mapRecords(message, (record) => (isSignature(record) ? record : flipped(record)))

/** Leaves out all signatures. */
export const stripSignatures: Forger = ({ answer, authority }) => ({
  answer: answer.filter((record) => !isSignature(record)),
  authority: authority.filter((record) => !isSignature(record)),
})

/** Moves the validity of all signatures into the past (RFC 4034 §3.1.5: expiration, then inception, behind 8 octets). */
export const expireSignatures: Forger = (message) =>
  mapRecords(message, (record) => {
    if (!isSignature(record)) return record
    const rdata = Uint8Array.from(record.rdata)
    const view = new DataView(rdata.buffer)
    for (const at of [8, 12]) view.setUint32(at, view.getUint32(at) - 100 * 86_400)
    return { ...record, rdata }
  })

/** Leaves out the records that prove the denial. */
export const dropDenial: Forger = ({ answer, authority }) => ({
  answer,
  authority: authority.filter((record) => !isDenial(record)),
})

/** Puts the proof about another name in the place of the right one. */
export const swapDenial: Forger = ({ answer, authority }, otherDenial) => ({
  answer,
  authority: [...authority.filter((record) => !isDenial(record)), ...otherDenial()],
})

/** Denies what exists by the proof about another name. */
export const denyExisting: Forger = (_message, otherDenial) => ({
  rcode: Rcode.NxDomain,
  answer: [],
  authority: otherDenial(),
})

/** What is forged in a zone, and what is left as it is so that resolvers can get there. */
export interface ForgedZone {
  readonly apex: string
  /** Names whose positive answers pass, relative to the apex. */
  readonly untouched: readonly string[]
  /** A denial of another name than this message denies. */
  otherDenial(right: Message): readonly MessageRecord[]
}

/** Forges all that the zones answer but what is there at their apexes and at the names that pass. */
export function forgeZones(
  zones: readonly ForgedZone[],
  forge: Forger,
): (exchange: Exchange) => Uint8Array | undefined {
  const targets = zones.map((zone) => ({
    ...zone,
    apex: nameFromText(zone.apex),
    untouched: [zone.apex, ...zone.untouched.map((name) => `${name}.${zone.apex}`)].map((name) => nameFromText(name)),
  }))
  return ({ answer }) => {
    const message = readMessage(answer)
    const name = message?.question?.name
    const target = name && targets.find(({ apex }) => isAtOrBelow(name, apex))
    if (message === undefined || target === undefined) return answer
    const passes = message.answer.length > 0 && target.untouched.some((untouched) => namesEqual(untouched, name!))
    if (passes) return answer
    return encodeForgery(
      message,
      forge(message, () => target.otherDenial(message)),
    )
  }
}

function mapRecords(message: Message, change: (record: MessageRecord) => MessageRecord): Forgery {
  return { answer: message.answer.map(change), authority: message.authority.map(change) }
}

/** The last bit of the RDATA, or one of the first label's where it is a name. */
function flipped(record: MessageRecord): MessageRecord {
  const rdata = Uint8Array.from(record.rdata)
  rdata[NAME_TYPES.has(record.type) ? 1 : rdata.length - 1]! ^= 1
  return { ...record, rdata }
}

const NAME_TYPES: ReadonlySet<number> = new Set([Type.CNAME, Type.DNAME, Type.NS])

function isSignature({ type }: MessageRecord): boolean {
  return type === Type.RRSIG
}

/** RRSIG RDATA begins with the type covered (RFC 4034 §3.1). */
function isDenial({ type, rdata }: MessageRecord): boolean {
  const covered = type === Type.RRSIG ? (rdata[0]! << 8) | rdata[1]! : type
  return covered === Type.NSEC || covered === Type.NSEC3
}

/** As long as it becomes, for loopback carries it. */
function encodeForgery(message: Message, { rcode = message.rcode, answer, authority }: Forgery): Uint8Array {
  const flags = (message.flags & ~Flag.RcodeMask) | (rcode & Flag.RcodeMask)
  return encodeMessage({ ...message, flags, answer, authority })
}

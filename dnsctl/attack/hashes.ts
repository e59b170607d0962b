import { randomBytes } from 'node:crypto'
import { Type } from '../../dns/constants.ts'
import { BASE32_HEX } from '../../dns/encoding.ts'
import { nameFromText, nameToText, parentName } from '../../dns/name.ts'
import { NSEC3_HASH_DIGITS, NSEC3_HASH_OCTETS } from '../../dns/nsec3.ts'
import { crackHashes, type HashParameters, hashedLabel, PLAIN_HASH } from './crack.ts'
import { eachInLanes, type Method, note, type Session } from './session.ts'

const QUESTIONS = 300
/** Names under each of so many cracked ones are tried. */
const MOST_PARENTS = 20

interface Harvest {
  readonly hashes: Set<string>
  /** Hashes of names that were asked for and of those above them: no news, and neither are their neighbours. */
  readonly own: Set<bigint>
  parameters: HashParameters
}

/** Collects NSEC3 owners by asking for random names, then cracks them with the list of words, without the server. */
export const crackNsec3: Method = {
  name: 'nsec3',
  summary: 'collects NSEC3 hashes and cracks them with the list of words, offline',
  async run(session) {
    const harvest: Harvest = { hashes: new Set(), own: new Set(), parameters: PLAIN_HASH }
    const names = Array.from({ length: QUESTIONS }, () =>
      nameFromText(`${randomBytes(6).toString('hex')}.${session.zone}`),
    )
    await eachInLanes(names, async (name, index) => {
      session.progress(index / QUESTIONS)
      const message = await session.client.ask({ name, type: Type.A, edns: { do: true } })
      for (const record of message?.authority ?? []) if (record.type === Type.NSEC3) collect(harvest, record)
    })
    if (harvest.hashes.size === 0) return ['no NSEC3 record was seen']
    for (const name of names) noteOwn(harvest, name, session.apex)
    const strangers = new Set([...harvest.hashes].filter((hash) => !isOwn(harvest, hash)))
    const cracked = crack(session, strangers, harvest.parameters)
    for (const name of cracked) {
      session.told.add(name)
      note(session, { name, method: 'nsec3', rdatas: [] })
    }
    return [`${strangers.size} hashes that are not of names asked for; ${cracked.length} of them cracked`]
  },
}

/** RDATA: algorithm, flags, 16 bits of iterations, salt length, salt, hash length, next hash, bitmap (RFC 5155 §3.2). */
function collect(harvest: Harvest, { name, rdata }: { readonly name: Uint8Array; readonly rdata: Uint8Array }): void {
  const saltEnd = 5 + rdata[4]!
  harvest.parameters = { iterations: (rdata[2]! << 8) | rdata[3]!, salt: rdata.slice(5, saltEnd) }
  harvest.hashes.add(
    Buffer.from(name.subarray(1, 1 + NSEC3_HASH_DIGITS))
      .toString('latin1')
      .toLowerCase(),
  )
  harvest.hashes.add(BASE32_HEX.toText(rdata, saltEnd + 1, saltEnd + 1 + NSEC3_HASH_OCTETS).toLowerCase())
}

function noteOwn({ own, parameters }: Harvest, name: Uint8Array, apex: Uint8Array): void {
  for (let at = name; at.length >= apex.length; at = parentName(at)) {
    for (const each of [nameToText(at), `*.${nameToText(at)}`])
      own.add(numberOf(hashedLabel(nameFromText(each), parameters)))
    if (at.length === apex.length) return
  }
}

function isOwn({ own }: Harvest, hash: string): boolean {
  const number = numberOf(hash)
  return [number - 1n, number, number + 1n].some((each) => own.has(each))
}

function numberOf(hash: string): bigint {
  return BigInt(`0x${Buffer.from(BASE32_HEX.fromText(hash) ?? []).toString('hex')}`)
}

function crack({ words, zone }: Session, hashes: ReadonlySet<string>, parameters: HashParameters): string[] {
  const under = (parent: string): string[] => words.map((word) => `${word}.${parent}`)
  const first = crackHashes(hashes, under(zone), parameters)
  return [...first, ...crackHashes(hashes, first.slice(0, MOST_PARENTS).flatMap(under), parameters)]
}

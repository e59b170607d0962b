import { ipv6FromText } from '../../dns/address-text.ts'
import { Type } from '../../dns/constants.ts'
import { canonicalName, nameFromText, nameToText } from '../../dns/name.ts'
import { eachInLanes, type Method, note, readAnswer, type Session } from './session.ts'
import { isOfZone } from './truth.ts'

/** /24s that are swept, those with the most findings first. */
const MOST_RANGES = 4
const MOST_IPV6 = 50
/** As fierce does: so many on either side. */
const NEIGHBOURS = 5

/** Asks for the PTR of every address near those that were found. */
export const sweepReverse: Method = {
  name: 'reverse',
  summary: 'asks for the PTR of every address near those that it found',
  async run(session) {
    const near = [...ipv4Ranges(session).map(namesOfRange), ipv6Neighbours(session)]
    if (near.every(({ length }) => length === 0)) return [NOTHING_TO_BEGIN_AT]
    const served = await Promise.all(near.map(([first]) => first !== undefined && isServed(session, first)))
    const names = near.filter((_, index) => served[index]).flat()
    if (names.length === 0) return ['the server has no reverse zone of the addresses that were found']
    const before = session.findings.size
    let answered = 0
    await eachInLanes(names, async (text, index) => {
      session.progress(index / names.length)
      const message = await session.client.ask({ name: nameFromText(text), type: Type.PTR, rd: true })
      for (const { type, rdata } of message?.answer ?? []) {
        if (type !== Type.PTR) continue
        answered++
        const name = canonicalName(rdata)
        if (!isOfZone(name, session.apex)) continue
        session.told.add(nameToText(name))
        note(session, { name: nameToText(name), method: 'reverse', rdatas: [] })
      }
    })
    return [
      `${names.length} addresses asked: ${answered} have a PTR, ${session.findings.size - before} of them told a name of the zone that was new`,
    ]
  },
}

const NOTHING_TO_BEGIN_AT =
  'nothing was asked: it begins at addresses that other methods have found, so choose some beside it'

async function isServed({ client }: Session, name: string): Promise<boolean> {
  const answer = readAnswer(await client.ask({ name: nameFromText(name), type: Type.PTR, rd: true }))
  return answer.kind === 'exists' || answer.kind === 'absent'
}

/** The first three octets of addresses found, as `192.0.2`. */
function ipv4Ranges({ findings }: Session): string[] {
  const counts = new Map<string, number>()
  for (const { rdatas } of findings.values()) {
    for (const rdata of rdatas) {
      const range = /^(\d+\.\d+\.\d+)\.\d+$/.exec(rdata)?.[1]
      if (range !== undefined) counts.set(range, (counts.get(range) ?? 0) + 1)
    }
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_RANGES)
    .map(([range]) => range)
}

function namesOfRange(range: string): string[] {
  const suffix = `${range.split('.').reverse().join('.')}.in-addr.arpa.`
  return Array.from({ length: 256 }, (_, last) => `${last}.${suffix}`)
}

function ipv6Neighbours({ findings }: Session): string[] {
  const addresses = [...findings.values()].flatMap(({ rdatas }) => rdatas.filter((rdata) => rdata.includes(':')))
  const names = addresses.slice(0, MOST_IPV6).flatMap((text) => {
    const octets = ipv6FromText(text)
    if (octets === undefined) return []
    const middle = BigInt(`0x${Buffer.from(octets).toString('hex')}`)
    return Array.from({ length: 2 * NEIGHBOURS + 1 }, (_, index) => nibbles(middle + BigInt(index - NEIGHBOURS)))
  })
  return [...new Set(names)]
}

function nibbles(address: bigint): string {
  return `${[...BigInt.asUintN(128, address).toString(16).padStart(32, '0')].reverse().join('.')}.ip6.arpa.`
}

import { Class, Rcode, Type } from '../../dns/constants.ts'
import { nameFromText, nameToText } from '../../dns/name.ts'
import { rcodeToText } from '../../dns/rcode-text.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { type Method, note, type Session } from './session.ts'
import { isOfZone } from './truth.ts'

const NSID = 3
const CHAOS_NAMES = ['version.bind.', 'version.server.', 'hostname.bind.', 'id.server.', 'authors.bind.']
/** RDATA of an SOA behind its two names: serial first (RFC 1035 §3.3.13). */
const SOA_NUMBERS_OCTETS = 20

/** Asks for the whole zone, and for what has changed in it. */
export const transferZone: Method = {
  name: 'transfer',
  summary: 'asks for the whole zone, by AXFR and IXFR',
  async run(session) {
    const lines: string[] = []
    for (const [word, type] of [
      ['AXFR', Type.AXFR],
      ['IXFR', Type.IXFR],
    ] as const) {
      let ends = 0
      const messages = await session.client.stream({ name: session.apex, type }, ({ rcode, answer }) => {
        ends += answer.filter((record) => record.type === Type.SOA).length
        return rcode !== Rcode.NoError || ends >= 2 || answer.length === 0
      })
      const records = messages.flatMap(({ answer }) => answer)
      for (const { name, type: each, rdata } of records) {
        if (!isOfZone(name, session.apex)) continue
        session.told.add(nameToText(name))
        note(session, { name: nameToText(name), method: 'transfer', rdatas: [rdataToText(each, rdata)] })
      }
      const rcode = messages[0]?.rcode
      lines.push(
        `${word}: ${records.length > 0 ? `${records.length} records` : rcode === undefined ? 'no answer' : rcodeToText(rcode)}`,
      )
    }
    return [lines.join(', ')]
  },
}

/** Asks the server what it is. */
export const askIdentity: Method = {
  name: 'identity',
  summary: 'asks the server what it is: version.bind and the like, and NSID',
  async run({ client, apex }) {
    const told: string[] = []
    for (const text of CHAOS_NAMES) {
      const message = await client.ask({ name: nameFromText(text), type: Type.TXT, class: Class.Chaos })
      const texts = (message?.answer ?? []).map(({ rdata }) => rdataToText(Type.TXT, rdata))
      if (texts.length > 0) told.push(`${text.slice(0, -1)} ${texts.join(' ')}`)
    }
    const message = await client.ask({
      name: apex,
      type: Type.SOA,
      edns: { options: [{ code: NSID, data: new Uint8Array(0) }] },
    })
    const nsid = message?.edns?.options.find(({ code }) => code === NSID)?.data
    if (nsid !== undefined && nsid.length > 0) told.push(`NSID "${Buffer.from(nsid).toString('latin1')}"`)
    return [told.length === 0 ? 'it does not say' : `it says ${told.join(', ')}`]
  },
}

/** Reads the serial, which tells when something changed that this view may see. */
export const readSerial: Method = {
  name: 'serial',
  summary: 'watches whether the serial of the SOA moves while nothing that it may see does',
  async run(session) {
    const serials: (number | undefined)[] = []
    for (let round = 0; round < SERIAL_ROUNDS; round++) serials.push(await serialOf(session))
    const distinct = [...new Set(serials.filter((serial) => serial !== undefined))]
    return [
      distinct.length === 0 ? 'no SOA was answered' : `serial ${distinct.join(', then ')}; read ${SERIAL_ROUNDS} times`,
    ]
  },
}

const SERIAL_ROUNDS = 5

async function serialOf({ client, apex }: Session): Promise<number | undefined> {
  const soa = (await client.ask({ name: apex, type: Type.SOA }))?.answer.find(({ type }) => type === Type.SOA)
  if (soa === undefined) return undefined
  return Buffer.from(soa.rdata).readUInt32BE(soa.rdata.length - SOA_NUMBERS_OCTETS)
}

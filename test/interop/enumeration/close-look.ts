import { Type } from '../../../dns/constants.ts'
import { buildQuery, type Message, readMessage } from '../../../dns/message.ts'
import { nameFromText } from '../../../dns/name.ts'
import { typeToText } from '../../../dns/rr/registry.ts'
import { connectUdp } from '../../helpers/udp-client.ts'
import { askAll } from './asker.ts'
import { areaUnderCurve, type Separation } from './separation.ts'

const TYPES = [Type.A, Type.AAAA, Type.MX, Type.TXT, Type.DS, Type.NSEC, Type.ANY]
const LANES = 20
/** RDATA of an RRSIG: type, algorithm, labels, TTL, expiration, inception (RFC 4034 §3.1). */
const LABELS_AT = 3
const INCEPTION_AT = 12

const FEATURES: Readonly<Record<string, (message: Message) => number>> = {
  rcode: ({ rcode }) => rcode,
  flags: ({ flags }) => flags,
  octets: ({ length }) => length,
  'records in the answer': ({ answer }) => answer.length,
  'records of authority': ({ authority }) => authority.length,
  'additional records': ({ additional }) => additional.length,
  'least TTL': ({ answer, authority }) => Math.min(...[...answer, ...authority].map(({ ttl }) => ttl), 1e9),
  'types in order': (message) =>
    [...message.answer, ...message.authority].reduce((all, { type }) => (all * 31 + type) % 1e9, 0),
  'labels of the signature': (message) => signatureOf(message)?.[LABELS_AT] ?? 0,
  'inception of the signature': (message) => {
    const rdata = signatureOf(message)
    return rdata === undefined ? 0 : Buffer.from(rdata).readUInt32BE(INCEPTION_AT)
  },
}

/**
 * Looks at each name more closely than any tool does: many types, with signatures; and how well what comes tells real names
 * from decoys.
 */
export async function lookClosely(
  address: string,
  names: readonly string[],
  real: ReadonlySet<string>,
): Promise<Separation[]> {
  const client = await connectUdp({ port: 53, address })
  const found: Separation[] = []
  try {
    for (const type of TYPES) {
      const messages = await askAll(names, LANES, async (name) => {
        const query = { id: 0, name: nameFromText(`${name}.`), type, edns: { udpSize: 1232, do: true } }
        const answer = await client.ask(buildQuery(query))
        return answer && readMessage(answer)
      })
      if (messages.includes(undefined)) throw new Error(`a question for ${typeToText(type)} got no answer`)
      for (const [feature, value] of Object.entries(FEATURES)) {
        const rows = names.map((name, index) => ({ value: value(messages[index]!), isReal: real.has(name) }))
        found.push({ feature: `${typeToText(type)}: ${feature}`, auc: areaUnderCurve(rows) })
      }
    }
  } finally {
    client.close()
  }
  return found
}

function signatureOf({ answer, authority }: Message): Uint8Array | undefined {
  return [...answer, ...authority].find(({ type }) => type === Type.RRSIG)?.rdata
}

import { ipv4ToText } from '../../../dns/address-text.ts'
import { Flag, Type } from '../../../dns/constants.ts'
import { buildQuery, type Message, readMessage } from '../../../dns/message.ts'
import { nameFromText, nameToText } from '../../../dns/name.ts'
import { connectTcp } from '../../helpers/tcp-client.ts'
import { connectUdp } from '../../helpers/udp-client.ts'

/** Data of the answer section, as tools compare it: addresses, and names without the dot at their end. */
export type Data = readonly string[]

/** Asks as the tools do: RD set, UDP, TCP where that is wanted, again where nothing comes. */
export interface Asker {
  ask(name: string, type: number): Promise<Data>
  close(): void
}

const PATIENCE_MS = 1_000
const ATTEMPTS = 3

/** Asks the server at port 53 of that address. */
export async function openAsker(address: string): Promise<Asker> {
  const udp = await connectUdp({ port: 53, address, timeoutMs: PATIENCE_MS })
  return {
    ask: async (name, type) => {
      const query = buildQuery({ id: 0, name: nameFromText(`${name}.`), type, rd: true })
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const octets = await udp.ask(query)
        const message = octets && readMessage(octets)
        if (message === undefined) continue
        return dataOf((message.flags & Flag.TC) === 0 ? message : await askTcp(address, query))
      }
      return []
    },
    close: () => udp.close(),
  }
}

/** Asks so many at a time, and gives the answers in the order of the names. */
export async function askAll<Result>(
  names: readonly string[],
  lanes: number,
  ask: (name: string) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(names.length)
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < names.length; index = next++) results[index] = await ask(names[index]!)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return results
}

async function askTcp(address: string, query: Uint8Array): Promise<Message | undefined> {
  const client = await connectTcp(53, address)
  try {
    return readMessage(await client.ask(query))
  } catch {
    return undefined
  } finally {
    client.close()
  }
}

function dataOf(message: Message | undefined): string[] {
  return (message?.answer ?? []).flatMap(({ type, rdata }) => {
    if (type === Type.A) return [ipv4ToText(rdata)]
    if (type === Type.AAAA) return [Buffer.from(rdata).toString('hex')]
    return type === Type.CNAME ? [nameToText(rdata).replace(/\.$/, '')] : []
  })
}

import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { Rcode, Type } from '../../../dns/constants.ts'
import { buildQuery, readMessage } from '../../../dns/message.ts'
import { nameFromText } from '../../../dns/name.ts'
import { rdataToText } from '../../../dns/rr/rdata.ts'
import { connectUdp } from '../../helpers/udp-client.ts'

/** Somebody who looks at a zone's CDS records and has the parent publish what they say (RFC 7344, RFC 8078). */
export interface Registrar {
  /** What the parent was given so far, one set of DS records after another. */
  readonly published: readonly (readonly string[])[]
  /** Does nothing until it is called again. */
  readonly takeABreak: () => () => void
  readonly stop: () => Promise<void>
}

export interface RegistrarOptions {
  readonly zone: string
  /** Where the zone is served, on 127.0.0.1. */
  readonly port: number
  readonly parentFile: string
  readonly zoneWith: (ds: readonly string[], serial: number) => string
  readonly reload: () => Promise<void>
}

/** Between two looks. */
const PAUSE_MS = 200
/** RFC 8078 §4: the whole DS RRset is to go. */
const DELETION = '0 0 0 00'

/** Looks again and again until it is stopped. */
export function startRegistrar(options: RegistrarOptions): Registrar {
  const published: (readonly string[])[] = []
  let isResting = false
  let isStopped = false
  const work = async () => {
    for (let current: string | undefined; !isStopped; await delay(PAUSE_MS)) {
      if (isResting) continue
      const wanted = await askCds(options)
      if (wanted === undefined || wanted.join() === current) continue
      current = wanted.join()
      published.push(wanted)
      writeFileSync(options.parentFile, options.zoneWith(wanted, published.length + 1))
      await options.reload()
    }
  }
  const working = work()
  return {
    published,
    takeABreak: () => {
      isResting = true
      return () => {
        isResting = false
      }
    },
    stop: async () => {
      isStopped = true
      await working
    },
  }
}

/** DS records that the zone asks for; undefined: it says nothing, and nothing is to change. */
async function askCds({ zone, port }: RegistrarOptions): Promise<string[] | undefined> {
  const client = await connectUdp({ port, timeoutMs: 1_000 })
  try {
    const answer = await client.ask(buildQuery({ id: 1, name: nameFromText(zone), type: Type.CDS }))
    const message = answer && readMessage(answer)
    const records = message?.answer.filter(({ type }) => type === Type.CDS) ?? []
    if (message?.rcode !== Rcode.NoError || records.length === 0) return undefined
    const texts = records.map(({ rdata }) => rdataToText(Type.DS, rdata)).sort()
    return texts.filter((text) => text !== DELETION)
  } finally {
    client.close()
  }
}

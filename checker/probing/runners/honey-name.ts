import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { isIP, type Socket } from 'node:net'
import { Type } from '../../../dns/constants.ts'
import { buildQuery } from '../../../dns/message.ts'
import { nameFromText } from '../../../dns/name.ts'
import { type HoneyNameResult, honeyName } from '../../probes/honey-name.ts'
import type { Target } from '../../targets/targets.ts'
import { BudgetSpent, type Place } from '../gate.ts'
import { dnsPortOf, type Runner, type RunnerMeans, singleAddresses } from '../runner.ts'

const PATIENCE_MS = 3_000
const TRIES = 20
const TRY_EVERY_MS = 500
/** veild tells of one address and one honey name once a minute: a question before this one may have taken that. */
const TOLD_AGAIN_MS = 61_000
const ID_OCTETS = 2

/**
 * Asks for a name below a honey name, with a label that nobody can guess, and looks for it in the log of veild. Where the
 * operator says how a ban is lifted it asks over TCP, for that alone proves an address, sees whether it is banned, and frees it.
 */
export const honeyNameRunner: Runner = {
  probe: honeyName,
  lacks: (target) => {
    if (target.honey === undefined) return 'it names no `honey`'
    if (target.commands['honey-log'] === undefined) return 'its `commands` have no `honey-log`'
    if (singleAddresses(target).length === 0) return 'it names no single address'
    const protocol = protocolOf(target)
    return portOf(target) === undefined ? `it names no ${protocol.toUpperCase()} port: 53/${protocol}` : undefined
  },
  plan: (target) => {
    const [to = ''] = singleAddresses(target)
    const { commands } = target
    const lift = commands['honey-lift']
    return [
      { what: `a question for a name below the honey name, over ${protocolOf(target).toUpperCase()}`, to, times: 1 },
      { what: commands['honey-log']!.join(' '), to: 'this host', times: TRIES },
      ...(lift === undefined
        ? []
        : [
            { what: 'a question for the zone, until none is answered, and until one is again', to, times: 2 * TRIES },
            { what: `${lift.join(' ')}; until then this machine may get no answer`, to: 'this host', times: 1 },
          ]),
    ]
  },
  run: async (means) => {
    const { gate } = means
    const [address = ''] = singleAddresses(gate.target)
    const place = { address, port: portOf(gate.target)! }
    let found = await tryOnce(means, place)
    if (!found.isLogged) {
      await means.wait(TOLD_AGAIN_MS)
      found = await tryOnce(means, place)
    }
    return [{ probe: honeyName.name, target: address, at: gate.now(), found }]
  },
}

function protocolOf({ commands }: Target): 'tcp' | 'udp' {
  return commands['honey-lift'] === undefined ? 'udp' : 'tcp'
}

function portOf(target: Target): number | undefined {
  return dnsPortOf(target, protocolOf(target))
}

async function tryOnce(means: RunnerMeans, place: Place): Promise<HoneyNameResult> {
  const { gate } = means
  const { zone, name } = gate.target.honey!
  const nonce = means.nonce()
  const isProved = protocolOf(gate.target) === 'tcp'
  const asked = await ask(means, place, `${nonce}.${name}`)
  if (asked === undefined) throw new Error(`${place.address} does not answer`)
  const line = await logLine(means, nonce)
  const base = { zone, nonce, isProved, isLogged: line !== undefined }
  // Neither veild nor fail2ban bans an address of its own machine.
  if (!isProved || line === undefined || asked.isOwn) return base
  return { ...base, ...(await seeBan(means, place, sourceIn(line))) }
}

/** Whether the sender is banned; the ban is lifted, whatever comes. */
async function seeBan(
  means: RunnerMeans,
  place: Place,
  source: string,
): Promise<Pick<HoneyNameResult, 'isBanned' | 'isLifted'>> {
  const { zone } = means.gate.target.honey!
  const isAnswered = async () => (await ask(means, place, zone)) !== undefined
  let isBanned = false
  try {
    // Twice: once may be chance.
    isBanned = await until(means, async () => !(await isAnswered()) && !(await isAnswered()))
  } finally {
    const words = means.gate.target.commands['honey-lift']!
    await means.runWords(words.map((word) => word.replaceAll('{address}', source)))
  }
  return isBanned ? { isBanned, isLifted: await until(means, isAnswered) } : { isBanned }
}

/** The line of the log that has the word. */
async function logLine({ gate, runWords, wait }: RunnerMeans, nonce: string): Promise<string | undefined> {
  const words = gate.target.commands['honey-log']!.map((word) => word.replaceAll('{nonce}', nonce))
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const result = await runWords(words)
    if (result.outcome === 'failed') throw new Error(`\`${words.slice(0, 3).join(' ')}\`: ${result.why}`)
    const line = result.stdout.split('\n').find((each) => each.includes('honey-asked') && each.includes(nonce))
    if (line !== undefined) return line
    await wait(TRY_EVERY_MS)
  }
  return undefined
}

/** As the name server sees the sender: behind a translation of addresses that is another than the sender knows. */
function sourceIn(line: string): string {
  const [, quoted, plain] = /"source":"([^"]+)"|\ssource=(\S+)/.exec(line) ?? []
  const source = quoted ?? plain ?? ''
  if (isIP(source) === 0) throw new Error('the line in the log names no address, so no ban of it can be lifted')
  return source
}

interface Asked {
  /** The address asked is one of this machine. */
  readonly isOwn: boolean
}

/** Whether a question is answered, whatever the answer. */
async function ask({ gate }: RunnerMeans, place: Place, name: string): Promise<Asked | undefined> {
  const query = buildQuery({ id: randomInt(0x10000), name: nameFromText(name), type: Type.SOA })
  if (protocolOf(gate.target) === 'udp') {
    const answer = await gate.ask(place, query)
    if (answer === 'spent') throw new BudgetSpent()
    return answer === undefined ? undefined : { isOwn: false }
  }
  // The log of what is sent does not have the name.
  const connection = await gate.connect(place, 'a question over TCP')
  if (connection.outcome === 'spent') throw new BudgetSpent()
  if (connection.outcome !== 'connected') return undefined
  const { socket } = connection
  const isOwn = socket.localAddress === socket.remoteAddress
  return (await isAnsweredOver(socket, query)) ? { isOwn } : undefined
}

/** A length of two octets stands in front of each message (RFC 1035 §4.2.2). */
async function isAnsweredOver(socket: Socket, query: Uint8Array): Promise<boolean> {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(query.length)
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const chunks: Buffer[] = []
  try {
    socket.write(Buffer.concat([length, query]))
    while (Buffer.concat(chunks).length < length.length + ID_OCTETS) {
      const [chunk] = (await once(socket, 'data', { signal })) as [Buffer]
      chunks.push(chunk)
    }
    const id = Buffer.concat(chunks).subarray(length.length, length.length + ID_OCTETS)
    return id.equals(query.subarray(0, ID_OCTETS))
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function until({ wait }: RunnerMeans, holds: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (await holds()) return true
    await wait(TRY_EVERY_MS)
  }
  return false
}

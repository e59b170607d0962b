import { randomInt } from 'node:crypto'
import { Type } from '../../../dns/constants.ts'
import { buildQuery } from '../../../dns/message.ts'
import { nameFromText } from '../../../dns/name.ts'
import { type DnsViewResult, dnsView } from '../../probes/dns-view.ts'
import type { Observation } from '../../probes/probe.ts'
import { BudgetSpent, type Gate } from '../gate.ts'
import { innerNames, lacksInnerNames, nobodyBeside, planOf } from '../inner-names.ts'
import { dnsPortOf, type Runner, type RunnerMeans, singleAddresses } from '../runner.ts'

const HEADER_OCTETS = 12
/** Once may be chance, such as a serial that moved meanwhile. */
const DIFFERENCES = 3

/** Asks name servers from outside for each inner name, and for one beside it that nobody has, and compares the octets. */
export const dnsViewRunner: Runner = {
  probe: dnsView,
  lacks: (target) =>
    lacksInnerNames(target) ??
    (dnsPortOf(target, 'udp') === undefined ? 'it names no UDP port of a name server: 53/udp' : undefined),
  plan: planOf('questions for it, and for two names beside it that nobody has'),
  run: async (means) => {
    const observations: Observation<DnsViewResult>[] = []
    for (const address of singleAddresses(means.gate.target)) observations.push(await compareAll(means, address))
    return observations
  },
}

async function compareAll(means: RunnerMeans, address: string): Promise<Observation<DnsViewResult>> {
  const { gate } = means
  const port = dnsPortOf(gate.target, 'udp')!
  const learned: string[] = []
  let asked = 0
  for (const name of innerNames(means)) {
    const verdict = await compare(means, { address, port }, name)
    if (verdict !== 'unanswered') asked++
    if (verdict === 'differs') learned.push(name)
  }
  return { probe: dnsView.name, target: address, at: gate.now(), found: { asked, learned } }
}

async function compare(
  { gate, nonce }: RunnerMeans,
  place: { readonly address: string; readonly port: number },
  name: string,
): Promise<'same' | 'differs' | 'unanswered'> {
  for (let round = 0; round < DIFFERENCES; round++) {
    const own = await ask(gate, place, name)
    const nobodys = await ask(gate, place, nobodyBeside(name, nonce))
    const others = await ask(gate, place, nobodyBeside(name, nonce))
    if (own === undefined || nobodys === undefined || others === undefined) return 'unanswered'
    if (own === nobodys) return 'same'
    // Where decoys answer, no two names have the same address: then only the shape can tell.
    if (nobodys !== others && shapeOf(own) === shapeOf(nobodys)) return 'same'
  }
  return 'differs'
}

/** The octets of the answer without its ID and the name asked for, which stands in it once: all else points to it. */
async function ask(
  gate: Gate,
  place: { readonly address: string; readonly port: number },
  name: string,
): Promise<string | undefined> {
  const wire = nameFromText(name)
  const answer = await gate.ask(place, buildQuery({ id: randomInt(0x10000), name: wire, type: Type.A }))
  if (answer === 'spent') throw new BudgetSpent()
  if (answer === undefined) return undefined
  const behind = answer.subarray(HEADER_OCTETS + wire.length)
  return `${answer.subarray(2, HEADER_OCTETS).toString('hex')} ${behind.toString('hex')}`
}

/** The header behind the ID, and the size. */
function shapeOf(answer: string): string {
  return `${answer.split(' ', 1)[0]} ${answer.length}`
}

import { type OriginResult, origin } from '../../probes/origin.ts'
import type { Observation } from '../../probes/probe.ts'
import { BudgetSpent, type Gate } from '../gate.ts'
import { exchange } from '../http-get.ts'
import { type Runner, singleAddresses } from '../runner.ts'
import { isSecurePort, lacksSite, webPorts } from '../site.ts'
import { seenChain } from '../tls/seen-chain.ts'
import { shakeHands } from '../tls/shake-hands.ts'

/** Asks the server behind a proxy for the site by its own address: who finds that goes past the proxy. */
export const originRunner: Runner = {
  probe: origin,
  lacks: (target) =>
    lacksSite(target) ??
    (singleAddresses(target).length === 0 ? 'it names no single address of the server' : undefined),
  plan: (target) =>
    singleAddresses(target).flatMap((to) => [
      ...(target.controlPort === undefined
        ? []
        : [{ what: `a TCP connection to ${target.controlPort}, closed at once`, to, times: 1 }]),
      {
        what: `a handshake and GET / for ${target.names.join(', ')}`,
        to,
        times: target.names.length * webPorts(target).length,
      },
    ]),
  run: async ({ gate }) => {
    const observations: Observation<OriginResult>[] = []
    for (const address of singleAddresses(gate.target)) {
      await requireControlPort(gate, address)
      for (const name of gate.target.names) observations.push(await askFor(gate, address, name))
    }
    return observations
  },
}

/** Whoever is shut out sees a server that hides well. */
async function requireControlPort(gate: Gate, address: string): Promise<void> {
  const { controlPort } = gate.target
  if (controlPort === undefined) return
  const connected = await gate.connect({ address, port: Number.parseInt(controlPort, 10) }, 'a TCP connection')
  if (connected.outcome === 'spent') throw new BudgetSpent()
  if (connected.outcome !== 'connected') {
    throw new Error(`${address}: ${controlPort}, which is known to be open, does not answer: who asks may be shut out`)
  }
  connected.socket.destroy()
}

interface Seen {
  readonly status?: number
  readonly certificateNames: readonly string[]
  readonly from?: string
}

/** Over all its web ports: the names of every certificate, and the answer that shows most. */
async function askFor(gate: Gate, address: string, name: string): Promise<Observation<OriginResult>> {
  const seen: Seen[] = []
  for (const port of webPorts(gate.target)) seen.push(await askAt(gate, { address, port }, name))
  const statuses = seen.flatMap(({ status }) => status ?? []).sort((one, other) => one - other)
  const from = seen.find((each) => each.from !== undefined)?.from
  const certificateNames = [...new Set(seen.flatMap((each) => each.certificateNames))]
  const found: OriginResult = { name, ...(statuses.length > 0 && { status: statuses[0]! }), certificateNames }
  return { probe: origin.name, target: address, at: gate.now(), ...(from && { from }), found }
}

async function askAt(
  gate: Gate,
  place: { readonly address: string; readonly port: number },
  name: string,
): Promise<Seen> {
  const connected = await gate.connect(place, `a handshake and GET / for ${name}`)
  if (connected.outcome === 'spent') throw new BudgetSpent()
  if (connected.outcome === 'unreachable') throw new Error(`${place.address}: this host knows no way there`)
  if (connected.outcome !== 'connected') return { certificateNames: [] }
  const { socket } = connected
  const from = socket.localAddress
  try {
    const get = { ...place, host: name, path: '/', isSecure: isSecurePort(place.port) }
    if (!get.isSecure) return { ...answered(await exchange(socket, get)), certificateNames: [], ...(from && { from }) }
    const handshake = await shakeHands(socket, get)
    if (handshake.outcome !== 'secured') return { certificateNames: [], ...(from && { from }) }
    const certificateNames = seenChain(handshake.stream)[0]?.names ?? []
    return { ...answered(await exchange(handshake.stream, get)), certificateNames, ...(from && { from }) }
  } finally {
    socket.destroy()
  }
}

function answered(answer: Awaited<ReturnType<typeof exchange>>): { readonly status?: number } {
  return answer === undefined ? {} : { status: answer.status }
}

import { PLAIN_PROTOCOLS } from '../../facts/plain-ports.ts'
import type { Observation } from '../../probes/probe.ts'
import { type TlsOfferResult, tlsOffer } from '../../probes/tls-offer.ts'
import type { Target } from '../../targets/targets.ts'
import type { Gate } from '../gate.ts'
import { type Runner, singleAddresses } from '../runner.ts'
import { beginAt } from '../tls/begin-at.ts'
import { TLS_ROADS } from '../tls/begin-tls.ts'
import { type TlsPort, targetText, tlsPorts } from '../tls/tls-places.ts'

/** Ports of which both are known: that they may speak in the clear, and how TLS begins on them. */
const ASKABLE: readonly number[] = [...PLAIN_PROTOCOLS.keys()].filter((port) => TLS_ROADS.has(port))

/** Asks services that speak in the clear whether they would begin TLS, each in the words of its protocol. */
export const tlsOfferRunner: Runner = {
  probe: tlsOffer,
  lacks: (target) =>
    singleAddresses(target).length === 0
      ? 'it names no single address'
      : plainPorts(target).length === 0
        ? `it names none of the ports ${ASKABLE.join(', ')}`
        : undefined,
  plan: (target) =>
    singleAddresses(target).map((to) => ({
      what: `a connection that asks for TLS: ${plainPorts(target)
        .map(({ road }) => road.protocol)
        .join(', ')}`,
      to,
      times: plainPorts(target).length,
    })),
  run: async ({ gate }) => {
    const observations: Observation<TlsOfferResult>[] = []
    for (const address of singleAddresses(gate.target)) {
      for (const port of plainPorts(gate.target)) observations.push(...(await ask(gate, address, port)))
    }
    return observations
  },
}

/** Ports of protocols in the clear that TLS may begin on. */
function plainPorts(target: Target): readonly TlsPort[] {
  return tlsPorts(target).filter(({ port }) => ASKABLE.includes(port))
}

/** Nothing of who does not answer: a service that is down offers neither. */
async function ask(
  gate: Gate,
  address: string,
  { port, road }: TlsPort,
): Promise<readonly Observation<TlsOfferResult>[]> {
  const what = `a connection that asks for TLS (${road.protocol})`
  const beginning = await beginAt(gate, { address, port, road, what }, { host: address })
  if (beginning.outcome === 'silent' || beginning.outcome === 'closed') return []
  if (beginning.outcome === 'secured') {
    beginning.stream.destroy()
    beginning.socket.destroy()
  }
  const found = { protocol: road.protocol, offersTls: beginning.outcome !== 'declined' }
  return [{ probe: tlsOffer.name, target: targetText(address, port), at: gate.now(), found }]
}

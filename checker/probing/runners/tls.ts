import type { SecureVersion } from 'node:tls'
import type { Observation } from '../../probes/probe.ts'
import { type TlsResult, tls } from '../../probes/tls.ts'
import type { Gate, Place } from '../gate.ts'
import { type Runner, singleAddresses } from '../runner.ts'
import { beginAt } from '../tls/begin-at.ts'
import { distrustOf, seenChain } from '../tls/seen-chain.ts'
import { lacksTls, type TlsPort, targetText, tlsPorts } from '../tls/tls-places.ts'

/** The newest first: the chain is of the handshake that clients of today get. */
const VERSIONS: readonly SecureVersion[] = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1']

/** Shakes hands with every version of TLS, by each name, and by bare address as who scans does. */
export const tlsRunner: Runner = {
  probe: tls,
  lacks: lacksTls,
  plan: (target) =>
    [...target.names, ...singleAddresses(target)].map((to) => ({
      what: `a handshake, with each of ${VERSIONS.toReversed().join(', ')}`,
      to,
      times: VERSIONS.length * tlsPorts(target).length,
    })),
  run: async ({ gate }) => {
    const observations: Observation<TlsResult>[] = []
    for (const host of [...gate.target.names, ...singleAddresses(gate.target)]) {
      const address = gate.target.names.includes(host) ? (await gate.resolve(host))[0]! : host
      for (const port of tlsPorts(gate.target)) observations.push(...(await look(gate, { host, address }, port)))
    }
    return observations
  },
}

interface Asked {
  readonly host: string
  readonly address: string
}

/** Nothing where no handshake came about: the port speaks something else, or nobody is there. */
async function look(
  gate: Gate,
  { host, address }: Asked,
  { port, road }: TlsPort,
): Promise<readonly Observation<TlsResult>[]> {
  const place: Place = { address, port }
  const versions: string[] = []
  let first: Pick<TlsResult, 'chain' | 'distrusted'> | undefined
  let from: string | undefined
  for (const version of VERSIONS) {
    const what = `a handshake of ${version}`
    const beginning = await beginAt(gate, { ...place, road, what }, { host, version })
    // Who says nothing, or says no, will not do otherwise for older versions.
    if (beginning.outcome === 'silent' || beginning.outcome === 'declined') break
    if (beginning.outcome !== 'secured') continue
    const { stream, socket } = beginning
    versions.unshift(stream.getProtocol() ?? version)
    from ??= socket.localAddress
    first ??= chainOf(beginning.stream, host)
    stream.destroy()
    socket.destroy()
  }
  if (first === undefined) return []
  const found: TlsResult = { protocol: road.protocol, address, versions, ...first }
  return [{ probe: tls.name, target: targetText(host, port), at: gate.now(), ...(from && { from }), found }]
}

function chainOf(stream: Parameters<typeof seenChain>[0], host: string): Pick<TlsResult, 'chain' | 'distrusted'> {
  const distrusted = distrustOf(stream, host)
  return { chain: seenChain(stream), ...(distrusted !== undefined && { distrusted }) }
}

import { ownAddresses } from '../../facts/addresses.ts'
import { type Flow, flows, withPort } from '../../facts/flows.ts'
import type { Host } from '../../facts/host.ts'
import { PLAIN_PROTOCOLS } from '../../facts/plain-ports.ts'
import { isRunning } from '../../facts/processes.ts'
import { isOwnOrTunnelled } from '../../facts/tunnels.ts'
import { type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'
import { unknown } from '../../judging/say.ts'
import { tlsOffer } from '../../probes/tls-offer.ts'
import type { Judged } from '../judge.ts'
import { bypassOf, isRoutedIntoTunnel } from './bypass.ts'

/** No connection to another host may be one of a protocol without encryption; one look sees only what is open then. */
export function s2s03(host: Host): Judged {
  if (!host.get(isRunning)) return [unknown('not-running', 'Nothing runs here, so no connection can be seen.')]
  const open = new Map(
    host
      .get(flows)
      .filter((flow) => isOfConcern(host, flow))
      .map((flow) => [`${flow.address} ${flow.port} ${flow.isIncoming}`, flow]),
  )
  if (open.size > 0) return [...open.values()].map((flow) => (own: Host) => judgeFlow(own, flow))
  const seen: Evidence = { source: 'file', path: '/proc/net/tcp', excerpt: 'no connection of a plain protocol' }
  const reason = 'No connection to another host is one of a protocol without encryption, at this moment.'
  return [{ subject: HOST, state: 'pass', cause: 'none-seen', reason, evidence: [seen] }]
}

/** Whoever sends mail here, or fetches a file, is no host of the operation. */
const FOR_STRANGERS: readonly number[] = [21, 25]

function isOfConcern(host: Host, { address, port, isIncoming }: Flow): boolean {
  if (!PLAIN_PROTOCOLS.has(port) || (isIncoming && FOR_STRANGERS.includes(port))) return false
  const carried = isOwnOrTunnelled(host, address)
  if (carried !== undefined) return bypassOf(host, address, carried) !== undefined
  return !isRoutedIntoTunnel(host, address) && !host.get(ownAddresses).includes(address)
}

function judgeFlow(host: Host, { address, port, isIncoming, evidence: seen }: Flow): Judgement {
  const { name, mayBeTls } = PLAIN_PROTOCOLS.get(port)!
  const way = `${name} ${isIncoming ? 'from' : 'to'} ${address}`
  const target = withPort(address, port)
  const offer = isIncoming ? undefined : host.observed(tlsOffer).find((each) => each.target === target)
  if (!mayBeTls || offer?.found.offersTls === false) {
    const evidence: Evidence[] =
      offer === undefined ? [] : [{ source: 'probe', path: target, excerpt: 'offers no TLS', at: offer.at }]
    const reason = `${way} is in the clear: whoever taps the line reads it.`
    return { subject: way, state: 'fail', cause: 'plain', reason, evidence: [seen, ...evidence] }
  }
  const reason = `${way} may be TLS or may be in the clear: its port does not tell.`
  return { subject: way, state: 'warn', cause: 'unproven', reason, evidence: [seen] }
}

import type { Host } from '../../facts/host.ts'
import { PLAIN_PROTOCOLS } from '../../facts/plain-ports.ts'
import { isRunning } from '../../facts/processes.ts'
import { sockets } from '../../facts/sockets.ts'
import { isOwnOrTunnelled } from '../../facts/tunnels.ts'
import { type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'
import { unknown } from '../../judging/say.ts'
import { tlsOffer } from '../../probes/tls-offer.ts'
import type { Judged } from '../judge.ts'

/** No connection to another host may be one of a protocol without encryption; one look sees only what is open then. */
export function s2s03(host: Host): Judged {
  if (!host.get(isRunning)) return [unknown('not-running', 'Nothing runs here, so no connection can be seen.')]
  const flows = new Map<string, { readonly address: string; readonly port: number }>()
  for (const { protocol, isListening, remoteAddress, remotePort } of host.get(sockets)) {
    if (protocol !== 'tcp' || isListening || !PLAIN_PROTOCOLS.has(remotePort)) continue
    if (isOwnOrTunnelled(host, remoteAddress) !== undefined) continue
    flows.set(`${remoteAddress} ${remotePort}`, { address: remoteAddress, port: remotePort })
  }
  if (flows.size > 0) return [...flows.values()].map((flow) => (own: Host) => judgeFlow(own, flow))
  const seen: Evidence = { source: 'file', path: '/proc/net/tcp', excerpt: 'no connection of a plain protocol' }
  const reason = 'No connection to another host is one of a protocol without encryption, at this moment.'
  return [{ subject: HOST, state: 'pass', cause: 'none-seen', reason, evidence: [seen] }]
}

function judgeFlow(host: Host, { address, port }: { readonly address: string; readonly port: number }): Judgement {
  const { name, mayBeTls } = PLAIN_PROTOCOLS.get(port)!
  const subject = `${name} to ${address}`
  const target = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  const seen: Evidence = { source: 'file', path: '/proc/net/tcp', excerpt: `connected to ${target}` }
  const offer = host.observed(tlsOffer).find((each) => each.target === target)
  if (!mayBeTls || offer?.found.offersTls === false) {
    const evidence: Evidence[] =
      offer === undefined ? [] : [{ source: 'probe', path: target, excerpt: 'offers no TLS', at: offer.at }]
    const reason = `${name} to ${address} is in the clear: whoever taps the line reads it.`
    return { subject, state: 'fail', cause: 'plain', reason, evidence: [seen, ...evidence] }
  }
  const reason = `${name} to ${address} may be TLS or may be in the clear: its port does not tell.`
  return { subject, state: 'warn', cause: 'unproven', reason, evidence: [seen] }
}

import type { Host } from '../../facts/host.ts'
import { fstab } from '../../facts/mounts.ts'
import { glob } from '../../facts/paths.ts'
import { PLAIN_PROTOCOLS } from '../../facts/plain-ports.ts'
import { prefixHolds } from '../../facts/prefixes.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { redis } from '../../facts/redis.ts'
import { routes, routeTo } from '../../facts/routes.ts'
import { sockets } from '../../facts/sockets.ts'
import { isOwnOrTunnelled, tunnels } from '../../facts/tunnels.ts'
import { cite, type Evidence, type Judgement, placeIn, type State } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'

interface Link {
  readonly peer: string
  readonly what: string
  /** It encrypts by itself. */
  readonly isEncrypted: boolean
  readonly evidence: Evidence
}

/** What goes to another host of the operation in a protocol without encryption must go by a tunnel, and the route must lead there. */
export function s2s02(host: Host): readonly Judgement[] {
  const links = new Map(
    [...mountLinks(host), ...replicaLinks(host), ...openLinks(host)].map((link) => [`${link.peer} ${link.what}`, link]),
  )
  const found = [...[...links.values()].map((link) => judgeLink(host, link)), ...judgeStunnel(host)]
  return found.length > 0
    ? found
    : [notApplicable('single-host', 'Nothing names another host that data of this one goes to.')]
}

/** NFS: `sec=krb5p` encrypts, `xprtsec=tls` does, too. */
function mountLinks(host: Host): readonly Link[] {
  return host.get(fstab).flatMap(({ source, type, options, at }) => {
    const peer = /^\[?([^\]]+?)\]?:\//.exec(source)?.[1]
    if (!/^nfs4?$/.test(type) || peer === undefined) return []
    const isEncrypted = options.some((option) => option === 'sec=krb5p' || /^xprtsec=m?tls$/.test(option))
    return [{ peer, what: 'NFS', isEncrypted, evidence: cite(at) }]
  })
}

function replicaLinks(host: Host): readonly Link[] {
  const settings = host.get(redis)
  const replica = settings?.get('replicaof')
  if (replica === undefined || replica.words[0] === undefined || replica.words[0] === 'no') return []
  const isEncrypted = settings?.get('tls-replication')?.words[0] === 'yes'
  return [{ peer: replica.words[0], what: 'Redis', isEncrypted, evidence: cite(replica.at) }]
}

/** Connections that are open to addresses of the operator's own. */
function openLinks(host: Host): readonly Link[] {
  return host.get(sockets).flatMap(({ protocol, isListening, remoteAddress, remotePort }) => {
    const plain = PLAIN_PROTOCOLS.get(remotePort)
    const isPeer = host.declared.ownPrefixes.some((prefix) => prefixHolds(prefix, remoteAddress))
    if (protocol !== 'tcp' || isListening || plain === undefined || plain.mayBeTls || !isPeer) return []
    const evidence: Evidence = { source: 'file', path: '/proc/net/tcp', excerpt: `${remoteAddress} port ${remotePort}` }
    return [{ peer: remoteAddress, what: plain.name, isEncrypted: false, evidence }]
  })
}

function judgeLink(host: Host, { peer, what, isEncrypted, evidence }: Link): Judgement {
  const subject = `${what} to ${peer}`
  const say = (state: State, cause: string, reason: string, more: readonly Evidence[] = []): Judgement => ({
    subject,
    state,
    cause,
    reason,
    evidence: [evidence, ...more],
    values: { peer },
  })
  if (isEncrypted) return say('pass', 'encrypted', 'It is encrypted by itself.')
  const carried = isOwnOrTunnelled(host, peer)
  if (carried === undefined)
    return say('fail', 'in-clear', `${what} goes to ${peer} in the clear: whoever taps the line reads it.`)
  const route = routeTo(host.get(routes), peer)
  const isDefault = host.get(tunnels).some(({ prefix }) => prefix === '0.0.0.0/0')
  if (route !== undefined && !isDefault && carried.evidence.length > 0 && !isTunnel(host, route.interface)) {
    const reason = `A tunnel carries ${peer}, but the route to it leads past: ${what} goes in the clear.`
    return say('fail', 'bypassed', reason, [...carried.evidence, route.evidence])
  }
  return say('pass', 'tunnelled', `It goes by ${carried.how}.`, carried.evidence)
}

function isTunnel(host: Host, name: string): boolean {
  const kind = readIfThere(host.root, `/sys/class/net/${name}/uevent`)?.text ?? ''
  return /^DEVTYPE=wireguard$/m.test(kind) || /^(wg|tun|tap|ipsec|vti|xfrm|lo)/.test(name)
}

/** A client of stunnel that verifies nobody sends to whoever answers. */
function judgeStunnel(host: Host): readonly Judgement[] {
  return glob(host.root, '/etc/stunnel/*.conf').flatMap((path): readonly Judgement[] => {
    const file = readIfThere(host.root, path)
    if (file === undefined) return []
    const lines = linesOf(file, ';#').map(({ text, number }) => ({ text: text.trim().toLowerCase(), number }))
    const client = lines.find(({ text }) => /^client\s*=\s*yes$/.test(text))
    if (client === undefined) return []
    const subject = `stunnel ${path.slice(path.lastIndexOf('/') + 1)}`
    const check = lines.find(({ text }) => /^(verifychain|verifypeer)\s*=\s*yes$|^verify\s*=\s*[234]$/.test(text))
    if (check !== undefined) {
      const reason = 'It verifies whom it sends to.'
      return [{ subject, state: 'pass', cause: 'verified', reason, evidence: [cite(placeIn(file, check.number))] }]
    }
    const reason = 'It encrypts for whoever answers: someone in between reads along.'
    return [{ subject, state: 'warn', cause: 'unverified', reason, evidence: [cite(placeIn(file, client.number))] }]
  })
}

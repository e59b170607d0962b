import { isIP } from 'node:net'
import type { Host } from '../../facts/host.ts'
import { ipsecTunnels } from '../../facts/ipsec.ts'
import { openVpns } from '../../facts/openvpn.ts'
import { type PeerLink, peerLinks } from '../../facts/peer-links.ts'
import { prefixHolds } from '../../facts/prefixes.ts'
import { sshTunnels } from '../../facts/ssh-tunnels.ts'
import { stunnelServices } from '../../facts/stunnel.ts'
import { addressesOf, type Carried, isOwnOrTunnelled, type Tunnel, tunnels } from '../../facts/tunnels.ts'
import { wireguardHandshakes } from '../../facts/wireguard-handshakes.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { bypassOf } from './bypass.ts'

/** What goes to another host of the operation in a protocol without encryption must go by a tunnel, and the route must lead there. */
export function s2s02(host: Host): readonly Judgement[] {
  const found = [
    ...host.get(peerLinks).map((link) => judgeLink(host, link)),
    ...judgeVpns(host),
    ...judgeSshTunnels(host),
    ...judgeStunnel(host),
  ]
  return found.length > 0
    ? found
    : [notApplicable('single-host', 'Nothing names another host that data of this one goes to.')]
}

function judgeLink(host: Host, { peer, what, isEncrypted, evidence }: PeerLink): Judgement {
  const say = sayOf(`${what} to ${peer}`, [evidence], { peer })
  if (isEncrypted) return say('pass', 'encrypted', 'It is encrypted by itself.')
  const carried = peer.includes('/') ? carriedWhole(host, peer) : isOwnOrTunnelled(host, peer)
  if (carried === undefined && isUnresolved(host, peer)) {
    const reason = `${what} goes to ${peer} without encryption of its own; which address that is, and so which way it goes, is not known here.`
    return say('unknown', 'unresolved', reason)
  }
  if (carried === undefined)
    return say('fail', 'in-clear', `${what} goes to ${peer} in the clear: whoever taps the line reads it.`)
  const stopped = carried.tunnels.find(({ isStarted }) => !isStarted)
  if (stopped !== undefined) {
    const reason = `${stopped.how} would carry ${peer}, but nothing starts it: ${what} goes in the clear, or nowhere.`
    return say('fail', 'not-started', reason, carried.evidence)
  }
  const bypass = bypassOf(host, peer, carried)
  if (bypass !== undefined) {
    const reason = `A tunnel carries ${peer}, but the route to it leads past: ${what} goes in the clear.`
    return say('fail', 'bypassed', reason, [...carried.evidence, bypass])
  }
  const silent = silentOf(host, carried)
  if (silent !== undefined) {
    const reason = `${silent.how} carries ${peer}, but the other side has not answered for a day: ${what} goes nowhere.`
    const seen: Evidence = {
      source: 'command',
      path: 'wg show all latest-handshakes',
      excerpt: `none for ${silent.key}`,
    }
    return say('warn', 'silent', reason, [...carried.evidence, seen])
  }
  return say('pass', 'tunnelled', `It goes by ${carried.how}.`, carried.evidence)
}

/** A name that no file of the host gives an address: a resolver would. */
function isUnresolved(host: Host, peer: string): boolean {
  return isIP(peer) === 0 && /^[a-z0-9][\w.-]*$/i.test(peer) && addressesOf(host, peer).length === 0
}

/** A tunnel that carries every address of a prefix of clients. */
function carriedWhole(host: Host, prefix: string): Carried | undefined {
  const [network = '', length = ''] = prefix.split('/')
  const found = host
    .get(tunnels)
    .find((each) => prefixHolds(each.prefix, network) && Number(each.prefix.split('/')[1] ?? 128) <= Number(length))
  return found === undefined ? undefined : { how: found.how, evidence: [found.evidence], tunnels: [found] }
}

const DAY = 86_400

/** A tunnel of WireGuard whose other side has not answered for a day, or ever. */
function silentOf(host: Host, { tunnels: used }: Carried): Tunnel | undefined {
  const handshakes = host.get(wireguardHandshakes)
  return used.find(({ key }) => {
    const last = key === undefined ? undefined : handshakes?.get(key)
    return last !== undefined && host.now - last > DAY
  })
}

/** A tunnel without a cipher is none. */
function judgeVpns(host: Host): readonly Judgement[] {
  const ofOpenVpn = host.get(openVpns).map(({ name, cipher, evidence }) => {
    const say = sayOf(`OpenVPN ${name}`, [evidence])
    if (cipher === 'none') return say('fail', 'no-cipher', 'It carries everything in the clear: its cipher is none.')
    if (cipher === 'weak') {
      const reason = 'Its cipher has blocks of 64 bits, or a key that is too short: long connections give data away.'
      return say('warn', 'weak-cipher', reason)
    }
    return say('pass', 'encrypts', 'It encrypts what it carries.')
  })
  const ofIpsec = host.get(ipsecTunnels).map(({ name, cipher, evidence }) => {
    const say = sayOf(`IPsec ${name}`, [evidence])
    return cipher === 'null'
      ? say('fail', 'no-cipher', 'It proves who sends and encrypts nothing: one of its proposals is null.')
      : say('pass', 'encrypts', 'It encrypts what it carries.')
  })
  return [...ofOpenVpn, ...ofIpsec]
}

function judgeSshTunnels(host: Host): readonly Judgement[] {
  return host.get(sshTunnels).map(({ name, isUnverified, evidence }) => {
    const say = sayOf(`ssh tunnel ${name}`, [evidence])
    return isUnverified
      ? say('warn', 'unverified', 'It takes whatever key the other side shows: someone in between reads along.')
      : say('pass', 'verified', 'It encrypts, for a host whose key is known.')
  })
}

/** A client of stunnel that verifies nobody sends to whoever answers. */
function judgeStunnel(host: Host): readonly Judgement[] {
  return host
    .get(stunnelServices)
    .filter(({ isClient }) => isClient)
    .map(({ name, check, at }) => {
      const say = sayOf(`stunnel ${name}`, [cite(check ?? at)])
      return check === undefined
        ? say('warn', 'unverified', 'It encrypts for whoever answers: someone in between reads along.')
        : say('pass', 'verified', 'It verifies whom it sends to.')
    })
}

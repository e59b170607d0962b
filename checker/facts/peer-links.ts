import { cite, type Evidence, placeIn } from '../judging/judgement.ts'
import { cronJobs } from './cron.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { fstab } from './mounts.ts'
import { glob } from './paths.ts'
import { PLAIN_PROTOCOLS } from './plain-ports.ts'
import { prefixHolds } from './prefixes.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { redis } from './redis.ts'
import { sockets } from './sockets.ts'
import { systemd } from './systemd.ts'

/** Data that goes between this host and another. */
export interface PeerLink {
  /** An address, a name, or a prefix of clients. */
  readonly peer: string
  readonly what: string
  /** It encrypts by itself. */
  readonly isEncrypted: boolean
  readonly evidence: Evidence
}

/** What a mount, an export, a replica, a job, a disk or an open connection sends to other hosts. */
export const peerLinks = fact('links to other hosts', (host): readonly PeerLink[] => {
  const links = [mountLinks, exportLinks, replicaLinks, rsyncLinks, rsyncModules, diskLinks, openLinks]
  const all = links.flatMap((linksOf) => linksOf(host))
  return [...new Map(all.map((link) => [`${link.peer} ${link.what}`, link])).values()]
})

/** NFS: `sec=krb5p` encrypts, `xprtsec=tls` does, too. SMB: `seal`. */
function mountLinks(host: Host): readonly PeerLink[] {
  return host.get(fstab).flatMap(({ source, type, options, at }) => {
    const share = /^\/\/([^/]+)\//.exec(source)?.[1]
    if (/^(cifs|smb3)$/.test(type) && share !== undefined)
      return [{ peer: share, what: 'SMB', isEncrypted: options.includes('seal'), evidence: cite(at) }]
    const peer = /^\[?([^\]]+?)\]?:\//.exec(source)?.[1]
    if (!/^nfs4?$/.test(type) || peer === undefined) return []
    const isEncrypted = options.some((option) => option === 'sec=krb5p' || /^xprtsec=m?tls$/.test(option))
    return [{ peer, what: 'NFS', isEncrypted, evidence: cite(at) }]
  })
}

/** `/srv host(rw,sec=krb5p) 192.0.2.0/24(ro)` (exports(5)): a client may take the weakest of what `sec` lists. */
function exportLinks(host: Host): readonly PeerLink[] {
  const units = host.get(systemd)
  if (!['nfs-server', 'nfs-kernel-server'].some((unit) => units.isEnabled(unit))) return []
  return ['/etc/exports', ...glob(host.root, '/etc/exports.d/*.exports')].flatMap((path) => {
    const file = readIfThere(host.root, path)
    return (file === undefined ? [] : linesOf(file)).flatMap(({ text, number }) =>
      text
        .trim()
        .split(/\s+/)
        .slice(1)
        .flatMap((word): readonly PeerLink[] => {
          const [, client, options = ''] = /^([^()-][^()]*)?(?:\(([^()]*)\))?$/.exec(word) ?? []
          const kinds = /(?:^|,)sec=([\w:]+)/.exec(options)?.[1]?.split(':') ?? ['sys']
          const isEncrypted = kinds.every((kind) => kind === 'krb5p') || /(?:^|,)xprtsec=m?tls(?:,|$)/.test(options)
          return [{ peer: client ?? '*', what: 'exported NFS', isEncrypted, evidence: cite(placeIn(file!, number)) }]
        }),
    )
  })
}

function replicaLinks(host: Host): readonly PeerLink[] {
  const settings = host.get(redis)
  const replica = settings?.get('replicaof')
  if (replica === undefined || replica.words[0] === undefined || replica.words[0] === 'no') return []
  const isEncrypted = settings?.get('tls-replication')?.words[0] === 'yes'
  return [{ peer: replica.words[0], what: 'Redis', isEncrypted, evidence: cite(replica.at) }]
}

const RSYNC = /\brsync\b/
const MODULE = /(?:rsync:\/\/(?:[^\s/@]*@)?([\w.-]+)|(?:^|\s)(?:[\w.-]+@)?([\w.-]+)::)/
const OVER_SSH = /(?:\s-\w*e\s*|--rsh[= ])['"]?(?:\S*\/)?ssh\b/

/** Jobs that copy to or from a module of an rsync daemon (`host::module`): unlike `host:path`, which goes by ssh. */
function rsyncLinks(host: Host): readonly PeerLink[] {
  return host.get(cronJobs).flatMap(({ command, at }) => {
    const text = command.length < 4000 && RSYNC.test(command) && !OVER_SSH.test(command) ? command : ''
    const [, first, second] = MODULE.exec(text) ?? []
    const peer = first ?? second
    return peer === undefined ? [] : [{ peer, what: 'rsync', isEncrypted: false, evidence: cite(at) }]
  })
}

/** An rsync daemon that others reach: its whole protocol is in the clear. */
function rsyncModules(host: Host): readonly PeerLink[] {
  const file = readIfThere(host.root, '/etc/rsyncd.conf')
  if (file === undefined || !host.get(systemd).isEnabled('rsync')) return []
  const lines = linesOf(file, '#;').map(({ text, number }) => ({ text: text.trim(), number }))
  const [, address] =
    /^address\s*=\s*(\S+)/i.exec(lines.find(({ text }) => /^address\s*=/i.test(text))?.text ?? '') ?? []
  const module = lines.find(({ text }) => text[0] === '[')
  if (module === undefined) return []
  const evidence = cite(placeIn(file, module.number))
  return [{ peer: address ?? '*', what: 'the rsync daemon', isEncrypted: false, evidence }]
}

/** Disks by iSCSI: open-iscsi keeps each target's address in a name, `192.0.2.9,3260,1`. */
function diskLinks(host: Host): readonly PeerLink[] {
  return glob(host.root, '/etc/iscsi/nodes/*/*').flatMap((path) => {
    const peer = /\/([^/,]+),\d+(?:,-?\d+)?$/.exec(path)?.[1]
    const evidence: Evidence = { source: 'status', path, excerpt: 'a disk of another host' }
    return peer === undefined ? [] : [{ peer, what: 'iSCSI', isEncrypted: false, evidence }]
  })
}

/** Connections that are open to addresses of the operator's own. */
function openLinks(host: Host): readonly PeerLink[] {
  return host.get(sockets).flatMap(({ protocol, isListening, remoteAddress, remotePort }) => {
    const plain = PLAIN_PROTOCOLS.get(remotePort)
    const isPeer = host.declared.ownPrefixes.some((prefix) => prefixHolds(prefix, remoteAddress))
    if (protocol !== 'tcp' || isListening || plain === undefined || plain.mayBeTls || !isPeer) return []
    const evidence: Evidence = { source: 'file', path: '/proc/net/tcp', excerpt: `${remoteAddress} port ${remotePort}` }
    return [{ peer: remoteAddress, what: plain.name, isEncrypted: false, evidence }]
  })
}

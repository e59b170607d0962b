import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Daemon, startDaemon } from '../../helpers/daemon.ts'
import { powerDnsLines, startPeer, zonesAnswer } from '../../helpers/peers.ts'
import { startVeild } from '../../helpers/veild.ts'
import { presign } from '../dnssec/presign.ts'
import { openRelay, type Relay } from '../dnssec/relay.ts'
import {
  ADVERTISED,
  HIDDEN,
  type NamedHost,
  overlayText,
  REVERSE_ZONE,
  reverseOverlayText,
  reverseZoneText,
  UNADVERTISED,
  ZONE,
  zoneText,
} from './names.ts'

/** A server that tools are let loose on, and where its hidden names are. */
export interface Contestant {
  readonly name: string
  readonly hiddenNames: string
  start(files: Files): Promise<Daemon>
}

/** A server under attack: tools ask the relay, which stands at port 53 and counts. */
export interface Stage {
  readonly daemon: Daemon
  readonly relay: Relay
  /** Questions that came since the server was started. */
  questions(): number
  stop(): Promise<void>
}

/** Master files in a folder of their own. */
interface Files {
  readonly folder: string
  /** What strangers may see. */
  readonly published: ZonePaths
  /** What is hidden from them, to be laid over it. */
  readonly overlay: ZonePaths
  /** Both. */
  readonly whole: ZonePaths
}

interface ZonePaths {
  readonly forward: string
  readonly reverse: string
}

/** Nobody here asks from this address, so nobody here is an insider. */
const INSIDER = '127.66.0.1'
const IN_OTHER_VIEW = 'in the overlay of the view `internal`'
const IN_THE_ZONE = 'in the zone, for want of views'

export const CONTESTANTS: readonly Contestant[] = [
  { name: 'Veil', hiddenNames: IN_OTHER_VIEW, start: startVeil },
  { name: 'BIND, views, NSEC3', hiddenNames: 'in the zone of the view `internal`', start: startBind },
  { name: 'Knot DNS, onlinesign', hiddenNames: IN_THE_ZONE, start: startKnot },
  { name: 'NSD, presigned NSEC', hiddenNames: IN_THE_ZONE, start: startNsd },
  { name: 'PowerDNS, narrow NSEC3', hiddenNames: IN_THE_ZONE, start: startPowerDns },
]

/** Starts a server with the zone and its reverse zone. */
export function stage(contestant: Contestant): Promise<Stage> {
  return openStage((folder, address) => contestant.start(writeFiles(folder, address)))
}

/** Puts a server behind a relay; `start` gets a folder of its own, and the address that tools will know it by. */
export async function openStage(start: (folder: string, address: string) => Promise<Daemon>): Promise<Stage> {
  const relay = await openRelay()
  const folder = mkdtempSync(join(tmpdir(), 'veil-enumeration-'))
  const daemon = await start(folder, relay.address)
  await relay.target(daemon.port)
  let questions = 0
  relay.asked = () => {
    questions++
  }
  return {
    daemon,
    relay,
    questions: () => questions,
    stop: async () => {
      await relay.stop()
      await daemon.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function writeFiles(folder: string, address: string): Files {
  const write = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  const both = (kind: string, parts: readonly (readonly NamedHost[])[]): ZonePaths => ({
    forward: write(`${kind}.zone`, zoneText(parts, address)),
    reverse: write(`${kind}.reverse`, reverseZoneText(parts)),
  })
  return {
    folder,
    published: both('published', [ADVERTISED, UNADVERTISED]),
    whole: both('whole', [ADVERTISED, UNADVERTISED, HIDDEN]),
    overlay: {
      forward: write('overlay.zone', overlayText(HIDDEN)),
      reverse: write('overlay.reverse', reverseOverlayText(HIDDEN)),
    },
  }
}

/** As installed, limits included. */
async function startVeil({ folder, published, overlay }: Files): Promise<Daemon> {
  const zone = (which: keyof ZonePaths) => ({ file: published[which], overlays: { internal: overlay[which] } })
  const configuration = join(folder, 'veil.yaml')
  const views = { internal: { clients: [INSIDER] }, public: {} }
  const zones = { [ZONE]: zone('forward'), [REVERSE_ZONE]: zone('reverse') }
  writeFileSync(configuration, JSON.stringify({ listen: ['127.0.0.1@53'], workers: 1, views, zones }))
  return startVeild({ arguments: ['--config', configuration], startSeconds: 60 })
}

function startBind({ published, whole }: Files): Promise<Daemon> {
  const zones = ({ forward, reverse }: ZonePaths, policy: string): string =>
    [
      `zone "${ZONE}" { type primary; file "${forward}"; key-directory "keys"; dnssec-policy ${policy}; inline-signing yes; };`,
      `zone "${REVERSE_ZONE}" { type primary; file "${reverse}"; };`,
    ].join(' ')
  return startDaemon({
    name: 'BIND',
    command: 'named',
    prepare: (port, folder) => {
      mkdirSync(join(folder, 'keys'))
      const configuration = [
        'options {',
        `  directory "${folder}"; pid-file "${folder}/named.pid"; session-keyfile "${folder}/session.key";`,
        `  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
        '  recursion no; notify no; dnssec-validation no; empty-zones-enable no; max-cache-size 10m;',
        '};',
        'controls { };',
        'dnssec-policy hashed { keys { csk lifetime unlimited algorithm 13; }; nsec3param iterations 0 optout no salt-length 0; };',
        `view "internal" { match-clients { ${INSIDER}; }; ${zones(whole, 'hashed')} };`,
        `view "public" { match-clients { any; }; ${zones(published, 'hashed')} };`,
      ].join('\n')
      writeFileSync(join(folder, 'named.conf'), configuration)
    },
    arguments: (_port, folder) => ['-g', '-c', join(folder, 'named.conf')],
    environment: PATHS,
    ready: whenServed(),
  })
}

function startKnot({ whole }: Files): Promise<Daemon> {
  return startDaemon({
    name: 'Knot',
    command: 'knotd',
    prepare: (port, folder) => {
      const configuration = [
        'server:',
        `    rundir: "${folder}"`,
        `    listen: 127.0.0.1@${port}`,
        'database:',
        `    storage: "${folder}"`,
        'mod-onlinesign:',
        '  - id: online',
        'zone:',
        `  - domain: "${ZONE}"`,
        `    file: "${whole.forward}"`,
        '    journal-content: none',
        '    zonefile-sync: -1',
        '    module: mod-onlinesign/online',
        `  - domain: "${REVERSE_ZONE}"`,
        `    file: "${whole.reverse}"`,
        '    journal-content: none',
        '    zonefile-sync: -1',
      ].join('\n')
      writeFileSync(join(folder, 'knot.conf'), configuration)
    },
    arguments: (_port, folder) => ['-c', join(folder, 'knot.conf')],
    environment: PATHS,
    ready: whenServed(),
  })
}

function startNsd({ folder, whole }: Files): Promise<Daemon> {
  const signed = presign({ apex: `${ZONE}.`, path: whole.forward, folder, denial: 'nsec', algorithms: [13] })
  return startPeer('NSD', {
    zones: [
      { apex: ZONE, path: signed.path },
      { apex: REVERSE_ZONE, path: whole.reverse },
    ],
  })
}

function startPowerDns({ whole }: Files): Promise<Daemon> {
  return startDaemon({
    name: 'PowerDNS',
    command: 'pdns_server',
    prepare: (port, folder) => {
      const zone = (apex: string, path: string) => `zone "${apex}" { type master; file "${path}"; };`
      writeFileSync(
        join(folder, 'zones.conf'),
        [zone(ZONE, whole.forward), zone(REVERSE_ZONE, whole.reverse)].join('\n'),
      )
      const lines = [...powerDnsLines(port, folder, true), `bind-dnssec-db=${folder}/dnssec.sqlite3`]
      writeFileSync(join(folder, 'pdns.conf'), lines.join('\n'))
      const pdnsutil = (...words: string[]) =>
        execFileSync('pdnsutil', [`--config-dir=${folder}`, ...words], { stdio: 'pipe' })
      pdnsutil('create-bind-db', join(folder, 'dnssec.sqlite3'))
      pdnsutil('add-zone-key', ZONE, 'ksk', 'active', 'ecdsa256')
      pdnsutil('add-zone-key', ZONE, 'zsk', 'active', 'ecdsa256')
      pdnsutil('set-nsec3', ZONE, '1 0 0 -', 'narrow')
    },
    arguments: (_port, folder) => [`--config-dir=${folder}`],
    environment: PATHS,
    ready: whenServed(),
  })
}

function whenServed(): (port: number) => Promise<boolean> {
  return zonesAnswer([ZONE, REVERSE_ZONE].map((apex) => ({ apex, path: '' })))
}

const PATHS = { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin:/usr/local/sbin` }

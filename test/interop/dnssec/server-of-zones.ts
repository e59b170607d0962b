import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Type } from '../../../dns/constants.ts'
import { buildQuery, type Message, readMessage } from '../../../dns/message.ts'
import { canonicalName, nameFromText } from '../../../dns/name.ts'
import type { Daemon } from '../../helpers/daemon.ts'
import { startPeer, zonesAnswer } from '../../helpers/peers.ts'
import { connectTcp } from '../../helpers/tcp-client.ts'
import { connectUdp } from '../../helpers/udp-client.ts'
import { startVeild } from '../../helpers/veild.ts'
import type { FamilyZone } from './family.ts'
import { presign } from './presign.ts'

/** Denial modes by their words in the configuration. */
export const LIVE_DENIALS = ['compact', 'white-lies', 'nsec3-white-lies', 'cells'] as const
export type LiveDenial = (typeof LIVE_DENIALS)[number]

/** How zones are made secure. */
export type Signing =
  /** By the server, as it answers. */
  | {
      readonly kind: 'live'
      readonly denial: LiveDenial
      readonly algorithms: readonly number[]
      readonly wildcards?: 'conventional' | 'hidden'
      /** Absent names of the family's own zone are answered like `www`, or with addresses of their own. */
      readonly decoys?: 'mirror' | 'prf'
    }
  /** Before it is served. */
  | { readonly kind: 'presigned'; readonly denial: 'nsec' | 'nsec3'; readonly algorithms: readonly number[] }

export interface SignedFamilyZone {
  readonly zone: FamilyZone
  readonly signing: Signing
}

/** Which server is under test; the others serve presigned zones only, and show that the tests themselves are right. */
export type ServerKind = 'Veil' | 'Knot' | 'BIND'

/** DS records by canonical apex, presentation format; grows as zones are signed. */
export type KnownDs = Map<string, readonly string[]>

const WAIT_MS = 20_000

/**
 * Starts a server for these zones, children before their parents, and adds their DS records to `known`. Keys of zones
 * that the server signs are asked for once it runs; a parent that stands beside its child is reloaded with the DS.
 */
export async function serveZones(
  server: ServerKind,
  zones: readonly SignedFamilyZone[],
  known: KnownDs,
  folder: string,
): Promise<Daemon> {
  const paths = new Map(zones.map(({ zone }) => [zone.apex, writeZone(zone, known, folder)]))
  for (const { zone, signing } of zones) {
    if (!zone.secured || signing.kind !== 'presigned') continue
    const path = writeZone(zone, known, folder)
    const signed = presign({ apex: zone.apex, path, folder, denial: signing.denial, algorithms: signing.algorithms })
    paths.set(zone.apex, signed.path)
    known.set(zone.apex, signed.ds)
  }
  const served = zones.map(({ zone }) => ({ apex: plain(zone.apex), path: paths.get(zone.apex)! }))
  if (server !== 'Veil') return startPeer(server, { zones: served })
  const configuration = join(folder, `veil-${plain(zones[0]!.zone.apex)}.yaml`)
  writeFileSync(configuration, veilConfiguration(zones, paths))
  const daemon = await startVeild({ arguments: ['--config', configuration], startSeconds: 120 })
  try {
    const answer = zonesAnswer(served)
    await until('every zone answers', () => answer(daemon.port))
    await learnKeys(daemon, zones, known, folder)
    return daemon
  } catch (problem) {
    const output = daemon.output()
    await daemon.stop()
    throw new Error(`${(problem as Error).message}\n${output.slice(-4000)}`)
  }
}

/** RDATA of the DS record with SHA-256 for a DNSKEY record (RFC 4034 §5.1.4), presentation format. */
export function dsOfDnskey(apex: string, dnskey: Uint8Array): string {
  const digest = createHash('sha256')
    .update(canonicalName(nameFromText(apex)))
    .update(dnskey)
    .digest('hex')
  return `${keyTag(dnskey)} ${dnskey[3]} 2 ${digest}`
}

/** One question over TCP. */
export async function askOnce(port: number, name: string, type: number): Promise<Message> {
  const client = await connectTcp(port)
  try {
    const message = readMessage(await client.ask(buildQuery({ id: 0, name: nameFromText(name), type })))
    if (message === undefined) throw new Error(`a malformed answer about ${name}`)
    return message
  } finally {
    client.close()
  }
}

async function learnKeys(
  daemon: Daemon,
  zones: readonly SignedFamilyZone[],
  known: KnownDs,
  folder: string,
): Promise<void> {
  const live = zones.filter(({ zone, signing }) => zone.secured && signing.kind === 'live')
  const before = live.map(({ zone }) => zone.text((child) => known.get(child) ?? []))
  for (const { zone } of live) known.set(zone.apex, await dsFromServer(daemon.port, zone.apex))
  const changed = live.filter(({ zone }, index) => zone.text((child) => known.get(child) ?? []) !== before[index])
  if (changed.length === 0) return
  for (const { zone } of changed) writeZone(zone, known, folder)
  process.kill(daemon.pid, 'SIGHUP')
  for (const { zone } of live) {
    const parent = changed.find((other) => zone.apex.endsWith(`.${other.zone.apex}`) || other.zone.apex === '.')
    if (parent !== undefined && parent.zone !== zone) {
      await until(`the DS of ${zone.apex} is served`, () => isDsServed(daemon.port, zone.apex))
    }
  }
}

/** Over both transports, for each has a thread of its own. */
async function isDsServed(port: number, apex: string): Promise<boolean> {
  if ((await askOnce(port, apex, Type.DS)).answer.length === 0) return false
  const client = await connectUdp({ port })
  const answer = await client.ask(buildQuery({ id: 0, name: nameFromText(apex), type: Type.DS }))
  client.close()
  return answer !== undefined && readMessage(answer)!.answer.length > 0
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MS
  while (Date.now() < deadline) {
    if (await isSo()) return
    await delay(20)
  }
  throw new Error(`not in time: ${what}`)
}

async function dsFromServer(port: number, apex: string): Promise<string[]> {
  const keys = (await askOnce(port, apex, Type.DNSKEY)).answer.filter(({ type }) => type === Type.DNSKEY)
  const secureEntryPoints = keys.filter(({ rdata }) => (rdata[1]! & 1) === 1)
  if (secureEntryPoints.length === 0) throw new Error(`no KSK of ${apex}`)
  return secureEntryPoints.map(({ rdata }) => dsOfDnskey(apex, rdata))
}

function writeZone(zone: FamilyZone, known: KnownDs, folder: string): string {
  const path = join(folder, zone.apex === '.' ? 'root.zone' : `${plain(zone.apex)}.zone`)
  writeFileSync(
    path,
    zone.text((child) => known.get(child) ?? []),
  )
  return path
}

function veilConfiguration(zones: readonly SignedFamilyZone[], paths: ReadonlyMap<string, string>): string {
  return JSON.stringify({
    listen: ['127.0.0.1@53'],
    workers: 1,
    'rate-limit': { enabled: false },
    // All resolvers ask from one address.
    tcp: { 'connections-per-client': 1000 },
    zones: Object.fromEntries(
      zones.map(({ zone, signing }) => [
        zone.apex,
        {
          file: paths.get(zone.apex),
          dnssec: zone.secured ? dnssecEntry(signing) : 'off',
          ...(zone.mayHaveDecoys && signing.kind === 'live' && signing.decoys && { decoys: DECOYS[signing.decoys] }),
        },
      ]),
    ),
  })
}

const DECOYS = {
  mirror: { public: { mode: 'mirror', of: ['www'] } },
  prf: { public: { mode: 'prf', addresses: ['198.51.100.0/24', '2001:db8:1::/64'] } },
} as const

function dnssecEntry(signing: Signing): unknown {
  if (signing.kind === 'presigned') return 'presigned'
  const { denial, algorithms, wildcards } = signing
  return { algorithm: algorithms, denial, ...(wildcards === undefined ? {} : { wildcards }) }
}

/** RFC 4034 appendix B. */
function keyTag(dnskey: Uint8Array): number {
  let sum = 0
  for (const [index, octet] of dnskey.entries()) sum += index % 2 === 0 ? octet << 8 : octet
  return (sum + (sum >> 16)) & 0xffff
}

function plain(apex: string): string {
  return apex === '.' ? '.' : apex.slice(0, -1)
}

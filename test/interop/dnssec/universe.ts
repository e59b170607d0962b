import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Daemon } from '../../helpers/daemon.ts'
import type { ResolverOptions } from '../../helpers/resolvers.ts'
import { delegation, type FamilyZone, familyChildren, familyZones } from './family.ts'
import { openRelay, type Relay } from './relay.ts'
import { type KnownDs, type LiveDenial, type ServerKind, type Signing, serveZones } from './server-of-zones.ts'

/** A family at its place. */
export interface PlacedFamily {
  /** Absolute, below `TOP`. */
  readonly apex: string
  readonly signing: Signing
}

/**
 * A DNS of its own, from a signed root down to families of zones, on three servers as referrals want it: one for the
 * root and the top-level domain, one for the families, one for their children.
 */
export interface Universe {
  readonly families: readonly PlacedFamily[]
  /** What resolvers have to know. */
  readonly root: Pick<ResolverOptions, 'rootServer' | 'rootServerName' | 'anchors'>
  /** What stands before the three servers. */
  readonly relays: { readonly top: Relay; readonly families: Relay; readonly children: Relay }
  /** The server of the families, for those who ask it directly. */
  readonly server: Daemon
  stop(): Promise<void>
}

/** The top-level domain; none of the special names that resolvers keep to themselves (RFC 6761). */
export const TOP = 'lab.'
const TOP_SERVER = `ns.${TOP}`

/** Starts the servers, children first, for each parent needs its children's DS. */
export async function openUniverse(kind: ServerKind, families: readonly PlacedFamily[]): Promise<Universe> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-universe-'))
  const closing: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })]
  const stop = async () => {
    const results = await Promise.allSettled(closing.reverse().map((close) => close()))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }
  const relay = async () => {
    const opened = await openRelay()
    closing.push(opened.stop)
    return opened
  }
  try {
    const relays = { top: await relay(), families: await relay(), children: await relay() }
    const known: KnownDs = new Map()
    const serve = async (behind: Relay, zones: Parameters<typeof serveZones>[1]) => {
      const daemon = await serveZones(kind, zones, known, folder)
      closing.push(daemon.stop)
      await behind.target(daemon.port)
      return daemon
    }
    const addresses = { zone: relays.families.address, children: relays.children.address }
    const signed = (zonesOf: typeof familyZones) =>
      families.flatMap(({ apex, signing }) => zonesOf(apex, addresses).map((zone) => ({ zone, signing })))
    await serve(relays.children, signed(familyChildren))
    const server = await serve(
      relays.families,
      signed((apex, all) => familyZones(apex, all).reverse()),
    )
    await serve(relays.top, topZones(kind, families, relays))
    const root = { rootServer: relays.top.address, rootServerName: TOP_SERVER, anchors: known.get('.') ?? [] }
    return { families, root, relays, server, stop }
  } catch (problem) {
    await stop().catch(() => undefined)
    throw problem
  }
}

function topZones(kind: ServerKind, families: readonly PlacedFamily[], relays: Universe['relays']) {
  const address = relays.top.address
  const soa = `SOA ${TOP_SERVER} hostmaster.${TOP} 1 3600 900 604800 60`
  const top: FamilyZone = {
    apex: TOP,
    secured: true,
    mayHaveDecoys: false,
    text: (dsOf) =>
      [
        `$TTL 300`,
        `${TOP} IN ${soa}`,
        `${TOP} IN NS ${TOP_SERVER}`,
        `${TOP_SERVER} IN A ${address}`,
        ...families.flatMap(({ apex }) => delegation(apex, relays.families.address, dsOf(apex))),
        '',
      ].join('\n'),
  }
  const root: FamilyZone = {
    apex: '.',
    secured: true,
    mayHaveDecoys: false,
    text: (dsOf) =>
      [`$TTL 300`, `. IN ${soa}`, `. IN NS ${TOP_SERVER}`, ...delegation(TOP, address, dsOf(TOP)), ''].join('\n'),
  }
  const signing = (denial: LiveDenial): Signing =>
    kind === 'Veil'
      ? { kind: 'live', denial, algorithms: [13] }
      : { kind: 'presigned', denial: 'nsec', algorithms: [13] }
  return [
    { zone: top, signing: signing('white-lies') },
    { zone: root, signing: signing('compact') },
  ]
}

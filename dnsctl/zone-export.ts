/*
 * What `dnsctl zone export` exports: one view of a zone as files and store have it now, and how it is signed.
 */

import { Failure } from '../console/failure.ts'
import { Type } from '../dns/constants.ts'
import { isWildcard } from '../dns/name.ts'
import type { StoredKeySet } from '../keys/key-store.ts'
import type { Configuration, SigningConfiguration, ZoneConfiguration } from '../server/configuration/types.ts'
import { type PlannedSigning, planExportSigning } from '../server/export-signing.ts'
import { announcedKeys } from '../server/keys/key-opening.ts'
import { keyRRsets } from '../server/keys/key-set-signatures.ts'
import { projectViews } from '../server/loading/project-views.ts'
import { type BootstrapRecords, bootstrappedZones, planSignalling } from '../server/loading/signalling.ts'
import type { ReadZoneFile } from '../server/loading/zone-files.ts'
import type { ReadOnlyStore, Unseal } from '../server/state/read-only-store.ts'
import { WildcardStyle } from '../zones/denial/denial.ts'
import type { ChainKind } from '../zones/export/exported.ts'
import type { ExportSource } from '../zones/export/exported-zone.ts'
import { hasRoomForNsec3 } from '../zones/export/nsec3-chain.ts'
import type { Projection } from '../zones/projection.ts'
import { fileSerial, projectionDigest } from '../zones/projection-digest.ts'
import { nextSerial } from '../zones/serial.ts'
import { shortName } from './configuration.ts'
import { ExitCode } from './exit-code.ts'
import { openOwnStore, toldToOperator } from './own-store.ts'

/** What is exported, and what is to be said of it. */
export interface ExportPlan {
  readonly source: ExportSource
  /** Undefined: the zone leaves without signatures, or with those that it brings. */
  readonly signing: PlannedSigning | undefined
  readonly keys: StoredKeySet | undefined
  readonly notes: readonly string[]
}

/** What was asked for. */
export interface ExportRequest {
  readonly configuration: Configuration
  readonly zone: ZoneConfiguration
  readonly view: string
  /** From the files, without what the server adds. */
  readonly projection: Projection
  /** Undefined: without signatures. */
  readonly chain: ChainKind | undefined
  readonly stateFolder: string
  readonly readFile: ReadZoneFile
  readonly unseal: Unseal
}

/** Plans an export; whatever stands in its way ends dnsctl with a reason. */
export async function planExport(request: ExportRequest): Promise<ExportPlan> {
  const { zone, projection, chain, stateFolder, unseal } = request
  if (projection.presigned !== undefined) return planAsItIs(request)
  const store = openOwnStore(stateFolder, unseal)
  try {
    const complete = withSignalling(request, store) ?? projection
    const { source, notes } = servedSource(request, complete, store)
    if (chain === undefined) return { source, signing: undefined, keys: undefined, notes }
    const keys = requireKeys(zone, store)
    const signing = await planSigning(zone, chain, keys, store!)
    return { source, signing, keys, notes: [...notes, ...notesOnSigning(zone, chain, complete)] }
  } finally {
    await store?.close()
  }
}

/** A presigned zone has its serial, its chain and its signatures already. */
function planAsItIs({ zone, projection, chain }: ExportRequest): ExportPlan {
  const notes =
    chain === undefined ? [] : [`${shortName(zone.name)} brings its signatures: they are exported as they are.`]
  return { source: { projection, serial: fileSerial(projection) }, signing: undefined, keys: undefined, notes }
}

/** The projection with the records of RFC 9615 that the server adds to it; undefined where there are none. */
function withSignalling(request: ExportRequest, store: ReadOnlyStore | undefined): Projection | undefined {
  const { configuration, zone, view, readFile } = request
  const bootstraps = bootstrappedZones(configuration).flatMap((each) => bootstrapOf(each, store?.keys.get(each.name)))
  if (bootstraps.length === 0) return undefined
  const signalling = planSignalling(configuration, bootstraps, { readFile, knownHosts: () => [] })
  const added = signalling.recordsFor(zone.name, view)
  return added && projectViews(zone, [view], readFile, { added: () => added }).projections.get(view)
}

function bootstrapOf({ name, apex, dnssec }: ZoneConfiguration, stored: StoredKeySet | undefined): BootstrapRecords[] {
  if (dnssec.kind !== 'signed' || stored === undefined) return []
  const dnskeys = stored.keys.map(({ dnskey }) => dnskey)
  const rrsets = keyRRsets(apex, dnssec, { stored, dnskeys, announced: announcedKeys(stored) })
  return [{ zone: name, rrsets: rrsets.filter(({ type }) => type === Type.CDS || type === Type.CDNSKEY) }]
}

/** The zone with the serial that the server gives it, now or when it next loads the files. */
function servedSource(
  { zone, view }: ExportRequest,
  projection: Projection,
  store: ReadOnlyStore | undefined,
): { source: ExportSource; notes: string[] } {
  const stored = store?.serials.get(zone.name, view)
  const { serial } = nextSerial(stored, fileSerial(projection), projectionDigest(projection))
  const notes: string[] = []
  if (stored === undefined)
    notes.push(`veild has not served ${shortName(zone.name)} to ${view} yet: the serial is the file’s.`)
  else if (serial !== stored.serial) {
    notes.push(
      `The files have changed since veild loaded them: ${serial} is the serial that \`dnsctl reload\` will give.`,
    )
  }
  return { source: { projection, serial }, notes }
}

function requireKeys(zone: ZoneConfiguration, store: ReadOnlyStore | undefined): StoredKeySet {
  const stored = store?.keys.get(zone.name)
  if (stored !== undefined) return stored
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `There are no keys of ${shortName(zone.name)} yet`,
    why: 'veild makes them when it first serves the zone.',
    next: 'start veild, or `dnsctl reload` where it runs; `--state DIR` names another state folder',
  })
}

async function planSigning(
  zone: ZoneConfiguration,
  chain: ChainKind,
  stored: StoredKeySet,
  store: ReadOnlyStore,
): Promise<PlannedSigning> {
  const { apex } = zone
  if (chain === 'nsec3' && !hasRoomForNsec3(apex)) {
    throw new Failure({
      exitCode: ExitCode.Refused,
      what: `${shortName(zone.name)} is too long a name for NSEC3`,
      why: 'A hash of 32 digits has to fit in front of it (RFC 5155 §3).',
      next: '`--denial nsec`',
    })
  }
  return toldToOperator(async () => {
    const signing = zone.dnssec as SigningConfiguration
    const keys = { apex, signing, stored, sealing: await store.unlock(), bundles: store.keys.bundles(zone.name) }
    return planExportSigning(keys, chain, unixSeconds())
  })
}

/** What a real chain and conventional wildcards tell strangers. */
function notesOnSigning({ dnssec }: ZoneConfiguration, chain: ChainKind, projection: Projection): string[] {
  const walking =
    chain === 'nsec'
      ? 'The chain of NSEC records names every name of the zone: whoever may ask a server of this file can list them all.'
      : 'The chain of NSEC3 records can be collected by whoever may ask a server of this file, and names guessed from its hashes at leisure.'
  const isFlat = dnssec.kind === 'signed' && dnssec.wildcards !== WildcardStyle.Conventional
  const wildcards =
    'Wildcards are signed conventionally here, for a file cannot sign on demand: answers tell what a wildcard made.'
  return [walking, ...(isFlat && hasWildcard(projection) ? [wildcards] : [])]
}

function hasWildcard({ octets, owners, rrsetCount }: Projection): boolean {
  for (let rrset = 0; rrset < rrsetCount; rrset++) if (isWildcard(octets, owners[rrset]!)) return true
  return false
}

function unixSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

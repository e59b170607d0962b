import type { KeySetDescriptor } from '../keys/key-set.ts'
import type { Configuration, ZoneConfiguration } from './configuration/types.ts'
import type { GenerationDescriptor } from './generation.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { LoadedZones } from './loading/load-zones.ts'
import { type BootstrapRecords, bootstrappedZones, bootstrapRecords } from './loading/signalling.ts'
import { describeGeneration, type GenerationParts, type RunningServer } from './running-server.ts'
import { noteServedZones } from './served-zones.ts'
import { unixSeconds } from './unix-seconds.ts'

/**
 * Makes these parts what the server answers from, where they differ from what it answers from already; whether they did.
 * Keys are on disk by then.
 */
export async function publish(server: RunningServer, parts: GenerationParts): Promise<boolean> {
  noteServedZones(server.servedZones, parts.loaded)
  const descriptor = describeGeneration(server.descriptor.epoch + 1, parts, server)
  const isChanged = !isSameGeneration(server.descriptor, descriptor)
  const published = isChanged ? server.pool.publish(descriptor) : undefined
  // From here on the arenas of the old generation may be used again: nobody may look for it any more.
  server.configuration = parts.configuration
  server.loaded = parts.loaded
  if (isChanged) server.descriptor = descriptor
  await published
  return isChanged
}

/** What is signalled of the zones that ask for it; makes keys for those that have none yet. */
export async function bootstrapsFor(ring: KeyRing, configuration: Configuration): Promise<BootstrapRecords[]> {
  const zones = bootstrappedZones(configuration)
  return zones.length === 0 ? [] : (await ring.keySets(zones, unixSeconds())).map(bootstrapRecords)
}

/** The key sets of the zones that are signed, as they were loaded; makes keys for those that have none yet. */
export function keySetsFor(ring: KeyRing, configuration: Configuration, loaded: LoadedZones) {
  return ring.keySets(signedZones(configuration, loaded), unixSeconds())
}

/**
 * Makes the key sets of these zones, as the store has them, part of what the server answers from. In turn. Resolves once
 * all workers answer so.
 */
export async function publishKeySets(server: RunningServer, names: ReadonlySet<string>): Promise<void> {
  const { configuration, loaded, keyRing, descriptor } = server
  const zones = signedZones(configuration, loaded).filter(({ name }) => names.has(name))
  const anew = new Map((await keyRing.keySets(zones, unixSeconds())).map((set) => [set.zone, set]))
  const keySets = descriptor.keySets.map((set) => anew.get(set.zone) ?? set)
  await publish(server, { configuration, loaded, keySets })
}

/**
 * Has the signalling records follow the CDS of the zones that they are of: the zones are loaded anew, as their files are
 * now. In turn.
 */
export async function publishSignalling(server: RunningServer): Promise<void> {
  const { configuration, keyRing } = server
  const loaded = await server.loader.load(configuration, server.loaded, await bootstrapsFor(keyRing, configuration))
  await publish(server, { configuration, loaded, keySets: await keySetsFor(keyRing, configuration, loaded) })
}

/** The zones that are served and signed here. One that stays as it was is signed as it was. */
export function signedZones({ zones }: Configuration, loaded: LoadedZones): ZoneConfiguration[] {
  const served = new Map(loaded.zones.filter(({ views }) => views.length > 0).map((zone) => [zone.name, zone.dnssec]))
  return zones.flatMap((zone) => {
    const dnssec = served.get(zone.name)
    return dnssec?.kind === 'signed' ? [{ ...zone, dnssec }] : []
  })
}

function isSameGeneration(a: GenerationDescriptor, b: GenerationDescriptor): boolean {
  return contentOf(a) === contentOf(b)
}

/** Text that is equal for equal generations. No private key goes in: its DNSKEY record tells it from others. */
function contentOf({ epoch, keySets, ...rest }: GenerationDescriptor): string {
  return JSON.stringify({ ...rest, keySets: keySets.map(publicPartOf) }, (_, value) =>
    ArrayBuffer.isView(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
      : value,
  )
}

function publicPartOf({ signers, ...rest }: KeySetDescriptor): unknown {
  return { ...rest, signers: signers.map(({ dnskey }) => dnskey) }
}

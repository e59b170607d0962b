import type { KeySetDescriptor } from '../keys/key-set.ts'
import type { Configuration, ZoneConfiguration } from './configuration/types.ts'
import type { GenerationDescriptor } from './generation.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { LoadedZones } from './loading/load-zones.ts'
import { type BootstrapRecords, bootstrappedZones, bootstrapRecords } from './loading/signalling.ts'
import { describeGeneration, type GenerationParts, type RunningServer } from './running-server.ts'

/**
 * Makes these parts what the server answers from, where they differ from what it answers from already; whether they did.
 * Keys are on disk by then.
 */
export async function publish(server: RunningServer, parts: GenerationParts): Promise<boolean> {
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

/** The zones that are served and signed here. One that stays as it was is signed as it was. */
function signedZones({ zones }: Configuration, loaded: LoadedZones): ZoneConfiguration[] {
  const served = new Map(loaded.zones.filter(({ views }) => views.length > 0).map((zone) => [zone.name, zone.dnssec]))
  return zones.flatMap((zone) => {
    const dnssec = served.get(zone.name)
    return dnssec?.kind === 'signed' ? [{ ...zone, dnssec }] : []
  })
}

function unixSeconds(): number {
  return Math.floor(Date.now() / 1000)
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

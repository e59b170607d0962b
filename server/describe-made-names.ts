import { createHmac } from 'node:crypto'
import { nameFromText } from '../dns/name.ts'
import type { DecoySettings, ImageDecoys } from './decoys.ts'
import { type GeneratedRange, overlapsReverseZone } from './generated-names.ts'
import type { ZoneResponse } from './guard/guard-state.ts'
import type { LoadedView, LoadedZone } from './loading/load-zones.ts'

/** Decoys as workers get them, on or off by the guard's `response`; undefined where the view of the zone has none. */
export function describeDecoys(
  settings: DecoySettings | undefined,
  { secret, zone, response }: { readonly secret: Uint8Array; readonly zone: string; readonly response: ZoneResponse },
): ImageDecoys | undefined {
  if (settings === undefined) return undefined
  return { settings, keys: decoyKeys(secret, zone), active: settings.when === 'always' || response.decoys }
}

/** The secret behind the decoys of a zone, the same in all its views: 48 octets. `zone` is its canonical text. */
function decoyKeys(secret: Uint8Array, zone: string): Uint8Array {
  return new Uint8Array(createHmac('sha384', secret).update(`decoys ${zone}`).digest())
}

/** The ranges of addresses that a view of this zone has names for: its own, and in a reverse zone all of the view. */
export function rangesOf(
  zone: Pick<LoadedZone, 'name'>,
  { view, generated = [] }: Pick<LoadedView, 'view' | 'generated'>,
  { zones }: { readonly zones: readonly { readonly views: readonly Pick<LoadedView, 'view' | 'generated'>[] }[] },
): readonly GeneratedRange[] {
  if (!zone.name.endsWith('.arpa.')) return generated
  const apex = nameFromText(zone.name)
  const others = zones.flatMap(({ views }) => views.filter((each) => each.view === view))
  const ranges = others.flatMap((each) => each.generated ?? [])
  return ranges.filter(({ prefix }) => overlapsReverseZone(prefix, apex))
}

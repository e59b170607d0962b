import type { SigningNote } from './control/protocol.ts'
import type { LoadedZone, LoadedZones } from './loading/load-zones.ts'

type Signing = LoadedZone['dnssec']['kind']

/** Zones that a note names. */
const NAMED_ZONES = 5

/**
 * What a load changed of how zones are signed, the dangerous first: the parent's DS record, which Veil cannot see, has
 * to go along, and validators reject every answer where it does not.
 */
export function signingChanges(before: LoadedZones, after: LoadedZones): SigningNote[] {
  const known = new Map(before.zones.filter(isServed).map(({ name, dnssec }) => [name, dnssec.kind]))
  const served = after.zones.filter(isServed)
  return CHANGES.flatMap(({ from, to, isRisky, lead, text }) => {
    const zones = served.filter(({ name, dnssec }) => dnssec.kind === to && from.includes(known.get(name) ?? 'off'))
    return zones.length === 0 ? [] : [{ isRisky, text: `${lead}: ${listNames(zones)}. ${text}` }]
  })
}

/** What a start says of zones that have keys and are not signed: nobody was told when that changed while nothing ran. */
export function unusedKeys(zonesWithKeys: Iterable<string>, loaded: LoadedZones): string[] {
  const withKeys = new Set(zonesWithKeys)
  const zones = loaded.zones.filter((zone) => isServed(zone) && zone.dnssec.kind === 'off' && withKeys.has(zone.name))
  if (zones.length === 0) return []
  return [`Not signed, though there are keys: ${listNames(zones)}. ${DS_WITHOUT_SIGNATURES}`]
}

function isServed({ views }: LoadedZone): boolean {
  return views.length > 0
}

function listNames(zones: readonly LoadedZone[]): string {
  const names = zones.slice(0, NAMED_ZONES).map(({ name }) => name.replace(/(?<=.)\.$/, ''))
  const more = zones.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

interface SigningChange extends SigningNote {
  readonly from: readonly Signing[]
  readonly to: Signing
  readonly lead: string
}

const DS_WITHOUT_SIGNATURES =
  'Where the parent, or a cache, still has a DS record, validating resolvers reject every answer: then take `dnssec: off` out again, `dnsctl reload`, and have the DS removed first.'

const CHANGES: readonly SigningChange[] = [
  {
    ...{ from: ['signed', 'presigned'], to: 'off', isRisky: true },
    lead: 'Not signed any more',
    text: DS_WITHOUT_SIGNATURES,
  },
  {
    ...{ from: ['presigned'], to: 'signed', isRisky: true },
    lead: "Signed with keys of Veil's now, no longer elsewhere",
    text: "Where the parent, or a cache, still has the old signer's DS record, validating resolvers reject every answer: then go back to `dnssec: presigned` and `dnsctl reload`. Where it has none, `dnsctl key ds` shows what to give to the registrar.",
  },
  {
    ...{ from: ['signed'], to: 'presigned', isRisky: true },
    lead: 'Served as signed elsewhere now',
    text: "Where the parent, or a cache, has the DS record of Veil's key, validating resolvers reject every answer: then take `dnssec: presigned` out again and `dnsctl reload`. The serial is the file's now, and may be lower than before.",
  },
  {
    ...{ from: ['off'], to: 'signed', isRisky: false },
    lead: 'Signed now',
    text: '`dnsctl key ds` shows what to give to the registrar.',
  },
]

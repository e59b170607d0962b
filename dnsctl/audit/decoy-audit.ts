/*
 * Real names against decoys: by which feature somebody who guesses names could tell them apart.
 */
import { nameToText } from '../../dns/name.ts'
import { areaOfCategories } from '../../guard/area-under-curve.ts'
import type { DecoySettings } from '../../server/decoys.ts'
import {
  type AddressBook,
  type AddressFacts,
  addressAreas,
  addressFacts,
  isWithinAny,
  sampleAddresses,
} from './address-facts.ts'
import { type HostFacts, type Hosts, LIKE_DECOYS } from './host-facts.ts'

/** What an audit found in one view of a zone. */
export interface DecoyAudit {
  readonly names: number
  /** Names that the zone tells everybody: no decoy hides them. */
  readonly told: readonly string[]
  readonly features: readonly FeatureArea[]
  readonly standingOut: readonly StandingOut[]
}

/** How well a feature tells real names from decoys: 0.5 not at all, 1 for certain. */
export interface FeatureArea {
  readonly feature: string
  readonly area: number
  /** More than chance, and more than so few names give by chance. */
  readonly tells: boolean
}

export interface StandingOut {
  readonly name: string
  readonly feature: string
  readonly has: string
  readonly decoysHave: string
  readonly remedy: string
}

/** Beyond that a feature tells something. */
const MOST_AREA = 0.55

type Category = Exclude<keyof HostFacts, 'name' | 'addresses'> | keyof AddressFacts

/** What each feature is called, and what to do about a name that stands out by it. */
const CATEGORIES: Readonly<Record<Category, { readonly feature: string; readonly remedy: string }>> = {
  ttl: { feature: 'TTL', remedy: 'Give it the TTL that decoys have, or decoys that of most names (`ttl`).' },
  types: {
    feature: 'type set',
    remedy: 'Move the records that decoys lack to another name, or have a `mirror` with the name under `of`.',
  },
  sizes: {
    feature: 'RRset sizes',
    remedy: 'Give it as much data as decoys have, or have a `mirror` with the name under `of`.',
  },
  delegation: { feature: 'delegation', remedy: 'Serve it from this zone: what is delegated is no decoy.' },
  below: {
    feature: 'names below',
    remedy: 'Nothing hides service names and wildcards below a name: move them, or do without.',
  },
  depth: { feature: 'depth', remedy: 'Raise `depth`, or take the name up.' },
  shape: { feature: 'shape of the label', remedy: 'Name it as people do: beside it names of that shape are absent.' },
  place: { feature: 'address range', remedy: 'Give it an address in the ranges of `addresses`, or widen these.' },
  ptr: {
    feature: 'PTR',
    remedy: 'Take the PTR record out, or `generate` names for the whole range and let it have one of these.',
  },
}

/** Decoys with addresses of their own that real names are compared with. */
const SAMPLE = 1000

/** Compares the hosts of a view with what its decoys are like. `namesOf` gives the PTR data of an address in this view. */
export function auditDecoys(
  { facts, told }: Hosts,
  settings: DecoySettings,
  namesOf: AddressBook['namesOf'],
): DecoyAudit {
  const book = addressBook(facts, settings, namesOf)
  const sample = settings.of.length > 0 ? [] : sampleAddresses(settings, SAMPLE)
  const real = facts.map((host) => ({ ...host, ...addressFacts(host, book) }))
  const decoys = decoyFacts(facts, settings, sample, book)
  const features: FeatureArea[] = []
  const standingOut: StandingOut[] = []
  for (const category of Object.keys(CATEGORIES) as Category[]) {
    const [own, others] = [real.map((host) => host[category]), decoys.map((decoy) => decoy[category])]
    const area = areaOfCategories(own, others)
    const { feature, remedy } = CATEGORIES[category]
    features.push({ feature, area, tells: area > MOST_AREA })
    const [shares, usual] = [{ own: sharesOf(own), others: sharesOf(others) }, mostCommon(others)]
    for (const [index, has] of own.entries()) {
      const among = shares.others.get(has) ?? 0
      if (among > 0 && !(area > MOST_AREA && shares.own.get(has)! > 2 * among)) continue
      standingOut.push({ name: real[index]!.name, feature, has, decoysHave: usual, remedy })
    }
  }
  features.push(...addressAreas(facts, sample))
  return { names: facts.length, told, features, standingOut: standingOut.sort((a, b) => (a.name < b.name ? -1 : 1)) }
}

type Facts = Readonly<Record<Category, string>>

/** Decoys have the addresses of their templates, or such as lie in their ranges. */
function addressBook(
  facts: readonly HostFacts[],
  settings: DecoySettings,
  namesOf: AddressBook['namesOf'],
): AddressBook {
  const templates = templatesOf(facts, settings)
  const theirs = new Set(templates.flatMap(({ addresses }) => addresses.map((address) => address.join('.'))))
  const isTheirs = (address: Uint8Array) =>
    settings.of.length > 0 ? theirs.has(address.join('.')) : isWithinAny(address, settings.addresses)
  return { isTheirs, namesOf }
}

function templatesOf(facts: readonly HostFacts[], { of }: DecoySettings): HostFacts[] {
  const names = new Set(of.map((name) => nameToText(name)))
  return facts.filter(({ name }) => names.has(name))
}

/** Decoys as they come: each template once, or all of the sample. */
function decoyFacts(
  facts: readonly HostFacts[],
  settings: DecoySettings,
  sample: readonly (readonly Uint8Array[])[],
  book: AddressBook,
): Facts[] {
  if (settings.of.length > 0) {
    return templatesOf(facts, settings).map((host) => ({
      ...host,
      ...addressFacts({ ...host, name: '' }, book),
      ...LIKE_DECOYS,
    }))
  }
  return sample.map((addresses) => ({
    ...{ ttl: `${settings.ttl} s`, ...LIKE_DECOYS },
    types: addresses.map(({ length }) => (length === 4 ? 'A' : 'AAAA')).join(' '),
    sizes: addresses.map(({ length }) => (length === 4 ? 'A 4' : 'AAAA 16')).join(', '),
    ...addressFacts({ name: '', addresses }, book),
  }))
}

function sharesOf(values: readonly string[]): Map<string, number> {
  const shares = new Map<string, number>()
  for (const value of values) shares.set(value, (shares.get(value) ?? 0) + 1 / values.length)
  return shares
}

function mostCommon(values: readonly string[]): string {
  const [usual] = [...sharesOf(values)].sort(([, a], [, b]) => b - a)
  return usual?.[0] ?? 'nothing'
}

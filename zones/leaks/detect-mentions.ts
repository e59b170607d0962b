/*
 * Detectors that look at what records mention.
 */
import { addressToText, scopeOf } from './addresses.ts'
import type { Mention } from './mentions.ts'
import { firstLabel, keyToText } from './name-keys.ts'
import type { LintedRRset, Told } from './rule.ts'
import { addressKey, viewOf } from './unseen.ts'

/** A name that only another view has, in a field. */
export function hiddenName(mention: Mention, { unseen }: LintedRRset): Told | undefined {
  if (mention.kind !== 'name' || mention.inText) return undefined
  return hidden(mention.name, viewOf(unseen, mention.name))
}

/** A name that only another view has, in text. */
export function hiddenNameInText(mention: Mention, { unseen }: LintedRRset): Told | undefined {
  if (mention.kind !== 'name' || !mention.inText) return undefined
  return hidden(mention.name, viewOf(unseen, mention.name))
}

function hidden(name: string, other: string | undefined): Told | undefined {
  return other === undefined ? undefined : { what: keyToText(name), other }
}

/** An address of one network only, as octets. `localhost` may have its own (RFC 6761 §6.3). */
export function privateAddress(mention: Mention, at: LintedRRset): Told | undefined {
  if (mention.kind !== 'address' || mention.inText) return undefined
  const scope = scopeOf(mention.address)
  if (scope === undefined || scope.isLoopback || isServers(mention.address, at)) return undefined
  return { what: `${addressToText(mention.address)}, ${scope.meaning},`, other: insiderOf(at) }
}

/** The same for text, and for loopback addresses, which lists of blocked senders are made of. */
export function privateAddressInText(mention: Mention, at: LintedRRset): Told | undefined {
  if (mention.kind !== 'address') return undefined
  const scope = scopeOf(mention.address)
  if (scope === undefined || (!mention.inText && !scope.isLoopback)) return undefined
  if (scope.isLoopback && (mention.inText || firstLabel(at.owner) === 'localhost')) return undefined
  if (isServers(mention.address, at)) return undefined
  return { what: `${addressToText(mention.address)}, ${scope.meaning},`, other: insiderOf(at) }
}

/** An address that only records of other views have. */
export function hiddenAddress(mention: Mention, at: LintedRRset): Told | undefined {
  if (mention.kind !== 'address' || scopeOf(mention.address) !== undefined) return undefined
  const other = at.unseen.addresses.get(addressKey(mention.address))
  return other === undefined ? undefined : { what: addressToText(mention.address), other }
}

/** An address that stands by itself among the clients of a view that strangers do not get. */
export function clientAddress(mention: Mention, at: LintedRRset): Told | undefined {
  if (mention.kind !== 'address' || scopeOf(mention.address) !== undefined) return undefined
  const key = addressKey(mention.address)
  const other = at.views.find(({ isOpen, hosts }) => !isOpen && hosts.some((host) => addressKey(host) === key))
  return other && { what: addressToText(mention.address), other: other.name }
}

/** Whether the server answers the view there. */
function isServers(address: Uint8Array, { view }: LintedRRset): boolean {
  return view.addresses.some((own) => addressKey(own) === addressKey(address))
}

/** Some view that strangers do not get: there private addresses belong. */
function insiderOf({ views, view }: LintedRRset): string {
  return views.find(({ isOpen }) => !isOpen)?.name ?? view.name
}

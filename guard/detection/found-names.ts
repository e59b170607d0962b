import { nameToText } from '../../dns/name.ts'

/** The last names that exist and were asked for: what somebody had learned by the time that it showed what it was after. */
export interface FoundNames {
  /** `NAME_ROOM` octets each. */
  readonly names: Uint8Array
  readonly addresses: Uint8Array
  readonly scopes: Int32Array
  count: number
}

const KEPT = 1024
const NAME_ROOM = 256

/** Nothing was found yet. */
export function createFoundNames(): FoundNames {
  return {
    names: new Uint8Array(KEPT * NAME_ROOM),
    addresses: new Uint8Array(KEPT * 16),
    scopes: new Int32Array(KEPT),
    count: 0,
  }
}

/** Remembers that this address asked for the name of `length` octets, which exists. */
export function noteFound(found: FoundNames, scope: number, address: Uint8Array, name: Uint8Array): void {
  const slot = found.count++ % KEPT
  found.names.set(name, slot * NAME_ROOM)
  found.addresses.set(address, slot * 16)
  found.scopes[slot] = scope
}

/** Names that addresses with this prefix found in the scope lately, as text, oldest first. */
export function foundBy(found: FoundNames, scope: number, prefix: Uint8Array, bits: number): string[] {
  const names = new Set<string>()
  for (let index = Math.max(0, found.count - KEPT); index < found.count; index++) {
    const slot = index % KEPT
    if (found.scopes[slot] === scope && startsWith(found.addresses, slot * 16, prefix, bits >>> 3)) {
      names.add(nameToText(found.names, slot * NAME_ROOM))
    }
  }
  return [...names]
}

function startsWith(addresses: Uint8Array, start: number, prefix: Uint8Array, octets: number): boolean {
  for (let at = 0; at < octets; at++) if (addresses[start + at] !== prefix[at]) return false
  return true
}

import { Flag, Rcode, Type } from '../../../dns/constants.ts'
import type { Message } from '../../../dns/message.ts'
import { canonicalName, isAtOrBelow, nameToText } from '../../../dns/name.ts'
import { rdataToText } from '../../../dns/rr/rdata.ts'
import { DnskeyFlag, DsDigest, dsRdata } from '../../../keys/dnskey.ts'
import { findRRset } from '../../../keys/validation/received-rrset.ts'
import { askServer } from '../../../server/parent/ask.ts'
import { addressesOf } from '../../../server/parent/find-parent.ts'
import { askAuthorities } from '../../../server/parent/lookup.ts'
import type { DelegationResult } from '../../probes/delegation.ts'
import type { NamedServer } from './look-above.ts'
import type { LookParts } from './look-parts.ts'

const MOST_SERVERS = 32
const MOST_ADDRESSES = 64
const MOST_KEYS = 32
const DIGESTS = [DsDigest.Sha256, DsDigest.Sha384]

interface Child {
  readonly names: Set<string>
  readonly keys: Map<string, Uint8Array>
  readonly lame: Set<string>
  readonly unasked: Set<string>
  readonly addresses: Record<string, readonly string[]>
}

/** What every address of the servers that are named for a zone says of it; throws where an address cannot be told. */
export async function lookAtChild(
  parts: LookParts,
  apex: Uint8Array,
  servers: readonly NamedServer[],
): Promise<Omit<DelegationResult, 'parent' | 'ds' | 'partly'>> {
  const child: Child = { names: new Set(), keys: new Map(), lame: new Set(), unasked: new Set(), addresses: {} }
  let asked = 0
  for (const server of servers.slice(0, MOST_SERVERS)) {
    const addresses = await addressesFor(parts, apex, server)
    child.addresses[server.text] = addresses
    // Whoever registers a name that leads nowhere answers for the zone.
    if (addresses.length === 0) child.lame.add(server.text)
    for (const address of addresses)
      if (asked++ < MOST_ADDRESSES) await askChild(parts, child, { apex, server, address })
  }
  const { names, keys, lame, unasked } = child
  return {
    child: [...names],
    lame: [...lame],
    addresses: child.addresses,
    keys: [...keys.values()].slice(0, MOST_KEYS).flatMap((key) => DIGESTS.map((digest) => dsText(apex, key, digest))),
    ...(unasked.size > 0 && { unasked: [...unasked] }),
  }
}

/** Of a name in the zone itself the zone's own servers know, and the glue leads to them; of others the resolver does. */
async function addressesFor(parts: LookParts, apex: Uint8Array, server: NamedServer): Promise<readonly string[]> {
  const { network, port, settings } = parts
  const { name, text, glue } = server
  const places = glue.map((address) => ({ address, port }))
  const ask = isAtOrBelow(name, apex) && glue.length > 0 ? askAuthorities(network, places) : parts.ask
  const found = await addressesOf(name, ask, settings.families)
  if (typeof found !== 'string') return [...new Set([...glue, ...found])]
  if (glue.length > 0) return glue
  throw new Error(`where ${text} is, cannot be told: ${found}`)
}

interface Asked {
  readonly apex: Uint8Array
  readonly server: NamedServer
  readonly address: string
}

async function askChild({ network, port }: LookParts, child: Child, { apex, server, address }: Asked): Promise<void> {
  const answers = [Type.NS, Type.DNSKEY].map((type) => askServer(network, { address, port }, { name: apex, type }))
  const [servers, keys] = await Promise.all(answers)
  if (servers!.kind === 'silent' && servers!.isUnreachable) {
    child.unasked.add(address)
    return
  }
  const named = servers!.kind === 'message' ? rdatasOf(servers!.message, apex, Type.NS) : []
  if (named.length === 0) child.lame.add(server.text)
  for (const name of named) child.names.add(nameToText(canonicalName(name)))
  for (const key of keys!.kind === 'message' ? rdatasOf(keys!.message, apex, Type.DNSKEY) : []) {
    if (isZoneKey(key)) child.keys.set(Buffer.from(key).toString('latin1'), key)
  }
}

/** What an authoritative answer has of the apex; nothing of any other. */
function rdatasOf({ rcode, flags, answer }: Message, apex: Uint8Array, type: number): readonly Uint8Array[] {
  if (rcode !== Rcode.NoError || (flags & Flag.AA) === 0) return []
  return findRRset(answer, apex, type)?.rdatas ?? []
}

/** RFC 4034 §2.1.1: a DS may be of any zone key; one that is revoked no longer counts (RFC 5011 §2.1). */
function isZoneKey(dnskey: Uint8Array): boolean {
  const flags = (dnskey[0]! << 8) | dnskey[1]!
  return dnskey.length > 4 && (flags & DnskeyFlag.ZoneKey) !== 0 && (flags & DnskeyFlag.Revoke) === 0
}

function dsText(apex: Uint8Array, dnskey: Uint8Array, digest: DsDigest): string {
  return rdataToText(Type.DS, dsRdata(apex, dnskey, digest)).toLowerCase()
}

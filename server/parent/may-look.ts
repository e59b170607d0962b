/*
 * What a server may do unasked: it tells nobody a name that was not meant for everybody, and asks no server in the
 * Internet about names that are none of the Internet's.
 */
import { isAtOrBelow, nameFromText } from '../../dns/name.ts'
import type { TrustAnchor } from '../../keys/validation/key-set.ts'
import type { ParentConfiguration, ZoneConfiguration } from '../configuration/types.ts'
import { rootAnchors } from './trust-anchor.ts'

/** Why nobody looks at the parent of the zone, and what to do about it, without a full stop; undefined: somebody does. */
export function whyNotLook(
  { apex, views }: Pick<ZoneConfiguration, 'apex' | 'views'>,
  { check, servers, resolver }: Pick<ParentConfiguration, 'check' | 'servers' | 'resolver'>,
): string | undefined {
  if (check === false) return 'the configuration says not to look (`parent: { check: false }`)'
  if (check === true || servers !== undefined) return undefined
  if (views !== undefined) {
    return 'only some views have the zone, so its name is told to nobody outside; write `parent: { check: true }`, or name the `servers` of its parent, to have it looked at'
  }
  if (!Array.isArray(resolver) && SPECIAL_NAMES.some((name) => isAtOrBelow(apex, name))) {
    return 'the zone lies where the public DNS has nothing; write `parent: { check: true }`, or name the `servers` of its parent, to have it looked at'
  }
  return undefined
}

/** By what answers are validated: as the configuration says, else from the root on where the root leads to the servers. */
export function anchorsOf({ trustAnchors, servers }: ParentConfiguration): readonly TrustAnchor[] {
  return trustAnchors ?? (servers === undefined ? rootAnchors() : [])
}

/**
 * Names that are not to be asked for in the public DNS, or lead nowhere there (IANA, Special-Use Domain Names and
 * Locally-Served DNS Zones).
 */
const SPECIAL_NAMES: readonly Uint8Array[] = [
  ...['test', 'example', 'invalid', 'localhost', 'local', 'onion', 'alt', 'internal', 'home.arpa'],
  ...['example.com', 'example.net', 'example.org'],
  ...['10.in-addr.arpa', '127.in-addr.arpa', '254.169.in-addr.arpa', '168.192.in-addr.arpa'],
  ...Array.from({ length: 16 }, (_, index) => `${16 + index}.172.in-addr.arpa`),
  ...['2.0.192.in-addr.arpa', '100.51.198.in-addr.arpa', '113.0.203.in-addr.arpa'],
  ...[
    'd.f.ip6.arpa',
    '8.b.d.0.1.0.0.2.ip6.arpa',
    '8.e.f.ip6.arpa',
    '9.e.f.ip6.arpa',
    'a.e.f.ip6.arpa',
    'b.e.f.ip6.arpa',
  ],
].map((text) => nameFromText(`${text}.`))

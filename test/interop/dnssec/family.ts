/*
 * A zone with everything that an answer can be, and its children at secure and insecure cuts. The same family stands under
 * any apex, signed in any way.
 */

/** Where the name servers of a family stand. */
export interface FamilyAddresses {
  /** Serves the zone, and its child `both`. */
  readonly zone: string
  /** Serves the children `secure` and `insecure`. */
  readonly children: string
}

/** A zone and its master file, which depends on the DS records of its secure children. */
export interface FamilyZone {
  readonly apex: string
  readonly secured: boolean
  /** It is the family's own zone, and no child. */
  readonly mayHaveDecoys: boolean
  text(dsOf: (child: string) => readonly string[]): string
}

const TTL = 300
/** The longest label. */
export const OCTETS_63 = 'o'.repeat(63)
/** Longest name in wire octets (RFC 1035 §3.1). */
const MAX_NAME = 255

/** The zone itself and its child on the same server. */
export function familyZones(apex: string, addresses: FamilyAddresses): FamilyZone[] {
  const child = (label: string) => `${label}.${apex}`
  return [
    {
      apex,
      secured: true,
      mayHaveDecoys: true,
      text: (dsOf) =>
        [
          ...head(apex, addresses.zone),
          ...ownRecords(apex),
          ...delegation(child('both'), addresses.zone, dsOf(child('both'))),
          ...delegation(child('secure'), addresses.children, dsOf(child('secure'))),
          ...delegation(child('insecure'), addresses.children, []),
          ...delegation(child('cut.ent'), addresses.children, []),
          '',
        ].join('\n'),
    },
    simpleZone(child('both'), addresses.zone, true),
  ]
}

/** The children on another server. */
export function familyChildren(apex: string, { children }: FamilyAddresses): FamilyZone[] {
  return [
    simpleZone(`secure.${apex}`, children, true),
    simpleZone(`insecure.${apex}`, children, false),
    simpleZone(`cut.ent.${apex}`, children, false),
  ]
}

/** Delegation of a zone whose server is `ns` below itself, with glue. */
export function delegation(child: string, address: string, ds: readonly string[]): string[] {
  return [
    `${child} ${TTL} IN NS ns.${child}`,
    `ns.${child} ${TTL} IN A ${address}`,
    ...ds.map((rdata) => `${child} ${TTL} IN DS ${rdata}`),
  ]
}

/** The longest names that fit under the apex (RFC 1035 §3.1): one that stands there, and one that does not. */
export function longNames(apex: string): { readonly existing: string; readonly absent: string } {
  const room = MAX_NAME - wireLength(apex)
  const full = Math.floor((room - 2) / 64)
  const rest = Math.min(63, room - full * 64 - 1)
  const labels = Array.from({ length: full }, () => OCTETS_63).join('.')
  return { existing: `${'e'.repeat(rest)}.${labels}`, absent: `${'a'.repeat(rest)}.${labels}` }
}

function head(apex: string, address: string): string[] {
  return [
    `$ORIGIN ${apex}`,
    `$TTL ${TTL}`,
    '@ SOA ns hostmaster 1 3600 900 604800 60',
    '@ NS ns',
    `ns A ${address}`,
    'www A 192.0.2.1',
    'www A 192.0.2.2',
    'www AAAA 2001:db8::1',
    'one-type TXT "only text"',
    '*.wild A 192.0.2.3',
  ]
}

function simpleZone(apex: string, address: string, secured: boolean): FamilyZone {
  return {
    apex,
    secured,
    mayHaveDecoys: false,
    text: () => [...head(apex, address), 'leaf.ent A 192.0.2.9', ''].join('\n'),
  }
}

function ownRecords(apex: string): string[] {
  return [
    '@ MX 10 mail',
    '@ TXT "v=spf1 -all"',
    '@ CAA 0 issue "ca.example.net"',
    'mail A 192.0.2.4',
    'svc HTTPS 1 . alpn=h2',
    '_443._tcp.www TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    'alias CNAME www',
    'chain CNAME chain-2',
    'chain-2 CNAME alias',
    'dangling CNAME not-there',
    'dangling-chain CNAME dangling',
    'to-nodata CNAME one-type',
    'to-wild CNAME anything.wild',
    'to-ent CNAME ent',
    'to-both CNAME www.both',
    'to-both-absent CNAME not-there.both',
    'to-both-nodata CNAME one-type.both',
    'to-secure CNAME www.secure',
    'to-secure-absent CNAME not-there.secure',
    'to-secure-nodata CNAME one-type.secure',
    'to-insecure CNAME www.insecure',
    'to-insecure-absent CNAME not-there.insecure',
    'to-outside CNAME not-there.lab.',
    'tree DNAME target',
    'tree-both DNAME both',
    'leaf.target A 192.0.2.5',
    'leaf.ent A 192.0.2.6',
    'deep.er.ent A 192.0.2.7',
    '*.wild TXT "wild"',
    'exact.wild AAAA 2001:db8::2',
    'below.ent.wild AAAA 2001:db8::3',
    '*.wild-alias CNAME www',
    '*.wild-dangling CNAME not-there',
    'sub.*.star A 192.0.2.8',
    `${OCTETS_63} A 192.0.2.10`,
    `${longNames(apex).existing} A 192.0.2.11`,
    '\\000\\255.octets A 192.0.2.12',
    'under_score A 192.0.2.13',
    'a\\032b A 192.0.2.14',
    'a\\.b A 192.0.2.15',
    'left\\091bracket A 192.0.2.16',
    'UPPER A 192.0.2.17',
    '\\000 A 192.0.2.18',
    'z\\255 A 192.0.2.19',
  ]
}

function wireLength(name: string): number {
  return name.length + 1
}

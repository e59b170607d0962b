import { Rcode } from '../../dns/constants.ts'

/** What CHAOS questions learn from a server of another make, as Debian 12 ships it. */
export interface Mask {
  readonly version: string
  /** Which of the names have the version, and which the host's name where one is configured. */
  readonly versionNames: readonly string[]
  readonly hostnameNames: readonly string[]
  /** Names that are there without a text. */
  readonly emptyNames: readonly string[]
  readonly authors: readonly string[]
  /** TTL of the texts, seconds. */
  readonly ttl: number
  /** AA of answers, and of refusals. */
  readonly authoritative: boolean
  readonly refusesWithAuthority: boolean
  /** What types other than TXT get; `zone`: each name is a zone of its own, with SOA and NS. */
  readonly otherTypes: 'zone' | typeof Rcode.Refused | typeof Rcode.NotImp
  /** ANY is answered as TXT is. */
  readonly answersAny: boolean
}

const BIND_AUTHORS = [
  ...['Mark Andrews', 'James Brister', 'Ben Cottrell', 'Curtis Blackburn', 'John H. DuBois III', 'Francis Dupont'],
  ...['Michael Graff', 'Andreas Gustafsson', 'Bob Halley', 'Evan Hunt', 'JINMEI Tatuya', 'Witold Krecicki'],
  ...['David Lawrence', 'Scott Mann', 'Danny Mayer', 'Damien Neil', 'Matt Nelson', 'Jeremy C. Reed'],
  ...['Michael Sawyer', 'Brian Wellington'],
]

const KNOT: Mask = {
  version: 'Knot DNS 3.2.6',
  versionNames: ['version.bind', 'version.server'],
  hostnameNames: ['hostname.bind', 'id.server'],
  emptyNames: [],
  authors: [],
  ttl: 0,
  authoritative: false,
  refusesWithAuthority: false,
  otherTypes: Rcode.Refused,
  answersAny: false,
}

/** By the word for it in the configuration; test/interop/masks.test.ts compares them with the servers themselves. */
export const MASKS = {
  bind9: {
    ...KNOT,
    version: '9.18.49-1~deb12u3-Debian',
    versionNames: ['version.bind'],
    hostnameNames: ['hostname.bind'],
    emptyNames: ['hostname.bind', 'id.server'],
    authors: BIND_AUTHORS,
    authoritative: true,
    otherTypes: 'zone',
  },
  knot: KNOT,
  nsd: { ...KNOT, version: 'NSD 4.6.1', answersAny: true },
  powerdns: {
    ...KNOT,
    version: 'PowerDNS Authoritative Server 4.7.3',
    versionNames: ['version.bind'],
    hostnameNames: ['id.server'],
    ttl: 5,
    authoritative: true,
    refusesWithAuthority: true,
    otherTypes: Rcode.NotImp,
  },
} as const satisfies Readonly<Record<string, Mask>>
export type MaskName = keyof typeof MASKS

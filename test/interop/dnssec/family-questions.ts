/*
 * Questions that bring every kind of answer about, in any family.
 */
import { longNames, OCTETS_63 } from './family.ts'

/** What must come back, apart from its security. */
export const Outcome = {
  /** The type asked for is in the answer section, behind aliases where there are some. */
  Answer: 'answer',
  Nodata: 'nodata',
  /** As the zone denies: NXDOMAIN, but NOERROR in compact zones for those who do not say CO (RFC 9824 §3). */
  Absent: 'absent',
  /** NXDOMAIN whatever the mode: another zone denies. */
  NxDomain: 'nxdomain',
} as const
export type Outcome = (typeof Outcome)[keyof typeof Outcome]

export interface FamilyQuestion {
  /** Kind of answer, for people; kinds are what tampering and thinning go by. */
  readonly kind: string
  /** Presentation format, absolute. */
  readonly name: string
  readonly type: string
  readonly outcome: Outcome
  /**
   * Whether the answer hangs together with the trust anchor by signatures, or is below an insecure cut; undefined: each
   * validator judges as it likes, but finds nothing bogus.
   */
  readonly secure: boolean | undefined
}

/** What a family is signed by: `nsec` and `nsec3` are chains made beforehand, the others denials made on demand. */
export interface FamilySigning {
  readonly kind: 'live' | 'presigned'
  readonly denial: string
  readonly wildcards?: string
  readonly decoys?: string
}

/** Everything that the matrix asks about one family. */
export function familyQuestions(apex: string, signing: FamilySigning): FamilyQuestion[] {
  const plain = [...ROWS, ...rowsAboutSigning(signing)]
  const rows = signing.decoys === undefined ? plain : [...plain.filter(isLeftByDecoys), ...rowsOfDecoys(signing)]
  return rows.flatMap(([kind, outcome, secure, list]) =>
    list(apex).map((line) => {
      const space = line.lastIndexOf(' ')
      const name = line.slice(0, space)
      const isHidden = signing.wildcards === 'hidden' && name.split('.').includes('*')
      return {
        kind,
        outcome: isHidden ? Outcome.Absent : outcome,
        secure,
        type: line.slice(space + 1),
        name: placed(name, apex),
      }
    }),
  )
}

/** Kind, outcome, security, and lines of `NAME TYPE`; `@` is the apex. */
type Row = readonly [string, Outcome, boolean | undefined, (apex: string) => string[]]

const ROWS: readonly Row[] = [
  [
    'positive',
    Outcome.Answer,
    true,
    () => ['www A', 'www AAAA', 'mail A', 'ns A', 'one-type TXT', '@ MX', '@ TXT', 'leaf.target A', 'sub.*.star A'],
  ],
  ['apex', Outcome.Answer, true, () => ['@ SOA', '@ NS', '@ DNSKEY']],
  ['types', Outcome.Answer, true, () => ['svc HTTPS', '_443._tcp.www TLSA', '@ CAA']],
  [
    'CNAME',
    Outcome.Answer,
    true,
    () => ['alias A', 'alias CNAME', 'chain A', 'chain AAAA', 'to-wild A', 'to-both A', 'to-secure A'],
  ],
  ['CNAME into insecure', Outcome.Answer, false, () => ['to-insecure A']],
  ['CNAME to absent', Outcome.Absent, true, () => ['dangling A', 'dangling-chain A', 'dangling-chain AAAA']],
  ['CNAME to absent elsewhere', Outcome.Absent, true, () => ['to-both-absent A', 'to-secure-absent A']],
  ['CNAME to absent in insecure', Outcome.NxDomain, false, () => ['to-insecure-absent A']],
  ['CNAME to absent outside', Outcome.NxDomain, true, () => ['to-outside A']],
  [
    'CNAME to NODATA',
    Outcome.Nodata,
    true,
    () => ['alias TXT', 'to-nodata A', 'to-ent A', 'to-both-nodata A', 'to-secure-nodata A', 'to-wild MX'],
  ],
  ['DNAME', Outcome.Answer, true, () => ['leaf.tree A', 'tree DNAME', 'www.tree-both A', 'leaf.ent.tree-both A']],
  ['DNAME to absent', Outcome.Absent, true, () => ['not-there.tree A', 'x.y.tree A', 'not-there.tree-both A']],
  ['DNAME NODATA', Outcome.Nodata, true, () => ['tree A', 'leaf.tree TXT', 'one-type.tree-both A']],
  ['NODATA', Outcome.Nodata, true, () => ['www MX', 'one-type A', 'mail AAAA', '@ SRV', '@ A', 'sub.*.star TXT']],
  [
    'ENT',
    Outcome.Nodata,
    true,
    () => ['ent A', 'er.ent TXT', 'ent NS', '_tcp.www A', 'target A', 'star A', '*.star A'],
  ],
  [
    'NXDOMAIN',
    Outcome.Absent,
    true,
    () => [
      'not-there A',
      'a AAAA',
      'wwv MX',
      'wwx A',
      'a.b.c.d.e.f A',
      'x.www A',
      'x.leaf.ent A',
      'y.ent A',
      'x.one-type TXT',
    ],
  ],
  [
    'wildcard',
    Outcome.Answer,
    true,
    () => ['one.wild A', 'two.three.wild A', 'one.wild TXT', 'any.wild-alias A', 'zz.wild-alias CNAME'],
  ],
  [
    'wildcard NODATA',
    Outcome.Nodata,
    true,
    () => ['one.wild AAAA', 'four.wild MX', 'any.wild-alias TXT', 'any.star A'],
  ],
  ['wildcard CNAME to absent', Outcome.Absent, true, () => ['any.wild-dangling A']],
  ['beside a wildcard', Outcome.Nodata, true, () => ['exact.wild A', 'ent.wild A', 'wild A']],
  ['below a name beside a wildcard', Outcome.Absent, true, () => ['x.exact.wild A', 'x.ent.wild A']],
  ['asterisk', Outcome.Answer, true, () => ['*.wild A', '*.wild TXT']],
  ['asterisk NODATA', Outcome.Nodata, true, () => ['*.wild MX']],
  ['absent asterisk', Outcome.Absent, true, () => ['* A', '*.www A', 'x.*.star A']],
  ['DS at a secure cut', Outcome.Answer, true, () => ['both DS', 'secure DS', '@ DS']],
  ['DS at an insecure cut', Outcome.Nodata, true, () => ['insecure DS', 'cut.ent DS']],
  ['DS elsewhere', Outcome.Nodata, true, () => ['www DS', 'ent DS', 'x.wild DS', 'tree DS']],
  ['DS at an absent name', Outcome.Absent, true, () => ['not-there-either DS', 'x.mail DS']],
  [
    'below a secure cut',
    Outcome.Answer,
    true,
    () => [
      'www.secure A',
      'secure SOA',
      'secure DNSKEY',
      'x.wild.secure A',
      'www.both A',
      'both NS',
      'leaf.ent.both A',
    ],
  ],
  [
    'NODATA below a secure cut',
    Outcome.Nodata,
    true,
    () => ['www.secure TXT', 'ent.both A', 'both A', 'www.secure DS'],
  ],
  ['NXDOMAIN below a secure cut', Outcome.Absent, true, () => ['not-there.secure A', 'x.y.both A', 'x.www.both A']],
  ['below an insecure cut', Outcome.Answer, false, () => ['www.insecure A', 'insecure SOA', 'www.cut.ent AAAA']],
  ['NODATA below an insecure cut', Outcome.Nodata, false, () => ['www.insecure TXT', 'insecure A', 'ent.insecure A']],
  ['NXDOMAIN below an insecure cut', Outcome.NxDomain, false, () => ['not-there.insecure A', 'x.y.cut.ent A']],
  [
    'long names',
    Outcome.Answer,
    true,
    (apex) => [`${OCTETS_63} A`, `${longNames(apex).existing} A`, `${OCTETS_63}.wild A`],
  ],
  [
    'long names NODATA',
    Outcome.Nodata,
    true,
    (apex) => [`${OCTETS_63} TXT`, `${longNames(apex).existing} TXT`, `${OCTETS_63}.${OCTETS_63}.wild AAAA`],
  ],
  [
    'long names absent',
    Outcome.Absent,
    true,
    (apex) => [`${'x'.repeat(63)} A`, `${longNames(apex).absent} A`, `${'x'.repeat(63)}.${OCTETS_63} A`],
  ],
  [
    'octets',
    Outcome.Answer,
    true,
    () => [
      '\\000\\255.octets A',
      'under_score A',
      'a\\032b A',
      'a\\.b A',
      'left\\091bracket A',
      'upper A',
      '\\000 A',
      'z\\255 A',
      '\\001\\254.wild A',
    ],
  ],
  ['octets NODATA', Outcome.Nodata, true, () => ['\\000\\255.octets TXT', 'a\\.b TXT', '\\000 TXT', 'z\\255 MX']],
  [
    'octets absent',
    Outcome.Absent,
    true,
    () => ['\\000\\254.octets A', '\\255 A', '\\000.www A', '\\@ A', '\\091 A', 'a.b.bracket A', '\\255.\\255 A'],
  ],
  ['mixed case', Outcome.Answer, true, () => ['WwW A', 'UPPER A', 'MiXeD.WiLd A', 'aLiAs A', 'LEAF.tree A']],
  ['mixed case denied', Outcome.Absent, true, () => ['NoT-ThErE-aT-aLL A', 'Z-yyyy A', 'X.WWW A']],
]

/** Types that exist because the zone is signed. CDS and CDNSKEY come from servers that publish them. */
function rowsAboutSigning({ kind, denial }: FamilySigning): Row[] {
  const hasNsec = !denial.startsWith('nsec3')
  const denies = (outcome: Outcome) => (hasNsec ? Outcome.Answer : outcome)
  return [
    ['ANY', Outcome.Answer, true, () => ['www ANY', 'x.wild ANY', 'both ANY']],
    ['ANY NODATA', Outcome.Nodata, true, () => ['ent ANY']],
    ['ANY absent', Outcome.Absent, true, () => ['never-there ANY']],
    ['NSEC', denies(Outcome.Nodata), true, () => ['www NSEC', '@ NSEC', 'both NSEC', 'secure NSEC']],
    // An empty non-terminal has an NSEC record of its own where it is made on demand, and none in a chain.
    ['NSEC of an ENT', denial === 'nsec' ? Outcome.Nodata : denies(Outcome.Nodata), true, () => ['ent NSEC']],
    ['NSEC absent', denial === 'compact' ? Outcome.Answer : Outcome.Absent, true, () => ['never-there NSEC']],
    ['NSEC3', Outcome.Nodata, true, () => ['www NSEC3', 'ent NSEC3']],
    ['RRSIG', Outcome.Answer, undefined, () => ['www RRSIG', '@ RRSIG', 'x.wild RRSIG']],
    ['RRSIG absent', denial === 'compact' ? Outcome.Answer : Outcome.Absent, undefined, () => ['never-there RRSIG']],
    ...(kind === 'live' ? [CHILD_KEYS] : []),
  ]
}

/** Kinds of questions about absent names and empty non-terminals, which decoys answer. */
const ANSWERED_BY_DECOYS = [
  ...['CNAME to absent', 'CNAME to NODATA', 'DNAME to absent', 'ENT', 'NXDOMAIN', 'wildcard CNAME to absent'],
  ...['beside a wildcard', 'below a name beside a wildcard', 'DS at an absent name', 'long names absent'],
  ...['mixed case denied', 'ANY NODATA', 'ANY absent', 'NSEC of an ENT', 'NSEC absent', 'NSEC3', 'RRSIG absent'],
]

function isLeftByDecoys([kind]: Row): boolean {
  return !ANSWERED_BY_DECOYS.includes(kind)
}

function rowsOfDecoys({ denial }: FamilySigning): Row[] {
  const nsec = denial.startsWith('nsec3') ? Outcome.Nodata : Outcome.Answer
  return [
    [
      'decoy',
      Outcome.Answer,
      true,
      () => [
        'not-there A',
        'a AAAA',
        'wwx A',
        'x.www A',
        'y.ent A',
        'NoT-ThErE A',
        `${'x'.repeat(63)} A`,
        'never-there ANY',
      ],
    ],
    [
      'decoy in place of an ENT',
      Outcome.Answer,
      true,
      () => ['ent A', 'target AAAA', 'star A', 'er.ent A', 'ent ANY', 'ent.wild A', 'wild AAAA'],
    ],
    [
      'alias to a decoy',
      Outcome.Answer,
      true,
      () => ['dangling A', 'dangling-chain AAAA', 'to-ent A', 'not-there.tree A', 'any.wild-dangling A'],
    ],
    [
      'NODATA of a decoy',
      Outcome.Nodata,
      true,
      () => [
        'wwv MX',
        'x.one-type TXT',
        'ent TXT',
        'ent NS',
        'not-there-either DS',
        'x.mail DS',
        'never-there NSEC3',
        'dangling TXT',
      ],
    ],
    ['NSEC of a decoy', nsec, true, () => ['never-there NSEC', 'ent NSEC']],
    ['RRSIG of a decoy', Outcome.Answer, undefined, () => ['never-there RRSIG']],
    ['ENT among decoys', Outcome.Nodata, true, () => ['_tcp.www A', '*.star A', 'exact.wild A']],
    [
      'absent among decoys',
      Outcome.Absent,
      true,
      () => [
        'a.b.c.d.e.f A',
        'x.leaf.ent A',
        'x.y.not-there A',
        '_x.not-there A',
        '_dmarc TXT',
        'x._tcp.www A',
        'x.exact.wild A',
      ],
    ],
  ]
}

const CHILD_KEYS: Row = ['CDS', Outcome.Answer, true, () => ['@ CDS', '@ CDNSKEY', 'both CDS', 'secure CDNSKEY']]

function placed(name: string, apex: string): string {
  return name === '@' ? apex : `${name}.${apex}`
}

import {
  continues,
  entersDnameAgain,
  existsElsewhere,
  finalName,
  isType,
  NOERROR,
  NS,
  NXDOMAIN,
  said,
  YXDOMAIN,
  zoneOf,
} from './evidence.ts'
import type { Aspect } from './facts.ts'
import type { Comparison, ServerName } from './judge.ts'

/** A difference between servers that stays, and why. */
export interface Difference {
  readonly id: string
  /** The server that is alone with it. */
  readonly server: ServerName
  readonly aspects: readonly Aspect[]
  /** Where the matter is laid down. */
  readonly source: string
  readonly reason: string
  /** As narrow as can be: true only for comparisons that show this difference. */
  when(comparison: Comparison): boolean
}

const ALL_SECTIONS = ['answer', 'authority', 'additional'] as const

export const DIFFERENCES: readonly Difference[] = [
  {
    id: 'class-any-not-authoritative',
    server: 'NSD',
    aspects: ['aa', 'authority'],
    source: 'RFC 1035 §6.2',
    reason: 'NSD answers QCLASS ANY from its IN zones without AA and without SOA; Knot DNS answers it like IN.',
    when: (comparison) => comparison.question.class === 'ANY' && said(comparison, 'NSD').aa === 'false',
  },
  {
    id: 'type-0',
    server: 'Knot',
    aspects: ['rcode', 'aa', ...ALL_SECTIONS],
    source: 'RFC 6895 §3.1',
    reason: 'Knot DNS says NOTIMP to QTYPE 0, which is reserved; for NSD and Veil it is a type that nothing has.',
    when: (comparison) => isType(comparison, 'TYPE0') && said(comparison, 'Knot').rcode === '4',
  },
  {
    id: 'dname-followed-once',
    server: 'NSD',
    aspects: ['rcode', ...ALL_SECTIONS],
    source: 'RFC 6672 §3.2',
    reason:
      'NSD does not follow a DNAME that this answer has used before; the others follow it up to their limit of aliases.',
    when: (comparison) =>
      entersDnameAgain(said(comparison, 'NSD')) && continues(said(comparison, 'Knot'), said(comparison, 'NSD')),
  },
  {
    id: 'goes-on-after-yxdomain',
    server: 'Knot',
    aspects: ['rcode', 'authority', 'additional'],
    source: 'RFC 6672 §3.2',
    reason: `Where a DNAME makes a name that is too long, Knot DNS goes on to fill authority and additional, and an NXDOMAIN
      found there may take the place of YXDOMAIN; the RFC ends processing.`,
    when: (comparison) =>
      said(comparison, 'NSD').rcode === YXDOMAIN && said(comparison, 'Knot').answer === said(comparison, 'NSD').answer,
  },
  {
    id: 'alias-into-other-zone',
    server: 'Knot',
    aspects: ['rcode', ...ALL_SECTIONS],
    source: 'RFC 1034 §4.3.2 step 3a',
    reason: 'Knot DNS follows aliases within one zone only; NSD and Veil start over at step 1 for all zones they have.',
    when: (comparison) => leavesItsZone(comparison, 'Knot'),
  },
  {
    id: 'nsec-beside-cname',
    server: 'Knot',
    aspects: ['rcode', ...ALL_SECTIONS],
    source: 'RFC 4035 §2.5, RFC 2181 §10.1',
    reason:
      'Knot DNS does not follow a CNAME for QTYPE NSEC or RRSIG, which may stand beside it, though the zone is not signed.',
    when: (comparison) => isType(comparison, 'NSEC', 'RRSIG') && said(comparison, 'NSD').answer.includes(' CNAME '),
  },
  {
    id: 'wildcard-without-records',
    server: 'NSD',
    aspects: ['rcode'],
    source: 'RFC 4592 §2.2.2, §3.3.1',
    reason:
      'NSD does not take a `*` that exists only as an empty non-terminal for the source of synthesis and says NXDOMAIN.',
    when: (comparison) => said(comparison, 'NSD').rcode === NXDOMAIN && said(comparison, 'Knot').rcode === NOERROR,
  },
  {
    id: 'name-of-another-zone',
    server: 'NSD',
    aspects: ['rcode', ...ALL_SECTIONS],
    source: 'RFC 1034 §4.2.1',
    reason: `NSD keeps the names of all zones in one tree: what the parent holds below the apex of a child that is served too
      makes names exist, and wildcards not match, in the child.`,
    when: (comparison) => {
      const name = finalName(said(comparison, 'NSD'))
      const apex = zoneOf(comparison, name)
      return apex !== undefined && existsElsewhere(comparison, name, apex)
    },
  },
  {
    id: 'target-of-another-zone',
    server: 'NSD',
    aspects: ['additional'],
    source: 'RFC 4592 §3.3',
    reason: `For the same cause NSD does not find addresses for a name server that a wildcard of the child covers, where the
      parent holds glue of that name.`,
    when: (comparison) =>
      said(comparison, 'NSD').message.authority.some(({ type, rdata }) => {
        const apex = type === NS ? zoneOf(comparison, rdata) : undefined
        return apex !== undefined && existsElsewhere(comparison, rdata, apex)
      }),
  },
  {
    id: 'minimal-responses',
    server: 'NSD',
    aspects: ['additional'],
    source: 'RFC 1034 §4.3.2 step 6',
    reason:
      'NSD runs with `minimal-responses: yes`, and then adds addresses to referrals only; they are optional elsewhere.',
    when: (comparison) => {
      const { answer, additional } = said(comparison, 'NSD')
      return answer !== '' && additional === ''
    },
  },
  {
    id: 'wildcard-owner-in-additional',
    server: 'Knot',
    aspects: ['additional'],
    source: 'RFC 4592 §3.3, RFC 9460 §4.1',
    reason: `Addresses of an SVCB or HTTPS target that a wildcard covers are sent by Knot DNS under the wildcard's own name, and once for
      each record that points there.`,
    when: (comparison) =>
      / (SVCB|HTTPS) /.test(said(comparison, 'Knot').answer) && /^\*\./m.test(said(comparison, 'Knot').additional),
  },
  {
    id: 'any-choice-of-nsd',
    server: 'NSD',
    aspects: ['answer', 'additional'],
    source: 'RFC 8482 §4.1',
    reason: 'For QTYPE ANY each server chooses one RRset of the name by rules of its own.',
    when: (comparison) => isType(comparison, 'ANY') && said(comparison, 'NSD').rcode === NOERROR,
  },
]

/** Whether a server's aliases end at a name of another zone than the question's. */
function leavesItsZone(comparison: Comparison, server: ServerName): boolean {
  const facts = said(comparison, server)
  const asked = facts.message.question?.name
  if (asked === undefined || !facts.answer.includes(' CNAME ')) return false
  const from = zoneOf(comparison, asked)
  const to = zoneOf(comparison, finalName(facts))
  return from !== to
}

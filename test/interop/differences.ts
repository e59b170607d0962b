import { namesEqual, nameToText } from '../../dns/name.ts'
import { namesInRdata } from '../../dns/rr/rdata.ts'
import {
  CNAME,
  continues,
  entersDnameAgain,
  existsElsewhere,
  finalName,
  HTTPS,
  isBelowCut,
  isOwner,
  isType,
  NOERROR,
  NS,
  NXDOMAIN,
  REFUSED,
  SVCB,
  said,
  YXDOMAIN,
  zoneOf,
} from './evidence.ts'
import { type Aspect, type Facts, SECTIONS } from './facts.ts'
import type { Comparison, ServerName } from './judge.ts'

/** Aliases that Knot DNS follows before it ends an answer. */
const KNOT_ALIASES = 5
const SERVERS = ['NSD', 'Knot', 'Veil'] as const

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
    aspects: ['rcode', 'aa', ...SECTIONS],
    source: 'RFC 6895 §3.1',
    reason: 'Knot DNS says NOTIMP to QTYPE 0, which is reserved; NSD looks for it like for any type.',
    when: (comparison) => isType(comparison, 'TYPE0') && said(comparison, 'Knot').rcode === '4',
  },
  {
    id: 'dname-followed-once',
    server: 'NSD',
    aspects: ['rcode', ...SECTIONS],
    source: 'RFC 6672 §3.2',
    reason:
      'NSD does not follow a DNAME that this answer has used before; the others follow it up to their limit of aliases.',
    when: (comparison) => {
      const nsd = said(comparison, 'NSD')
      const others = [said(comparison, 'Knot'), said(comparison, 'Veil')]
      const goOn = others.some(
        (other) => continues(other, nsd) || (other.rcode === YXDOMAIN && other.answer === nsd.answer),
      )
      return entersDnameAgain(nsd) && goOn
    },
  },
  {
    id: 'goes-on-after-yxdomain',
    server: 'Knot',
    aspects: ['rcode', ...SECTIONS],
    source: 'RFC 6672 §3.2',
    reason: `Where a DNAME makes a name that is too long, Knot DNS goes on with its target, and an NXDOMAIN
      found there may take the place of YXDOMAIN; the RFC ends processing.`,
    when: (comparison) =>
      said(comparison, 'NSD').rcode === YXDOMAIN &&
      said(comparison, 'Knot').answer.startsWith(said(comparison, 'NSD').answer),
  },
  {
    id: 'alias-into-other-zone',
    server: 'Knot',
    aspects: ['rcode', ...SECTIONS],
    source: 'RFC 1034 §4.3.2 step 3a',
    reason: 'Knot DNS follows aliases within one zone only; NSD and Veil start over at step 1 for all zones they have.',
    when: (comparison) => leavesItsZone(comparison, 'Knot'),
  },
  {
    id: 'nsec-beside-cname',
    server: 'Knot',
    aspects: ['rcode', ...SECTIONS],
    source: 'RFC 4035 §2.5, RFC 2181 §10.1',
    reason:
      'Knot DNS does not follow a CNAME for QTYPE NSEC or RRSIG, which may stand beside it, though the zone is not signed.',
    when: (comparison) => {
      const others = [said(comparison, 'NSD'), said(comparison, 'Veil')]
      return isType(comparison, 'NSEC', 'RRSIG') && others.some(({ answer }) => answer.includes(' CNAME '))
    },
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
    aspects: ['rcode', ...SECTIONS],
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
    when: (comparison) => {
      const { answer, authority } = said(comparison, 'NSD').message
      return [...answer, ...authority].some(({ type, rdata }) => {
        const apex = type === NS ? zoneOf(comparison, rdata) : undefined
        return apex !== undefined && existsElsewhere(comparison, rdata, apex)
      })
    },
  },
  {
    id: 'minimal-responses',
    server: 'NSD',
    aspects: ['additional'],
    source: 'RFC 1034 §4.3.2 step 6',
    reason:
      'NSD runs with `minimal-responses: yes`, and then adds addresses to NS RRsets only; they are optional elsewhere.',
    when: (comparison) => {
      const { answer, additional } = said(comparison, 'NSD')
      return answer !== '' && additional === ''
    },
  },
  {
    id: 'addresses-of-bindings',
    server: 'Knot',
    aspects: ['additional'],
    source: 'RFC 9460 §4.1, RFC 4592 §3.3, RFC 4343 §3',
    reason: `Of an SVCB or HTTPS target, Knot DNS sends no addresses where the target is written in mixed case or is a wildcard, and sends
      them under the wildcard's own name where it is covered by one.`,
    when: (comparison) => {
      const { answer, additional, message } = said(comparison, 'Knot')
      const bindings = message.answer.filter(({ type }) => type === SVCB || type === HTTPS)
      const isMixed = bindings.some(({ type, rdata }) =>
        namesInRdata(type, rdata).some(({ start }) => hasUpperCase(rdata, start)),
      )
      return / (SVCB|HTTPS) /.test(answer) && (additional === '' || /^\*\./m.test(additional) || isMixed)
    },
  },
  {
    id: 'bindings-of-bindings',
    server: 'Veil',
    aspects: ['additional'],
    source: 'RFC 9460 §4.1',
    reason: 'Of SVCB and HTTPS targets Veil sends addresses, Knot DNS also the SVCB or HTTPS RRset that stands there.',
    when: (comparison) =>
      said(comparison, 'Knot').message.additional.some(({ type }) => type === SVCB || type === HTTPS),
  },
  ...(['NSD', 'Knot'] as const).map((server) => ({
    id: `repeated-loop-of-${server.toLowerCase()}`,
    server,
    aspects: ['answer', 'repeated'] as const,
    source: 'RFC 6672 §3.2, RFC 2181 §5',
    reason: `A loop of aliases is followed past the point where it closes, and what it said is repeated: Knot DNS to its limit, NSD once
      where a wildcard's CNAME leads to its own name. Veil ends the answer where the loop closes.`,
    when: (comparison: Comparison) => said(comparison, server).repeated === 'answer',
  })),
  {
    id: 'alias-limit-of-knot',
    server: 'Knot',
    aspects: ['rcode', ...SECTIONS],
    source: 'RFC 1034 §5.2.2',
    reason: "How many aliases one answer follows is each server's own choice; Knot DNS ends first.",
    when: (comparison) => {
      const own = said(comparison, 'Knot')
      const isLimit = own.message.answer.filter(({ type }) => type === CNAME).length >= KNOT_ALIASES
      return isLimit && (continues(said(comparison, 'Veil'), own) || continues(said(comparison, 'NSD'), own))
    },
  },
  {
    id: 'alias-limit-of-nsd',
    server: 'NSD',
    aspects: ['rcode', ...SECTIONS],
    source: 'RFC 1034 §5.2.2',
    reason: 'NSD follows aliases further than Veil (16) and Knot DNS.',
    when: (comparison) => {
      const own = said(comparison, 'NSD')
      const isLong = own.message.answer.filter(({ type }) => type === CNAME).length > KNOT_ALIASES
      return isLong && (continues(own, said(comparison, 'Veil')) || continues(own, said(comparison, 'Knot')))
    },
  },
  {
    id: 'repeated-addresses',
    server: 'Knot',
    aspects: ['repeated'],
    source: 'RFC 2181 §5',
    reason: 'Knot DNS sends addresses of a host that a wildcard covers once for each record that names it.',
    when: (comparison) => said(comparison, 'Knot').repeated === 'additional',
  },
  {
    id: 'wildcard-is-no-glue',
    server: 'Veil',
    aspects: ['additional'],
    source: 'RFC 1034 §4.2.1, §4.3.3',
    reason: `A wildcard below a cut is neither authoritative nor the address of a name server; NSD and Knot DNS make glue out of it.`,
    when: (comparison) => {
      const lacking = said(comparison, 'Knot').message.additional.filter(({ name }) => isBelowCut(comparison, name))
      return said(comparison, 'Veil').aa === 'false' && lacking.some(({ name }) => !isOwner(comparison, name))
    },
  },
  {
    id: 'glue-only-in-referrals',
    server: 'Veil',
    aspects: ['additional'],
    source: 'RFC 2181 §5.4.1, RFC 9471 §3',
    reason: 'Veil sends glue with referrals only; Knot DNS also adds it to authoritative answers that name the host.',
    when: (comparison) => {
      const [own, other] = [said(comparison, 'Veil'), said(comparison, 'Knot')]
      const lacking = other.message.additional.filter(({ name }) => isBelowCut(comparison, name))
      return own.aa === 'true' && lacking.length > 0
    },
  },
  ...(['NSD', 'Knot', 'Veil'] as const).map((server) => ({
    id: `any-choice-of-${server.toLowerCase()}`,
    server,
    aspects: ['answer', 'additional'] as const,
    source: 'RFC 8482 §4.1',
    reason: 'For QTYPE ANY each server chooses one RRset of the name by rules of its own.',
    when: (comparison: Comparison) => isType(comparison, 'ANY') && lastRRsetIsLike(comparison, server),
  })),
  {
    id: 'class-any-refused',
    server: 'Veil',
    aspects: ['rcode', 'aa', ...SECTIONS],
    source: 'RFC 1034 §3.6, RFC 8482 §1',
    reason: 'Veil serves class IN and refuses other QCLASSes; nobody but scanners asks for QCLASS ANY.',
    when: (comparison) => comparison.question.class === 'ANY' && said(comparison, 'Veil').rcode === REFUSED,
  },
  {
    id: 'types-that-no-zone-has',
    server: 'Veil',
    aspects: ['rcode', 'aa', ...SECTIONS],
    source: 'RFC 6895 §3.1, RFC 6891 §6.1.1, RFC 9824 §3.5',
    reason: `Veil says FORMERR to QTYPE 0, OPT, TSIG and NXNAME and NOTIMP to MAILB, MAILA and TKEY, whatever the name; NSD and Knot
      DNS look for them like for any type.`,
    when: (comparison) =>
      isType(comparison, 'TYPE0', 'OPT', 'NXNAME', 'MAILB') && ['1', '4'].includes(said(comparison, 'Veil').rcode),
  },
  {
    id: 'case-of-binding-targets',
    server: 'NSD',
    aspects: ['repeated'],
    source: 'RFC 9460 §2.2, RFC 4034 §6.2',
    reason:
      'Two SVCB or HTTPS records whose targets differ in case only are one for NSD, and two for Knot DNS and Veil: their RDATA is not among what is lower-cased for comparison.',
    when: (comparison) =>
      isType(comparison, 'SVCB', 'HTTPS', 'ANY') &&
      said(comparison, 'NSD').repeated === '' &&
      said(comparison, 'Knot').repeated === said(comparison, 'Veil').repeated,
  },
  {
    id: 'addresses-of-more-types',
    server: 'Veil',
    aspects: ['additional'],
    source: 'RFC 2230 §2.2, RFC 1183 §1, RFC 6742 §2.4',
    reason:
      'Veil adds addresses for every type whose RFC asks for it, KX, AFSDB and RT among them; NSD and Knot DNS for fewer.',
    when: (comparison) => / (KX|AFSDB|RT|LP|NAPTR) /.test(said(comparison, 'Veil').answer),
  },
]

/** Whether a server's aliases end at a name of another zone than the question's. */
function leavesItsZone(comparison: Comparison, server: ServerName): boolean {
  const facts = said(comparison, server)
  const asked = facts.message.question?.name
  if (asked === undefined || !facts.answer.includes(' CNAME ')) return false
  const from = zoneOf(comparison, asked)
  const to = zoneOf(comparison, finalName(facts))
  return from === undefined || to === undefined || !namesEqual(from, to)
}

/** Whether the RRset that a server chose for ANY ends an answer that is otherwise like the others': same RCODE, same authority. */
function lastRRsetIsLike({ facts, question }: Comparison, server: ServerName): boolean {
  const own = facts[server]
  if (own === undefined || own.answer === '') return false
  return SERVERS.every((other) => {
    const theirs = facts[other]
    const isRefused = question.class === 'ANY' && theirs?.rcode === '5'
    if (theirs === undefined || isRefused) return true
    return theirs.rcode === own.rcode && linesOf(theirs).slice(0, -1).join() === linesOf(own).slice(0, -1).join()
  })
}

function linesOf({ answer }: Facts): string[] {
  return answer.split('\n')
}

function hasUpperCase(rdata: Uint8Array, start: number): boolean {
  return /[A-Z]/.test(nameToText(rdata, start))
}

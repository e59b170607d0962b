import type { FamilyQuestion } from './family-questions.ts'
import type { ServerKind, Signing } from './server-of-zones.ts'

/** A known fault of a peer, which is no fault of what is tested. */
interface Peculiarity {
  readonly validator?: string
  readonly server?: ServerKind
  readonly signing?: (signing: Signing) => boolean
  readonly question: RegExp
  /** What is known of it, for people. */
  readonly why: string
}

const PECULIARITIES: readonly Peculiarity[] = [
  {
    signing: ({ denial }) => denial === 'nsec',
    question: /^any\.star\./,
    why: 'Unbound 1.17 and Knot Resolver 5.6 do not see in one NSEC that the wildcard is an empty non-terminal',
  },
  {
    signing: ({ denial }) => denial === 'nsec',
    question: /^\\001\\254\.wild\./,
    why: 'Unbound 1.17 and Knot Resolver 5.6 take an NSEC whose next name is the wildcard as proof against names before it',
  },
  {
    validator: 'PowerDNS Recursor',
    question: /^dangling-chain\./,
    why: 'Recursor 4.8 finds the denial invalid when it knows the second alias of a chain already',
  },
  {
    validator: 'PowerDNS Recursor',
    signing: ({ denial }) => denial === 'nsec3',
    question: /\.tree(-both)?\./,
    why: 'Recursor 4.8 denies names below a DNAME out of cached NSEC3 records, without a look at the DNAME bit of the encloser',
  },
  {
    validator: 'Knot Resolver',
    question: / ANY$/,
    why: 'Knot Resolver answers no question for ANY',
  },
  {
    validator: 'PowerDNS Recursor',
    question: / (RRSIG|NSEC3)$/,
    why: 'Recursor answers no question for RRSIG or NSEC3',
  },
  {
    validator: 'delv',
    question: / RRSIG$/,
    why: 'delv does not end where it is asked for RRSIG',
  },
  {
    validator: 'PowerDNS Recursor',
    signing: ({ denial }) => denial === 'nsec3',
    question: /^nsec3-[^ ]* NSEC$/,
    why: 'Recursor 4.8 may give the NSEC record of the cut for that of the apex',
  },
  {
    validator: 'PowerDNS Recursor',
    signing: ({ denial }) => denial === 'nsec',
    question: /^\*\.www\./,
    why: 'Recursor 4.8 may find bogus what it makes itself of cached NSEC records for a name that begins with an asterisk',
  },
  {
    validator: 'drill',
    question: / (ANY|NSEC|NSEC3|RRSIG)$/,
    why: 'drill takes these for what its chase is about',
  },
  {
    validator: 'drill',
    question: /\.tree(-both)?\./,
    why: 'drill chases a signature of the CNAME that a DNAME makes, which has none (RFC 6672 §5.3.1)',
  },
  {
    validator: 'drill',
    signing: ({ denial }) => denial === 'nsec',
    question: /^(ent|er\.ent|_tcp\.www|target|star|\*\.star|wild|ent\.wild|any\.star)\./,
    why: 'drill wants a wildcard denied where an NSEC shows an empty non-terminal',
  },
  {
    validator: 'drill',
    signing: (signing) =>
      signing.denial === 'nsec3' || (signing.denial === 'nsec3-white-lies' && showsWildcards(signing)),
    question: /^x\.wild\..* DS$/,
    why: 'drill looks for the wildcard itself where NSEC3 records prove that it has no DS; with zones of Knot DNS, too',
  },
  {
    validator: 'drill',
    signing: ({ denial }) => denial === 'white-lies' || denial === 'cells',
    question: /^\\000\.www\./,
    why: 'drill does not find \\000 between its parent and \\000\\000, where the other four do',
  },
]

/** Whether a question brings about nothing but a known fault of a peer. */
export function isExcused(question: FamilyQuestion, validator: string, server: ServerKind, signing: Signing): boolean {
  return PECULIARITIES.some(
    (each) =>
      (each.validator ?? validator) === validator &&
      (each.server ?? server) === server &&
      (each.signing?.(signing) ?? true) &&
      each.question.test(`${question.name} ${question.type}`),
  )
}

function showsWildcards(signing: Signing): boolean {
  return signing.kind === 'presigned' || signing.wildcards === 'conventional'
}

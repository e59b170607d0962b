import { Type } from '../../dns/constants.ts'
import { isAtOrBelow, isWildcard, namesEqual, wildcardBelow } from '../../dns/name.ts'
import { DIFFERENCES, type Difference } from './differences.ts'
import {
  CNAME,
  closestEncloser,
  coversByNsec,
  finalName,
  isOwner,
  isType,
  lacksRecords,
  meetsEmptyWildcard,
  NOERROR,
  NXDOMAIN,
  said,
} from './evidence.ts'
import type { Facts } from './facts.ts'
import type { Comparison } from './judge.ts'

/** What differs only where zones are signed beforehand. */
export const OF_SIGNATURES: readonly Difference[] = [
  {
    id: 'addresses-beside-signatures',
    server: 'Veil',
    aspects: ['additional'],
    source: 'RFC 1034 §4.3.2 step 6, RFC 4035 §3.1.1',
    reason: `With DO set, Veil adds addresses to referrals only: elsewhere they are optional and would need signatures too, and a
      validator asks for them itself.`,
    when: (comparison) => said(comparison, 'Veil').answer !== '' && said(comparison, 'Veil').additional === '',
  },
  {
    id: 'all-signatures',
    server: 'NSD',
    aspects: ['answer'],
    source: 'RFC 8482 §7',
    reason: 'To QTYPE RRSIG, NSD answers with all RRSIGs of a name, Knot DNS and Veil with those over one RRset.',
    when: (comparison) => isType(comparison, 'RRSIG') && said(comparison, 'NSD').signatures !== '',
  },
  {
    id: 'choice-of-signatures',
    server: 'Veil',
    aspects: ['answer'],
    source: 'RFC 8482 §4.1, §7',
    reason: 'Which RRset that is, is a choice of each: Veil takes the smallest.',
    when: (comparison) => isType(comparison, 'RRSIG') && said(comparison, 'Veil').signatures !== '',
  },
  {
    id: 'nsec-at-alias',
    server: 'NSD',
    aspects: ['rcode', 'answer', 'authority', 'additional'],
    source: 'RFC 4035 §2.5',
    reason:
      'For QTYPE NSEC, which may stand beside a CNAME, NSD follows the CNAME where the zone has NSEC3 in its place; Knot DNS and Veil say that there is none.',
    when: (comparison) => isType(comparison, 'NSEC') && said(comparison, 'NSD').answer.includes(' CNAME '),
  },
  {
    id: 'not-covered',
    server: 'NSD',
    aspects: ['authority', 'repeated'],
    source: 'RFC 4035 §3.1.3.2, §3.1.3.4',
    reason: `To deny a wildcard, NSD takes the NSEC of the last name right below the closest encloser that sorts before it. Where that
      name has others below it, the NSEC does not reach the wildcard. Nor is a name covered that an empty wildcard has nothing for.`,
    when: (comparison) => {
      const nsd = said(comparison, 'NSD')
      const name = finalName(nsd)
      const wildcard = wildcardFor(comparison, name)
      if (wildcard === undefined || !hasType(nsd, Type.NSEC)) return false
      const isLacking = !coversByNsec(nsd, name) || (nsd.rcode === NXDOMAIN && !coversByNsec(nsd, wildcard))
      return (isLacking && !exists(comparison, name)) || hasIdleNsec(comparison, nsd)
    },
  },
  ...(['NSD', 'Knot'] as const).map((server) => ({
    id: `empty-wildcard-of-${server.toLowerCase()}`,
    server,
    aspects: ['authority'] as const,
    source: 'RFC 4035 §3.1.3.4, RFC 4592 §2.2.2, RFC 5155 §7.2.5',
    reason: `Where a wildcard without records, which exists by a name below it, has nothing for a name, Veil proves that by the record that
      covers the wildcard; ${server === 'NSD' ? 'NSD leaves it out where that is the NSEC of the apex' : 'Knot DNS leaves it out'}.`,
    when: (comparison: Comparison) => {
      const facts = said(comparison, server)
      const name = finalName(facts)
      const wildcard = wildcardFor(comparison, name)
      if (wildcard === undefined || !meetsEmptyWildcard(comparison, name)) return false
      if (hasType(facts, Type.NSEC)) return !coversByNsec(facts, wildcard)
      return hasType(facts, Type.NSEC3) && lacksRecords(comparison, wildcard)
    },
  })),
  {
    id: 'encloser-of-wildcard',
    server: 'NSD',
    aspects: ['authority'],
    source: 'RFC 5155 §7.2.5',
    reason: 'Where a wildcard does not have the type, NSD leaves the NSEC3 of the closest encloser out of the proof.',
    when: (comparison) => {
      const nsd = said(comparison, 'NSD')
      return nsd.rcode === NOERROR && hasType(nsd, Type.NSEC3) && !exists(comparison, finalName(nsd))
    },
  },
  {
    id: 'asterisk-is-an-expansion',
    server: 'NSD',
    aspects: ['authority'],
    source: 'RFC 4592 §2.2.1',
    reason: `A question for the wildcard's own name finds it without synthesis; NSD adds the proof of an expansion.`,
    when: (comparison) => namesOf(said(comparison, 'NSD')).some((name) => isWildcard(name)),
  },
  {
    id: 'asterisk-is-no-expansion',
    server: 'Knot',
    aspects: ['authority'],
    source: 'RFC 4592 §2.2.1, RFC 4035 §3.1.3.3',
    reason: `Where a wildcard answers for a name that begins with an asterisk itself, Knot DNS leaves out the proof of the expansion.`,
    when: (comparison) =>
      namesOf(said(comparison, 'Knot')).some((name) => isWildcard(name) && !isOwner(comparison, name)),
  },
  {
    id: 'opt-out-encloser',
    server: 'NSD',
    aspects: ['authority'],
    source: 'RFC 5155 §7.2.1',
    reason: `Where the closest encloser exists only by insecure delegations below it and opt-out spared it an NSEC3, NSD does not go up to
      the closest encloser that can be proved.`,
    when: (comparison) => meetsSparedEncloser(comparison, said(comparison, 'NSD')),
  },
  {
    id: 'opt-out-encloser-empty-answer',
    server: 'Knot',
    aspects: ['aa', 'authority'],
    source: 'RFC 5155 §7.2.1',
    reason: 'Knot DNS gives up there: neither SOA nor proof, and AA is clear.',
    when: (comparison) => meetsSparedEncloser(comparison, said(comparison, 'Knot')),
  },
]

/** Everything that may differ where zones are signed beforehand. */
export const SIGNED_DIFFERENCES: readonly Difference[] = [...DIFFERENCES, ...OF_SIGNATURES]

/** The question's name and the targets of the aliases that follow. */
function namesOf({ message }: Facts): Uint8Array[] {
  const targets = message.answer.filter(({ type }) => type === CNAME).map(({ rdata }) => rdata)
  return message.question === undefined ? targets : [message.question.name, ...targets]
}

/** The wildcard right below the closest encloser of `name`. */
function wildcardFor(comparison: Comparison, name: Uint8Array): Uint8Array | undefined {
  const encloser = closestEncloser(comparison, name)
  return encloser && wildcardBelow(encloser)
}

function hasType({ message }: Facts, type: number): boolean {
  return message.authority.some((record) => record.type === type)
}

/** Whether the zone has a name at or below `name`. */
function exists(comparison: Comparison, name: Uint8Array): boolean {
  return closestEncloser(comparison, name)?.length === name.length
}

/** Whether an NSEC was sent that neither covers nor belongs to any name that the answer is about. */
function hasIdleNsec(comparison: Comparison, facts: Facts): boolean {
  const names = namesOf(facts)
  const wildcards = names.map((name) => wildcardFor(comparison, name)).filter((name) => name !== undefined)
  const denied = [...names, ...wildcards]
  return facts.message.authority
    .filter(({ type }) => type === Type.NSEC)
    .some((record) => {
      const alone = { ...facts, message: { ...facts.message, authority: [record] } }
      const isOfName = denied.some((name) => namesEqual(name, record.name))
      const isOfCut = names.some((name) => isAtOrBelow(name, record.name)) && facts.aa === 'false'
      return !isOfName && !isOfCut && !denied.some((name) => coversByNsec(alone, name))
    })
}

/** Whether the closest encloser of the last name is neither an owner nor above one that would give it an NSEC3. */
function meetsSparedEncloser(comparison: Comparison, facts: Facts): boolean {
  const name = finalName(facts)
  const encloser = closestEncloser(comparison, name)
  return encloser !== undefined && lacksRecords(comparison, encloser)
}

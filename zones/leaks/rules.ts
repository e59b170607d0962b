import {
  clientAddress,
  hiddenAddress,
  hiddenName,
  hiddenNameInText,
  privateAddress,
  privateAddressInText,
} from './detect-mentions.ts'
import {
  hidingFailsOpen,
  internalLookingName,
  orchestratorText,
  privateReverseZone,
  reverseOfHiddenHost,
  serviceOfHiddenHost,
  unevenFamilies,
  wildcardHole,
  wildcardOverHidden,
} from './detect-owners.ts'
import type { LeakRule } from './rule.ts'

const MOVE = 'Move the record to the overlay of view {other}, or give view {view} another one.'

/** Every rule of the leak lint, in the order of reports and of docs/leaks.md, which is made from this table. */
export const LEAK_RULES: readonly LeakRule[] = [
  {
    id: 'hidden-name',
    title: 'A record names what only another view has',
    level: 'error',
    rationale:
      'Targets of CNAME, DNAME, MX, SRV, NS, PTR, HTTPS, SVCB and NAPTR, MNAME and RNAME of the SOA, and names in any other field are read by everyone who may ask for the record. A hidden name that stands there is published, and mostly leads nowhere besides.',
    expected: 'no record there to name what only view {other} has',
    remedy: MOVE,
    views: 'every',
    detector: { by: 'mention', find: hiddenName },
  },
  {
    id: 'hidden-name-in-text',
    title: 'Text names what only another view has',
    level: 'error',
    rationale:
      'SPF (`include:`, `a:`, `mx:`, `exists:`, `redirect=`), DMARC (`rua=`, `ruf=`), CAA, URI, NAPTR and free text are searched by tools for whatever looks like a host name.',
    expected: 'no text there to name what only view {other} has',
    remedy: MOVE,
    views: 'every',
    detector: { by: 'mention', find: hiddenNameInText },
  },
  {
    id: 'private-address',
    title: 'An address that only means something inside',
    level: 'error',
    rationale:
      'Private, unique local and link-local addresses and those behind a carrier’s NAT, in address records, glue, HTTPS and SVCB hints, APL, IPSECKEY and AMTRELAY, tell strangers how the network inside is numbered, and lead them to a host of their own network that happens to have the address. A server with one view hides nothing; there this is a warning.',
    expected: 'addresses there that mean the same everywhere',
    remedy: MOVE,
    alone: true,
    detector: { by: 'mention', find: privateAddress },
  },
  {
    id: 'private-address-in-text',
    title: 'A private address in text, or a loopback address as a host’s',
    level: 'warning',
    rationale:
      'SPF’s `ip4:` and `ip6:` with private ranges allow nobody anything, for no mail comes from there, and tell how the network inside is numbered. A loopback address is right for `localhost`, and in lists of blocked senders: switch the rule off for those.',
    expected: 'nothing there that only means something inside',
    remedy: MOVE,
    detector: { by: 'mention', find: privateAddressInText },
  },
  {
    id: 'hidden-address',
    title: 'An address that only records of another view have',
    level: 'warning',
    rationale:
      'An SPF `ip4:`, an HTTPS hint or text with the public address of a host whose name is hidden tells where to knock.',
    expected: 'no address there that only view {other} has records for',
    remedy: MOVE,
    detector: { by: 'mention', find: hiddenAddress },
  },
  {
    id: 'client-address',
    title: 'The address of an insider',
    level: 'warning',
    rationale:
      'An address that stands by itself among the `clients` of an internal view is a VPN’s exit or a resolver of yours: it tells from where the view can be had. Prefixes are not looked at, for servers and insiders often share one.',
    expected: 'no address there that is a client of view {other}',
    remedy: 'Give the service another address than those that insiders come from, or waive it.',
    detector: { by: 'mention', find: clientAddress },
  },
  {
    id: 'reverse-of-hidden-host',
    title: 'A hidden host’s address has a public reverse name',
    level: 'warning',
    rationale:
      'Sweeping the reverse zone is the cheapest enumeration there is. That the address has a record at all says that there is a host.',
    expected: 'no reverse name for what only view {other} has',
    remedy: MOVE,
    detector: { by: 'rrset', find: reverseOfHiddenHost },
  },
  {
    id: 'private-reverse-zone',
    title: 'A reverse zone of private addresses for strangers',
    level: 'warning',
    rationale: 'It lists the network inside to whoever asks for address after address.',
    expected: 'a zone that only views of insiders have',
    remedy: 'Give the zone `views: [{other}]`.',
    detector: { by: 'zone', find: privateReverseZone },
  },
  {
    id: 'service-of-hidden-host',
    title: 'A service name gives away the host below which it stands',
    level: 'warning',
    rationale:
      '`_acme-challenge.db`, `_443._tcp.db` and `_dmarc.db` make `db` exist for strangers, as an empty non-terminal; a TLSA record or a certificate hint says what runs there.',
    expected: 'no records below what only view {other} has records at',
    remedy:
      'Move them to the overlay of view {other}; for certificates of hidden hosts use a wildcard or a CA of your own.',
    detector: { by: 'rrset', find: serviceOfHiddenHost },
  },
  {
    id: 'orchestrator-text',
    title: 'TXT records that a controller keeps its books in',
    level: 'warning',
    rationale:
      'external-dns and its like write owner, namespace and name of an ingress or service into the public zone, one record for each host, also for those that another view is meant for.',
    expected: 'no books of a controller in what view {view} sees',
    remedy: 'Encrypt the registry (external-dns: --txt-encrypt-enabled), keep it elsewhere, or in an overlay.',
    detector: { by: 'rrset', find: orchestratorText },
  },
  {
    id: 'wildcard-hole',
    title: 'A name that cuts a hole into a wildcard',
    level: 'warning',
    rationale:
      'Where `*` has an address and everything below answers alike, the one name without an address stands out: who asks learns that it is special.',
    expected: 'the wildcard’s answer for it, as for any name that is not there',
    remedy: 'Move what is left of it to the overlay of view {other}, or give it what the wildcard has.',
    detector: { by: 'rrset', find: wildcardHole },
  },
  {
    id: 'wildcard-over-hidden',
    title: 'A wildcard answers strangers for hidden names',
    level: 'warning',
    rationale:
      'That hides them well. But an insider who travels, or whose resolver asks from outside, is sent to the wildcard’s host and offers it his password. Waive it at the wildcard where that is meant.',
    expected: 'no answer there for what only view {other} has',
    remedy: 'Put the hidden names below a name that the wildcard does not cover, or waive it at the wildcard.',
    detector: { by: 'zone', find: wildcardOverHidden },
  },
  {
    id: 'internal-looking-name',
    title: 'A name that only a host inside would have',
    level: 'warning',
    rationale: 'Word lists begin with `db`, `ldap`, `dc01`, `vpn-admin` and `jenkins`; whoever finds one looks closer.',
    expected: 'names there that strangers have reason to ask for',
    remedy: 'Move it to the overlay of a view of insiders, call it something else, or waive it.',
    detector: { by: 'rrset', find: internalLookingName },
  },
  {
    id: 'hiding-fails-open',
    title: '`hide` where an overlay would do',
    level: 'warning',
    rationale:
      'A name that someone adds to the base tomorrow is public until someone remembers a rule for it. A name in an overlay is hidden before anybody thinks of it.',
    expected: 'an overlay for the views that may see them',
    remedy: 'What is added to this file later is shown unless a rule names it; what stands in an overlay is not.',
    views: 'every',
    detector: { by: 'zone', find: hidingFailsOpen },
  },
  {
    id: 'uneven-families',
    title: 'Address families that reach different views',
    level: 'warning',
    rationale:
      'Insiders who have both families get their view by one and the strangers’ by the other, whichever their resolver fancies; the answers end in one cache.',
    expected: 'clients of both families, for the server answers both',
    remedy: 'Add the prefixes of the other family to `clients` of view {view}, or else they get view {other}.',
    views: 'every',
    detector: { by: 'views', find: unevenFamilies },
  },
  {
    id: 'unused-waiver',
    title: 'A waiver that waives nothing',
    level: 'warning',
    rationale: 'It stays behind when the record goes, and is there for the next one that should not be.',
    expected: 'a waiver of something that the lint finds at that record',
    remedy: 'Remove it.',
    views: 'every',
    alone: true,
    detector: { by: 'waivers' },
  },
]

/** The ids of the rules, in order. */
export const LEAK_RULE_IDS: readonly string[] = LEAK_RULES.map(({ id }) => id)

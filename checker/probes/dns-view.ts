import { probe } from './probe.ts'

/** Every name of an inner view was asked for from outside, and the answers held against those for names that nobody has. */
export interface DnsViewResult {
  readonly asked: number
  /** Names whose answers differed in octets. */
  readonly learned: readonly string[]
}

export const dnsView = probe<DnsViewResult>(
  'dns-view',
  'two questions for each name of an inner view, to the name servers of its zone',
)

/** A zone was enumerated as an attacker would, by `dnsctl attack`. */
export interface DnsAttackResult {
  /** Servers that gave away the whole zone (AXFR). */
  readonly transferable: readonly string[]
  /** Names learned by walking NSEC or cracking NSEC3. */
  readonly walked: readonly string[]
  /** Names learned that only an inner view has. */
  readonly hiddenLearned: readonly string[]
  /** Public names that were guessed: to be expected. */
  readonly guessed: number
}

export const dnsAttack = probe<DnsAttackResult>(
  'dns-attack',
  'what `dnsctl attack` sends: at most the questions that targets.yaml allows',
)

/** What the parent and the zone itself say, at every address of their servers. */
export interface DelegationResult {
  /** NS at the parent. */
  readonly parent: readonly string[]
  /** NS at the zone. */
  readonly child: readonly string[]
  /** Name servers whose addresses did not answer with authority. */
  readonly lame: readonly string[]
  /** Addresses of name servers. */
  readonly addresses: Readonly<Record<string, readonly string[]>>
  /** DS at the parent: key tag, algorithm, digest type, digest in lower-case hexadecimal. */
  readonly ds: readonly string[]
  /** DNSKEYs with the SEP flag at the zone, as DS of digest type 2 would name them. */
  readonly keys: readonly string[]
  /** Status of the registration (RFC 8056), where RDAP answered. */
  readonly locks?: readonly string[]
  /** Unix seconds. */
  readonly expires?: number
}

export const delegation = probe<DelegationResult>(
  'delegation',
  'NS, DS, DNSKEY and address questions to the servers of the zone and of its parent; one RDAP request',
)

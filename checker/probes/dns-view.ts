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

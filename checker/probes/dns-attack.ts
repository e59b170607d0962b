import { probe } from './probe.ts'

/** A zone was enumerated as an attacker would, by `dnsctl attack` or its code. */
export interface DnsAttackResult {
  /** Servers that gave away the whole zone (AXFR). */
  readonly transferable: readonly string[]
  /** Public names that were read off NSEC, or cracked from NSEC3. */
  readonly walked: readonly string[]
  /** Names learned that only an inner view has. */
  readonly hiddenLearned: readonly string[]
  /** Public names that were guessed: to be expected. */
  readonly guessed: number
  /** How it was tried: `words`, `walk`, `nsec3`, `transfer`. */
  readonly methods?: readonly string[]
  /** It came to an end of questions or time before its own. */
  readonly cutShort?: boolean
}

export const dnsAttack = probe<DnsAttackResult>(
  'dns-attack',
  'what `dnsctl attack` sends: at most the questions that targets.yaml allows',
)

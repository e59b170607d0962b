/**
 * How long signatures hold. All views of a zone have the same policy, and it depends on nothing but the configuration:
 * `remaining >= maxTtl` holds for every signature at every moment that it is served. Seconds throughout.
 */
export interface SignaturePolicy {
  /** From inception to expiration. */
  readonly validity: number
  /** No RRset of the zone has a larger TTL: larger ones are refused at load. */
  readonly maxTtl: number
  /** Everything is signed anew once in so many seconds, each owner at a phase of its own. */
  readonly quantum: number
  /** Inception lies so far before the quantum's start, for validators whose clocks are slow. */
  readonly backdate: number
}

/** Declared defaults: a cache never keeps an answer for more than half of a signature's life (RFC 4035 §5.3.3). */
export const DEFAULT_VALIDITY = 14 * 86_400
export const DEFAULT_MAX_TTL = 7 * 86_400
/** Validity below this leaves no room for quanta and slow clocks. */
export const MIN_VALIDITY = 86_400
/** A key that is no longer trusted can be misused for as long as its last signatures hold. */
export const MAX_VALIDITY = 365 * 86_400

const LONGEST_QUANTUM = 86_400
const LONGEST_BACKDATE = 3_600

/** The policy for this validity; `maxTtl` is at most half of it. */
export function signaturePolicy(validity: number, maxTtl: number): SignaturePolicy {
  return {
    validity,
    maxTtl,
    quantum: Math.min(LONGEST_QUANTUM, Math.floor(validity / 8)),
    backdate: Math.min(LONGEST_BACKDATE, Math.floor(validity / 24)),
  }
}

/**
 * The number of the quantum that holds at `now`, Unix seconds, for an owner of this phase. The phase is any unsigned
 * 32-bit number, a keyed hash of the owner: absent names have one as names that exist do.
 */
export function quantumAt(policy: SignaturePolicy, phase: number, now: number): number {
  return Math.floor((now + (phase % policy.quantum)) / policy.quantum)
}

/** When quantum number `quantum` begins for an owner of this phase, Unix seconds. */
export function startOfQuantum(policy: SignaturePolicy, phase: number, quantum: number): number {
  return quantum * policy.quantum - (phase % policy.quantum)
}

/** Inception of the signatures of quantum number `quantum`, Unix seconds modulo 2^32 (RFC 4034 §3.1.5). */
export function inceptionOf(policy: SignaturePolicy, phase: number, quantum: number): number {
  return (startOfQuantum(policy, phase, quantum) - policy.backdate) >>> 0
}

/** Expiration of the signatures of quantum number `quantum`, Unix seconds modulo 2^32. */
export function expirationOf(policy: SignaturePolicy, phase: number, quantum: number): number {
  return (inceptionOf(policy, phase, quantum) + policy.validity) >>> 0
}

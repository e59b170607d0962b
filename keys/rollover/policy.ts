/** How a zone's keys are rolled; seconds throughout. */
export interface RolloverPolicy {
  /** Age at which a key is replaced by itself; undefined: only when somebody says so. */
  readonly zskLifetime: number | undefined
  readonly kskLifetime: number | undefined
  /** Whether each algorithm has one key more, published and not in use, that takes over within seconds. */
  readonly standbyZsk: boolean
  readonly standbyKsk: boolean
  /** Whether one key signs everything. */
  readonly isCombined: boolean
  /** Added to what caches may take, when something was published, and when something was withdrawn. */
  readonly publishSafety: number
  readonly retireSafety: number
  /** TTL of the parent's DS RRset where nobody has measured it. */
  readonly parentDsTtl: number
  /** Steps wait for `dnsctl key step`. */
  readonly isManual: boolean
  /** The DS of a key waits until the key is in a backup; undefined: the operator is only reminded. */
  readonly isBackupRequired?: true
}

import { probe } from './probe.ts'

/** What a run of sqlmap against the operator's own pages found; it is brought in, never sent from here. */
export interface SqlInjectionResult {
  /** Parameters that could be injected: `GET id of https://example.com/item`. */
  readonly injectable: readonly string[]
  readonly tried: number
  /** The firewall let the run through, so that it met the application itself. */
  readonly wafBypassed: boolean
}

export const sqlInjection = probe<SqlInjectionResult>('sql-injection', 'nothing: results of sqlmap are brought in')

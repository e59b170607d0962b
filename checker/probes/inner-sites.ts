import { probe } from './probe.ts'

/** A web server at a public address was asked for sites by names that only an inner view has. */
export interface InnerSitesResult {
  readonly asked: number
  /** Names for which another site answered than for a name that nobody has. */
  readonly answered: readonly { readonly name: string; readonly status: number }[]
}

export const innerSites = probe<InnerSitesResult>(
  'inner-sites',
  'two GETs by each inner name to each public address: that name, and one that nobody has',
)

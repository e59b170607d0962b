/** A look from outside, or an active one, that only an operator's list of targets allows. `R` is what it finds. */
export interface Probe<R> {
  readonly name: string
  /** What it sends, at most, in words. */
  readonly sends: string
  /** Never set: it carries the type of what is found. */
  readonly finds?: R
}

/** What one run of a probe against one target found. */
export interface Observation<R> {
  readonly probe: string
  /** `192.0.2.1:25`, `https://example.com/`, a zone's name. */
  readonly target: string
  /** Unix seconds. */
  readonly at: number
  /** The address it was sent from. */
  readonly from?: string
  readonly found: R
}

export function probe<R>(name: string, sends: string): Probe<R> {
  return { name, sends }
}

/** Of each target what was found last; `observations` are newest first, as `host.observed` gives them. */
export function latestOfEach<R>(observations: readonly Observation<R>[]): readonly Observation<R>[] {
  const byTarget = new Map<string, Observation<R>>()
  for (const each of observations) if (!byTarget.has(each.target)) byTarget.set(each.target, each)
  return [...byTarget.values()]
}

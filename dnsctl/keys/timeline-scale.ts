/** Which moments stand in which columns. */
export interface Scale {
  /** Columns. */
  readonly width: number
  readonly columnOf: (at: number) => number
  /** The moment at which a column begins. */
  readonly startOf: (column: number) => number
}

/** What is drawn: from where to where, and the moments that must not fall together. Unix seconds. */
export interface Scaled {
  readonly from: number
  readonly to: number
  readonly now: number
  readonly moments: readonly { readonly at: number }[]
}

/**
 * Shares `room` columns out among the stretches between moments: some to each, however short it is, for a roll has steps
 * of seconds and of weeks; the rest by the root of their length, so that longer ones are longer.
 */
export function columnsFor({ from, to, now, moments }: Scaled, room: number): Scale {
  const inside = [now, ...moments.map(({ at }) => at)].filter((at) => at > from && at < to)
  const bounds = [...new Set([from, ...inside])].sort((a, b) => a - b).slice(-room)
  const lengths = bounds.map((start, index) => (bounds[index + 1] ?? to) - start)
  const least = Math.max(1, Math.min(2, Math.floor(room / bounds.length)))
  const roots = lengths.map(Math.sqrt)
  const sum = roots.reduce((total, root) => total + root, 0) || 1
  const spare = room - least * bounds.length
  const ends = roots.map((_, index) => {
    const share = roots.slice(0, index + 1).reduce((total, root) => total + root, 0) / sum
    return least * (index + 1) + Math.round(spare * share)
  })
  const starts = [0, ...ends.slice(0, -1)]
  const widths = ends.map((end, index) => end - starts[index]!)
  const width = ends.at(-1)!
  return {
    width,
    columnOf: (at) => {
      if (at >= to) return width - 1
      const index = Math.max(
        0,
        bounds.findLastIndex((bound) => bound <= at),
      )
      const share = Math.max(0, at - bounds[index]!) / (lengths[index]! || 1)
      return starts[index]! + Math.min(widths[index]! - 1, Math.floor(share * widths[index]!))
    },
    startOf: (column) => {
      const index = starts.findLastIndex((start) => start <= column)
      return bounds[index]! + (lengths[index]! * (column - starts[index]!)) / widths[index]!
    },
  }
}

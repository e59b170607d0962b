import type { Reported } from './tools.ts'

/** How well one thing that a tool shows of each name tells real names from decoys. */
export interface Separation {
  readonly feature: string
  /** Area under the ROC curve, whichever way round: 0.5 is chance, 1 is certainty. */
  readonly auc: number
}

/** What a name shows, as a number. */
export type Feature = (name: string, addresses: ReadonlySet<string>, place: number) => number

/** Everything that a list of names with their addresses shows. */
const FEATURES: Readonly<Record<string, Feature>> = {
  'length of the label': (name) => name.indexOf('.'),
  'place in the alphabet': (name) => 256 * name.charCodeAt(0) + name.charCodeAt(1),
  'digits in the label': (name) => (name.match(/\d/g) ?? []).length,
  'number of addresses': (_, addresses) => addresses.size,
  'first address': (_, addresses) => numberOf([...addresses][0]),
  'last octet': (_, addresses) => numberOf([...addresses][0]) % 256,
  'place in the list': (_, __, place) => place,
}

/** Each feature of what a tool reports, and how well it tells which names are real. */
export function separations(reported: Reported, real: ReadonlySet<string>): Separation[] {
  const rows = [...reported].map(([name, addresses], place) => ({ name, addresses, place }))
  const shared = shareCounts(reported)
  const sharers: Feature = (_, addresses) => Math.max(0, ...[...addresses].map((address) => shared.get(address) ?? 0))
  return Object.entries({ ...FEATURES, 'names that share the address': sharers }).map(([feature, value]) => ({
    feature,
    auc: areaUnderCurve(
      rows.map(({ name, addresses, place }) => ({ value: value(name, addresses, place), isReal: real.has(name) })),
    ),
  }))
}

/** By ranks, ties counted half; 0.5 where there are none of one kind. */
export function areaUnderCurve(rows: readonly { readonly value: number; readonly isReal: boolean }[]): number {
  const sorted = rows.toSorted((a, b) => a.value - b.value)
  const reals = rows.filter(({ isReal }) => isReal).length
  const others = rows.length - reals
  if (reals === 0 || others === 0) return 0.5
  let rankSum = 0
  for (let start = 0; start < sorted.length; ) {
    let end = start
    while (end < sorted.length && sorted[end]!.value === sorted[start]!.value) end++
    const rank = (start + 1 + end) / 2
    rankSum += rank * sorted.slice(start, end).filter(({ isReal }) => isReal).length
    start = end
  }
  const area = (rankSum - (reals * (reals + 1)) / 2) / (reals * others)
  return Math.max(area, 1 - area)
}

/** Of an area under the curve where nothing tells one kind from the other, with so many of each. */
export function standardError(reals: number, others: number): number {
  return Math.sqrt((reals + others + 1) / (12 * reals * others))
}

function shareCounts(reported: Reported): Map<string, number> {
  const counts = new Map<string, number>()
  for (const addresses of reported.values())
    for (const address of addresses) counts.set(address, (counts.get(address) ?? 0) + 1)
  return counts
}

function numberOf(address: string | undefined): number {
  return (address ?? '').split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)
}

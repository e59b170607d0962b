/**
 * How well a number tells two groups apart: the chance that one drawn from the one is larger than one drawn from the other,
 * ties counting half, in whichever direction tells more. 0.5 is no better than guessing, 1 tells them apart for certain.
 */
export function areaUnderCurve(group: readonly number[], others: readonly number[]): number {
  const all = [...group.map((value) => ({ value, own: 1 })), ...others.map((value) => ({ value, own: 0 }))]
  all.sort((a, b) => a.value - b.value)
  let ranks = 0
  for (let start = 0; start < all.length; ) {
    let end = start
    let own = 0
    for (; end < all.length && all[end]!.value === all[start]!.value; end++) own += all[end]!.own
    ranks += own * ((start + 1 + end) / 2)
    start = end
  }
  const pairs = group.length * others.length
  if (pairs === 0) return 0.5
  const area = (ranks - (group.length * (group.length + 1)) / 2) / pairs
  return Math.max(area, 1 - area)
}

/** The same for what has no order: each value is worth what it says about the group, so this is the most that it can tell. */
export function areaOfCategories(group: readonly string[], others: readonly string[]): number {
  const [own, rest] = [shares(group), shares(others)]
  const worth = (value: string) => {
    const [here, there] = [own.get(value) ?? 0, rest.get(value) ?? 0]
    return here / (here + there)
  }
  return areaUnderCurve(group.map(worth), others.map(worth))
}

function shares(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1 / values.length)
  return counts
}

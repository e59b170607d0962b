/**
 * Fills `labels` with the offsets of the labels by which the owner at `owner`, a name of the zone, is below its apex; the
 * leftmost first. Returns their count.
 */
export function labelsBelowApex(
  { octets, apex }: { readonly octets: Uint8Array; readonly apex: Uint8Array },
  owner: number,
  labels: Int32Array,
): number {
  let count = 0
  let end = owner
  for (; octets[end] !== 0; end += octets[end]! + 1) labels[count++] = end
  const apexStart = end + 1 - apex.length
  while (count > 0 && labels[count - 1]! >= apexStart) count--
  return count
}

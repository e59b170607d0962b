const INSERTION_RUN = 8

/**
 * Sorts `indices` in place and stably by `compare`, which takes two of them. A typed array's own sort calls back
 * through the engine for every comparison; this one does a million names in a fraction of the time, and sorted input
 * in one pass.
 */
export function sortIndices(indices: Int32Array, compare: (a: number, b: number) => number): void {
  if (isSorted(indices, compare)) return
  let from: Int32Array = indices
  let to: Int32Array = new Int32Array(indices.length)
  for (let start = 0; start < from.length; start += INSERTION_RUN) {
    insertionSort(from, start, Math.min(start + INSERTION_RUN, from.length), compare)
  }
  for (let width = INSERTION_RUN; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length)
      merge(from, to, start, middle, Math.min(middle + width, from.length), compare)
    }
    const merged = to
    to = from
    from = merged
  }
  if (from !== indices) indices.set(from)
}

function isSorted(indices: Int32Array, compare: (a: number, b: number) => number): boolean {
  for (let i = 1; i < indices.length; i++) if (compare(indices[i - 1]!, indices[i]!) > 0) return false
  return true
}

function insertionSort(
  indices: Int32Array,
  start: number,
  end: number,
  compare: (a: number, b: number) => number,
): void {
  for (let i = start + 1; i < end; i++) {
    const moved = indices[i]!
    let place = i
    while (place > start && compare(indices[place - 1]!, moved) > 0) {
      indices[place] = indices[place - 1]!
      place--
    }
    indices[place] = moved
  }
}

function merge(
  from: Int32Array,
  to: Int32Array,
  start: number,
  middle: number,
  end: number,
  compare: (a: number, b: number) => number,
): void {
  if (middle >= end || compare(from[middle - 1]!, from[middle]!) <= 0) {
    to.set(from.subarray(start, end), start)
    return
  }
  let left = start
  let right = middle
  for (let place = start; place < end; place++) {
    const takeLeft = right >= end || (left < middle && compare(from[left]!, from[right]!) <= 0)
    to[place] = takeLeft ? from[left++]! : from[right++]!
  }
}

/** Names as validators compare them: wire, lower-cased. */

/** The names above `name`, nearest first, down to the root. */
export function ancestorsOf(name: Uint8Array): Uint8Array[] {
  const ancestors: Uint8Array[] = []
  for (let at = 0; name[at] !== 0; ) {
    at += name[at]! + 1
    ancestors.push(name.subarray(at))
  }
  return ancestors
}

/** Whether `name` is a descendant of `ancestor`, and not itself. */
export function isBelow(name: Uint8Array, ancestor: Uint8Array): boolean {
  return ancestorsOf(name).some((above) => Buffer.compare(above, ancestor) === 0)
}

/** `name` with `tail`, which it ends in, replaced; undefined: it is too long. */
export function replaceTail(name: Uint8Array, tail: Uint8Array, by: Uint8Array): Uint8Array | undefined {
  const replaced = Uint8Array.from([...name.subarray(0, name.length - tail.length), ...by])
  return replaced.length > 255 ? undefined : replaced
}

/** Canonical order (RFC 4034 §6.1). */
export function compareCanonically(a: Uint8Array, b: Uint8Array): number {
  const [left, right] = [labelsOf(a).reverse(), labelsOf(b).reverse()]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = Buffer.compare(left[i]!, right[i]!)
    if (order !== 0) return order
  }
  return left.length - right.length
}

/** The last `count` labels of `name`. */
export function lastLabels(name: Uint8Array, count: number): Uint8Array {
  return [name, ...ancestorsOf(name)].find((each) => labelsOf(each).length === count)!
}

export function wildcardBelow(name: Uint8Array): Uint8Array {
  return Uint8Array.of(1, 0x2a, ...name)
}

export function labelsOf(name: Uint8Array): Uint8Array[] {
  const labels: Uint8Array[] = []
  for (let at = 0; name[at] !== 0; at += name[at]! + 1) labels.push(name.subarray(at + 1, at + 1 + name[at]!))
  return labels
}

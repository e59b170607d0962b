/** What is kept about one view's projection of one zone: the serial it carries and the content it stands for. */
export interface ProjectionSerial {
  readonly serial: number
  /** `projectionDigest`. */
  readonly digest: Uint8Array
}

/**
 * The serial of a projection. It starts at the file's, stays while what the view sees is the same (so that a change of
 * hidden data does not show), and otherwise moves to the file's serial or to the next one, whichever is later by
 * RFC 1982 §3.2.
 */
export function nextSerial(
  previous: ProjectionSerial | undefined,
  fileSerial: number,
  digest: Uint8Array,
): ProjectionSerial {
  if (previous === undefined) return { serial: fileSerial, digest }
  if (sameOctets(previous.digest, digest)) return previous
  const next = (previous.serial + 1) >>> 0
  return { serial: isLater(fileSerial, previous.serial) ? fileSerial : next, digest }
}

/** RFC 1982 §3.2: whether serial `a` is later than `b`. For a pair exactly half the circle apart: no. */
export function isLater(a: number, b: number): boolean {
  return ((a - b) | 0) > 0
}

/** Whether two arrays hold the same octets. */
export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i])
}

/**
 * A zone as a list of records, and the plainest answers to what its structure is: every question scans the whole list.
 * Slow and obvious on purpose, and without a line in common with what it judges.
 */

export interface ModelRecord {
  /** Labels below the apex, leftmost first, one octet a character, lower case; none: the apex. */
  readonly owner: readonly string[]
  readonly type: string
  readonly ttl: number
  /** As `rdataToText` prints it. */
  readonly rdata: string
}

export type Labels = readonly string[]

export const MODEL_APEX = 'example.com.'

/** Absolute presentation format of labels below the apex. */
export function modelName(labels: Labels): string {
  return [...labels.map(escapeLabel), MODEL_APEX].join('.')
}

export function sameLabels(a: Labels, b: Labels): boolean {
  return a.length === b.length && a.every((label, i) => label === b[i])
}

/** All names of the zone, empty non-terminals included, in canonical order. */
export function modelNames(records: readonly ModelRecord[]): Labels[] {
  const names = new Map<string, Labels>([[modelName([]), []]])
  for (const { owner } of records) {
    for (let skipped = 0; skipped <= owner.length; skipped++) {
      names.set(modelName(owner.slice(skipped)), owner.slice(skipped))
    }
  }
  return [...names.values()].sort(compareLabels)
}

export function modelExists(records: readonly ModelRecord[], name: Labels): boolean {
  return modelNames(records).some((other) => sameLabels(other, name))
}

export function modelTypesAt(records: readonly ModelRecord[], name: Labels): Set<string> {
  return new Set(records.filter((record) => sameLabels(record.owner, name)).map((record) => record.type))
}

/** Below a zone cut or a DNAME. */
export function isModelOccluded(records: readonly ModelRecord[], name: Labels): boolean {
  return name.some((_, i) => {
    const ancestor = name.slice(i + 1)
    const types = modelTypesAt(records, ancestor)
    return types.has('DNAME') || (types.has('NS') && ancestor.length > 0)
  })
}

export function isModelCut(records: readonly ModelRecord[], name: Labels): boolean {
  return name.length > 0 && modelTypesAt(records, name).has('NS') && !isModelOccluded(records, name)
}

/** The longest existing ancestor of a name, or the name itself where it exists (RFC 4592 §3.3.1). */
export function modelEncloser(records: readonly ModelRecord[], name: Labels): Labels {
  return modelExists(records, name) ? name : modelEncloser(records, name.slice(1))
}

/** The node whose addresses go to the additional section for a target, if any. */
export function modelAdditional(records: readonly ModelRecord[], type: string, target: Labels): Labels | undefined {
  if (type === 'NS' && modelExists(records, target)) return withAddress(records, target)
  const encloser = modelEncloser(records, target)
  if (isModelOccluded(records, encloser) || isModelCut(records, encloser)) return undefined
  if (sameLabels(encloser, target)) return withAddress(records, target)
  if (modelTypesAt(records, encloser).has('DNAME')) return undefined
  const wildcard = ['*', ...encloser]
  return modelExists(records, wildcard) ? withAddress(records, wildcard) : undefined
}

/** The overlay laid over the base, by the words of the design. */
export function modelOverlaid(base: readonly ModelRecord[], overlay: readonly ModelRecord[]): ModelRecord[] {
  const kept = base.filter((record) => {
    const typesOver = modelTypesAt(overlay, record.owner)
    if (typesOver.size === 0) return true
    const all = new Set([...modelTypesAt(base, record.owner), ...typesOver])
    const isWhole = all.has('CNAME') || (record.owner.length > 0 && (all.has('DNAME') || all.has('NS')))
    return !isWhole && !typesOver.has(record.type)
  })
  return [...kept, ...overlay]
}

/** The records as a master file. */
export function modelText(records: readonly ModelRecord[]): string {
  return records.map(({ owner, ttl, type, rdata }) => `${modelName(owner)} ${ttl} ${type} ${rdata}\n`).join('')
}

/** By labels from the right, a missing label first (RFC 4034 §6.1). */
function compareLabels(a: Labels, b: Labels): number {
  for (let i = 1; i <= Math.max(a.length, b.length); i++) {
    const left = a[a.length - i]
    const right = b[b.length - i]
    if (left === right) continue
    if (left === undefined) return -1
    if (right === undefined) return 1
    return left < right ? -1 : 1
  }
  return 0
}

function withAddress(records: readonly ModelRecord[], name: Labels): Labels | undefined {
  const types = modelTypesAt(records, name)
  return types.has('A') || types.has('AAAA') ? name : undefined
}

function escapeLabel(label: string): string {
  return label.replace(/[^a-z0-9*_-]/g, (octet) => `\\${octet.charCodeAt(0).toString().padStart(3, '0')}`)
}

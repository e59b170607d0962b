/*
 * Decoys of a zone against what its views have: whether there is what they are to look like.
 */
import { Type } from '../../dns/constants.ts'
import { compareNames, isAtOrBelow, isWildcard, namesEqual, nameToText, wildcardBelow } from '../../dns/name.ts'
import type { FileProblem } from '../../zones/file-problem.ts'
import { type Projection, projectedOwner } from '../../zones/projection.ts'
import type { DecoyConfiguration, ZoneConfiguration } from '../configuration/types.ts'
import type { DecoySettings } from '../decoys.ts'

/** Where a view has no A record to take the TTL of. Seconds. */
const DEFAULT_TTL = 300

/** The settings of a view with this projection; undefined where it has no decoys. */
export function decoySettings(
  configured: DecoyConfiguration | undefined,
  projection: Projection,
): DecoySettings | undefined {
  return configured && { ...configured, ttl: configured.ttl ?? commonTtl(projection) }
}

/** The TTL that most A RRsets have, the lowest among equals. */
function commonTtl(projection: Projection): number {
  const counts = new Map<number, number>()
  for (let rrset = 0; rrset < projection.rrsetCount; rrset++) {
    if (projection.types[rrset] !== Type.A) continue
    const ttl = projection.ttls[rrset]!
    counts.set(ttl, (counts.get(ttl) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([a, many], [b, more]) => more - many || a - b)
  return most?.[0] ?? DEFAULT_TTL
}

/** What keeps the decoys of these views from being made, and what keeps them from being seen. */
export function checkDecoys(zone: ZoneConfiguration, projections: ReadonlyMap<string, Projection>): FileProblem[] {
  return [...projections].flatMap(([view, projection]) => {
    const configured = zone.decoys?.[view]
    if (configured === undefined) return []
    const report = problemOf(zone, view)
    const missing = configured.of.filter((name) => !isHost(projection, name))
    const maxTtl = zone.dnssec.kind === 'signed' ? zone.dnssec.policy.maxTtl : Number.POSITIVE_INFINITY
    return [
      ...missing.map((name) => report('error', unlikeHost(name, view))),
      ...(configured.ttl !== undefined && configured.ttl > maxTtl
        ? [report('error', longTtl(configured.ttl, maxTtl))]
        : []),
      ...(hasOwner(projection, wildcardBelow(projection.apex)) ? [report('warning', behindWildcard(zone.name))] : []),
    ]
  })
}

type Words = Pick<FileProblem, 'found' | 'expected' | 'remedy'>

function problemOf(zone: ZoneConfiguration, view: string) {
  return (severity: FileProblem['severity'], words: Words): FileProblem => ({
    ...{ severity, file: zone.file, line: 1, column: 1 },
    ...words,
    found: `${words.found}, as view ${view} sees the zone`,
  })
}

function unlikeHost(name: Uint8Array, view: string): Words {
  const text = nameToText(name)
  return {
    found: `decoys that are to have the data of ${text}, which has none to give`,
    expected: 'a name with records of its own, neither a wildcard nor delegated nor a DNAME',
    remedy: `Take ${text} out of \`of\` under \`decoys\` of the view ${view}, or put it into the zone.`,
  }
}

function longTtl(ttl: number, maxTtl: number): Words {
  return {
    found: `decoys with a TTL of ${ttl} seconds`,
    expected: `at most ${maxTtl}, the \`max-ttl\` of the zone's signing`,
    remedy: 'Lower `ttl` under `decoys`.',
  }
}

function behindWildcard(zone: string): Words {
  return {
    found: `decoys behind the wildcard *.${zone}`,
    expected: 'names that are absent: a wildcard answers before decoys do',
    remedy: 'Remove the wildcard, or `decoys`.',
  }
}

/** Whether the name has data of its own that a decoy can have, too. */
function isHost(projection: Projection, name: Uint8Array): boolean {
  if (isWildcard(name) || !hasOwner(projection, name)) return false
  for (let rrset = 0; rrset < projection.rrsetCount; rrset++) {
    const owner = projectedOwner(projection, rrset)
    if (!isAtOrBelow(name, owner) || namesEqual(owner, projection.apex)) continue
    const type = projection.types[rrset]
    if (type === Type.NS || type === Type.DNAME) return false
  }
  return true
}

function hasOwner(projection: Projection, name: Uint8Array): boolean {
  let low = 0
  let high = projection.rrsetCount - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const order = compareNames(projectedOwner(projection, middle), name)
    if (order === 0) return true
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return false
}

import { type LabelledName, readLabelledName } from '../../dns/labelled-name.ts'
import type { QueryEvent } from '../../guard/query-event.ts'
import { Node } from '../../zones/image/layout.ts'
import { findChild } from '../../zones/lookup.ts'
import type { WatchedZone, ZoneScopes } from './zone-scopes.ts'

/**
 * Whether another view has the name, which this one answered as absent. For the operator's eyes alone: nothing that a client
 * can observe may follow from it. Only the main thread asks, after the answer, and of every absent name alike. `name` is room
 * for a name of the generation.
 */
export function isKnownElsewhere(scopes: ZoneScopes, event: QueryEvent, name: LabelledName): boolean {
  readLabelledName(name, event.name, 0, event.nameLength)
  for (const [view, apexLabels] of scopes.longestApexes().entries()) {
    if (view === event.view) continue
    // A name may have 127 labels, and each of them would cost something in each view.
    for (let label = Math.max(0, name.count - apexLabels); label < name.count; label++) {
      const zone = scopes.zoneAt(view, event.name, name.labels[label]!, event.nameLength - name.labels[label]!)
      if (zone === undefined) continue
      if (hasName(zone, name, label)) return true
      // The longest apex answers for the name.
      break
    }
  }
  return false
}

/** Names that come from a wildcard are not in the tree; those that only have something below them are. */
function hasName({ image }: WatchedZone, name: LabelledName, apexLabel: number): boolean {
  let node = 0
  for (let label = apexLabel - 1; label >= 0; label--) {
    node = findChild(image, node, name, label)
    if (node === 0) return false
  }
  return image.words[image.nodes + node * Node.Words + Node.RRsetCount]! > 0
}

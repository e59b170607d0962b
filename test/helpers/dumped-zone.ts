import { type DumpedNode, type DumpedRRset, dumpImage } from './image-dump.ts'
import { zoneImage } from './zone.ts'

/** What each of these zones begins with. */
export const IMAGE_APEX = `$TTL 3600
@ SOA ns1 hostmaster 7 3600 600 86400 300
@ NS ns1
`

/** The nodes of an image of `example.com` with these records, by name. */
export function dumpZone(text: string): Map<string, DumpedNode> {
  return new Map(dumpImage(zoneImage('example.com', IMAGE_APEX + text)).map((node) => [node.name, node]))
}

/** The RRset, which must be there. */
export function rrsetAt(nodes: Map<string, DumpedNode>, name: string, type: string): DumpedRRset {
  const found = nodes.get(name)?.rrsets.find((candidate) => candidate.type === type)
  if (found === undefined) throw new Error(`no ${type} at ${name}`)
  return found
}

import { type FileProblem, hasErrors } from '../zones/file-problem.ts'
import { readZone } from '../zones/master-file/read.ts'
import { type Projection, project } from '../zones/projection.ts'
import type { RecordTable } from '../zones/record-table.ts'
import type { ZoneConfiguration } from './configuration/types.ts'

/** Reads each file once and projects each combination of overlay and hiding once, however many views have it. */
export function projectViews(
  zone: ZoneConfiguration,
  views: readonly string[],
  readFile: (path: string) => Uint8Array,
): { projections: Map<string, Projection>; problems: FileProblem[] } {
  const problems: FileProblem[] = []
  const read = (path: string, kind: 'base' | 'overlay'): RecordTable => {
    const result = readZone({ apex: zone.apex, path, readFile, kind })
    problems.push(...result.problems)
    return result.table
  }
  const base = read(zone.file, 'base')
  const overlays = new Map<string, RecordTable>()
  for (const view of views) {
    const path = zone.overlays[view]
    if (path !== undefined && !overlays.has(path)) overlays.set(path, read(path, 'overlay'))
  }
  const projections = new Map<string, Projection>()
  if (hasErrors(problems)) return { projections, problems }
  const projected = new Map<string, Projection>()
  for (const view of views) {
    const path = zone.overlays[view]
    const hide = zone.hide[view] ?? []
    const key = `${hide.length > 0 ? view : ''} ${path ?? ''}`
    let projection = projected.get(key)
    if (projection === undefined) {
      const result = project(base, path === undefined ? undefined : overlays.get(path), hide)
      problems.push(...result.problems.map((problem) => seenBy(view, zone, problem)))
      projection = result.projection
      projected.set(key, projection)
    }
    if (hide.length > 0) problems.push(hidingFailsOpen(zone, view))
    projections.set(view, projection)
  }
  return { projections, problems }
}

/** Says which view has the problem where views differ. */
function seenBy(view: string, zone: ZoneConfiguration, problem: FileProblem): FileProblem {
  const isPlain = zone.overlays[view] === undefined && (zone.hide[view] ?? []).length === 0
  return isPlain ? problem : { ...problem, found: `${problem.found} as view ${view} sees the zone` }
}

function hidingFailsOpen(zone: ZoneConfiguration, view: string): FileProblem {
  return {
    severity: 'warning',
    file: zone.file,
    line: 1,
    column: 1,
    found: `names hidden from view ${view}`,
    expected: 'an overlay for the views that may see them',
    remedy: 'What is added to this file later is shown unless a rule names it; what stands in an overlay is not.',
  }
}

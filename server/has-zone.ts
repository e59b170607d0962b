import type { ZoneConfiguration } from './configuration/types.ts'

/** Whether the view has the zone at all. */
export function hasZone(view: string, { views }: ZoneConfiguration): boolean {
  return views === undefined || views.includes(view)
}

import type { Evidence } from '../judging/judgement.ts'
import type { Host } from './host.ts'
import { systemd } from './systemd.ts'

/** Evidence that a unit is there, and what starts it. */
export function placeOfUnit(host: Host, name: string): Evidence[] {
  const units = host.get(systemd)
  const unit = units.unit(name)
  if (unit === undefined)
    return [{ source: 'status', path: `/usr/lib/systemd/system/${name}`, excerpt: 'no such unit' }]
  if (unit.isMasked) return [{ source: 'status', path: unit.path, excerpt: 'masked: linked to /dev/null' }]
  const started = unit.wantedBy[0]
  return [
    {
      source: 'status',
      path: started ?? unit.path,
      excerpt: started === undefined ? 'nothing starts it' : 'started at boot',
    },
  ]
}

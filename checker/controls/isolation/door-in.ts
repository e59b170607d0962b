import type { Host } from '../../facts/host.ts'
import { fstab, type Mount, mounts } from '../../facts/mounts.ts'
import { cite, type Evidence } from '../../judging/judgement.ts'

/** A filesystem that leads out of a root folder where it is mounted there for writing. */
const LEADS_OUT = ['proc', 'sysfs', 'devtmpfs', 'debugfs']

/** What of the host is mounted inside a root folder for writing, now or at the next boot: it leads out again. */
export function doorIn(host: Host, folder: string): Evidence | undefined {
  const isInside = ({ point }: { readonly point: string }) => point.startsWith(`${folder}/`)
  const mounted = host.get(mounts).find((mount) => isInside(mount) && isDoor(mount))
  if (mounted !== undefined) return cite(mounted.at)
  const wanted = host.get(fstab).find((entry) => {
    const isBound =
      /^\/(?:proc|dev|sys|etc)?$/.test(entry.source) &&
      /^r?bind$/.test(entry.options.find((option) => /^r?bind$/.test(option)) ?? '')
    return isInside(entry) && !entry.options.includes('ro') && (isBound || LEADS_OUT.includes(entry.type))
  })
  return wanted === undefined ? undefined : cite(wanted.at)
}

function isDoor({ type, options, root, point }: Mount): boolean {
  if (options.includes('ro') || /\/dev\/(?:null|zero|random|urandom|log)$/.test(point)) return false
  return LEADS_OUT.includes(type) || (/^\/(?:dev|etc|root)?$/.test(root) && type !== 'tmpfs')
}

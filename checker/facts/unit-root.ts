import { cite, type Evidence } from '../judging/judgement.ts'
import type { Host } from './host.ts'
import { normalized } from './paths.ts'
import { type FpmPool, poolPath } from './php-fpm.ts'
import { systemd } from './systemd.ts'

export interface OwnRoot {
  /** `own`: another folder is its root; `sandbox`: systemd shows it the host's files, for the most part read-only; `host`: all of them. */
  readonly kind: 'own' | 'sandbox' | 'host'
  /** The folder, inside the host; undefined for an image. */
  readonly folder: string | undefined
  readonly evidence: readonly Evidence[]
}

/** What files a pool's workers see: after its own `chroot`, else after the unit that it runs in. */
export function rootOfPool(host: Host, pool: FpmPool): OwnRoot {
  const written = poolPath(pool, 'chroot')
  const folder = written === undefined ? undefined : normalized(written)
  if (folder === undefined || folder === '/') return rootOfUnit(host, pool.unit)
  return { kind: 'own', folder, evidence: [cite(pool.setting('chroot')!.at)] }
}

/** What files a unit's processes see (systemd.exec(5)). */
export function rootOfUnit(host: Host, name: string): OwnRoot {
  const unit = host.get(systemd).unit(name)
  const last = (key: string) => unit?.last('Service', key)
  const own = last('RootDirectory') ?? last('RootImage')
  if (own !== undefined && own.value !== '/') {
    return { kind: 'own', folder: last('RootDirectory')?.value, evidence: [cite(own.at)] }
  }
  const [system, temporary] = [last('ProtectSystem'), last('PrivateTmp')]
  if (system?.value === 'strict' && /^(yes|true|on|1|disconnected)$/i.test(temporary?.value ?? '')) {
    return { kind: 'sandbox', folder: undefined, evidence: [cite(system.at), cite(temporary!.at)] }
  }
  return { kind: 'host', folder: undefined, evidence: [] }
}

/**
 * What a key signs: the key signing key the apex RRsets that the parent looks at, the zone signing key all others, the
 * combined signing key everything.
 */
export type KeyRole = 'ksk' | 'zsk' | 'csk'

/** Whether keys of the role sign the key set, and the parent's DS names them. */
export function isKeySigning(role: KeyRole): boolean {
  return role !== 'zsk'
}

/** Whether keys of the role sign the data of the zone. */
export function isZoneSigning(role: KeyRole): boolean {
  return role !== 'ksk'
}

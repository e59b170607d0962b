/**
 * What a key signs: the key signing key the apex RRsets that the parent looks at, the zone signing key all others, the
 * combined signing key everything.
 */
export type KeyRole = 'ksk' | 'zsk' | 'csk'

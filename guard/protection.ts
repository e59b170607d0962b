import type { AddressPrefix } from './prefix-trie.ts'
import { prefixContains } from './prefix-trie.ts'

/** Why a prefix is not to be banned without a person's word. */
export type ProtectionKind =
  /** `guard.never-ban`: the operator's monitoring, offices, secondaries. */
  | 'never-ban'
  /** `rate-limit.exempt`. */
  | 'exempt'
  /** An address that veild itself listens at, or has. */
  | 'own'
  | 'loopback'
  /** A public resolver: many people, of whom one asked. */
  | 'resolver'

/** A prefix that bans keep off. */
export interface ProtectedPrefix {
  readonly kind: ProtectionKind
  readonly prefix: AddressPrefix
  /** Whose it is, where the kind does not tell. */
  readonly name?: string
}

/** What protects the prefix, or anything in it; the first that does, in the order of `kinds`. */
export function protectionOf(
  prefix: AddressPrefix,
  protectedPrefixes: readonly ProtectedPrefix[],
  kinds: readonly ProtectionKind[] = ORDER,
): ProtectedPrefix | undefined {
  const touched = protectedPrefixes.filter(
    (each) => prefixContains(each.prefix, prefix) || prefixContains(prefix, each.prefix),
  )
  for (const kind of kinds) {
    const found = touched.find((each) => each.kind === kind)
    if (found !== undefined) return found
  }
  return undefined
}

/** What the protection is, for people: completes "… is". */
export function describeProtection({ kind, name }: ProtectedPrefix): string {
  switch (kind) {
    case 'never-ban':
      return 'on the list guard.never-ban'
    case 'exempt':
      return 'on the list rate-limit.exempt'
    case 'own':
      return 'an address of this server'
    case 'loopback':
      return 'loopback: this machine itself'
    case 'resolver':
      return `a public resolver, of ${name}`
  }
}

/** What belongs to the operator comes first: it weighs more than a resolver of others. */
const ORDER: readonly ProtectionKind[] = ['own', 'loopback', 'never-ban', 'exempt', 'resolver']

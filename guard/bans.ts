import { type AddressPrefix, isIPv4Prefix, type PrefixEntry, prefixOf } from './prefix-trie.ts'
import { Sanction } from './reaction.ts'

/**
 * Who banned: a person, veild on the strength of a honey name or an incident, or another program that the operator runs,
 * such as fail2ban. Only a person's bans are no automatic ones.
 */
export type BanAuthor = 'operator' | 'honey' | 'incident' | 'program'

/** A prefix that gets no answers. */
export interface Ban {
  readonly prefix: AddressPrefix
  /** For people: one line, as it was given. */
  readonly reason: string
  /** Unix seconds. */
  readonly since: number
  /** Unix seconds from which on it is over; undefined: never. */
  readonly expires: number | undefined
  readonly by: BanAuthor
  /** Id of the incident that led to it. */
  readonly incident: string | undefined
  /** The source had proved its address, by a stream or a cookie. Always so where `by` is not `operator`. */
  readonly proved: boolean
}

/** What became of a ban that was to be added. */
export type BanAddition =
  | { readonly outcome: 'added' }
  /** It took the place of one of the same prefix. */
  | { readonly outcome: 'replaced'; readonly old: Ban }
  /** It took the room of the automatic one that would have ended first. */
  | { readonly outcome: 'displaced'; readonly old: Ban }
  /** Nothing changed: a person's ban of the same prefix holds, or an automatic one that ends no earlier. */
  | { readonly outcome: 'held'; readonly by: Ban }
  /** Nothing changed: all room is taken by the operator's own bans. */
  | { readonly outcome: 'full' }

/** Bans, at most `capacity` of them, one to a prefix. The operator's never make room for others. */
export interface BanList {
  readonly size: number
  add(ban: Ban): BanAddition
  remove(prefix: AddressPrefix): Ban | undefined
  /** Removes what is over at that time, and returns it. */
  expire(unixSeconds: number): Ban[]
  /** Unix seconds at which the next ban ends; Infinity: none does. */
  nextEnd(): number
  /** The ban of just this prefix. */
  get(prefix: AddressPrefix): Ban | undefined
  /** All of them, the widest first, then in the order of addresses. */
  all(): Ban[]
}

/** Entries of a trie of sanctions. */
export function sanctionsOf(bans: readonly Ban[]): PrefixEntry[] {
  return bans.map(({ prefix }) => ({ prefix, value: Sanction.Banned }))
}

/** A text that is equal for equal prefixes. */
export function prefixKey({ address, length }: AddressPrefix): string {
  let text = ''
  for (let at = 0; at < address.length; at++) text += address[at]!.toString(16).padStart(2, '0')
  return `${text}/${length}`
}

/** The bans that no other one covers: what a list needs in which prefixes may not overlap. */
export function outermost(bans: readonly Ban[]): Ban[] {
  const isCovered = coverageBy(bans.map(({ prefix }) => prefix))
  return bans.filter(({ prefix }) => !isCovered(prefix, prefix.length - 1))
}

/** A list of these bans; of one prefix it keeps the last. */
export function createBanList(capacity: number, bans: readonly Ban[] = []): BanList {
  const byPrefix = new Map<string, Ban>(bans.map((ban) => [prefixKey(ban.prefix), ban]))
  return {
    get size() {
      return byPrefix.size
    },
    add: (ban) => add(byPrefix, capacity, ban),
    remove: (prefix) => take(byPrefix, prefixKey(prefix)),
    expire: (unixSeconds) => {
      const over = [...byPrefix.values()].filter(({ expires }) => expires !== undefined && expires <= unixSeconds)
      for (const { prefix } of over) byPrefix.delete(prefixKey(prefix))
      return over
    },
    get: (prefix) => byPrefix.get(prefixKey(prefix)),
    nextEnd: () => endOfFirst(byPrefix),
    all: () => [...byPrefix].sort(byWidth).map(([, ban]) => ban),
  }
}

/** Tells whether one of the prefixes, of at most so many bits, covers another; no IPv6 prefix covers IPv4 addresses. */
function coverageBy(prefixes: readonly AddressPrefix[]): (prefix: AddressPrefix, most: number) => boolean {
  const key = (prefix: AddressPrefix, ipv4: boolean): string => `${ipv4 ? 4 : 6} ${prefixKey(prefix)}`
  const keys = new Set(prefixes.map((prefix) => key(prefix, isIPv4Prefix(prefix))))
  const lengths = [...new Set(prefixes.map(({ length }) => length))]
  return (prefix, most) =>
    lengths.some((length) => length <= most && keys.has(key(prefixOf(prefix.address, length), isIPv4Prefix(prefix))))
}

function add(byPrefix: Map<string, Ban>, capacity: number, ban: Ban): BanAddition {
  const key = prefixKey(ban.prefix)
  const old = byPrefix.get(key)
  if (old !== undefined) {
    if (ban.by !== 'operator' && (old.by === 'operator' || endOf(old) >= endOf(ban)))
      return { outcome: 'held', by: old }
    byPrefix.set(key, ban)
    return { outcome: 'replaced', old }
  }
  if (byPrefix.size < capacity) {
    byPrefix.set(key, ban)
    return { outcome: 'added' }
  }
  const first = firstToEnd(byPrefix)
  if (first === undefined) return { outcome: 'full' }
  byPrefix.delete(prefixKey(first.prefix))
  byPrefix.set(key, ban)
  return { outcome: 'displaced', old: first }
}

/** The automatic ban that ends first. */
function firstToEnd(byPrefix: ReadonlyMap<string, Ban>): Ban | undefined {
  let first: Ban | undefined
  for (const ban of byPrefix.values()) {
    if (ban.by !== 'operator' && (first === undefined || endOf(ban) < endOf(first))) first = ban
  }
  return first
}

function endOfFirst(byPrefix: ReadonlyMap<string, Ban>): number {
  let end = Number.POSITIVE_INFINITY
  for (const ban of byPrefix.values()) end = Math.min(end, endOf(ban))
  return end
}

function take(byPrefix: Map<string, Ban>, key: string): Ban | undefined {
  const ban = byPrefix.get(key)
  byPrefix.delete(key)
  return ban
}

function endOf({ expires }: Ban): number {
  return expires ?? Number.POSITIVE_INFINITY
}

function byWidth([keyA, a]: readonly [string, Ban], [keyB, b]: readonly [string, Ban]): number {
  return a.prefix.length - b.prefix.length || (keyA < keyB ? -1 : 1)
}

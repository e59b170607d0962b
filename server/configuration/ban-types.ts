import type { AddressPrefix } from '../../guard/prefix-trie.ts'

/** Bans, and who is told: entries of `guard`. */
export interface BanSettings {
  readonly neverBan: readonly AddressPrefix[]
  readonly ban: BanConfiguration
  readonly notify: readonly NotificationTarget[]
}

export interface BanConfiguration {
  readonly automatic: boolean
  /** How long an automatic ban lasts. */
  readonly seconds: number
  /** Bits of an IPv6 address that an automatic ban takes in. */
  readonly ipv6Length: number
  /** Ends of the names of crawlers besides those that are known; lower case, without dots at either end. */
  readonly crawlers: readonly string[]
  /** Ban also where nobody could say whether the source is a crawler. */
  readonly withoutLookup: boolean
  readonly nftables: NftablesSets | undefined
}

/** Sets of nftables that are to hold what is banned. */
export interface NftablesSets {
  /** Family and name. */
  readonly table: string
  readonly set4: string
  readonly set6: string
}

/** One way to tell somebody. */
export type NotificationTarget =
  | { readonly kind: 'webhook'; readonly url: string; readonly secretFile: string | undefined }
  | ({ readonly kind: 'smtp' } & SmtpTarget)
  | { readonly kind: 'command'; readonly program: string; readonly arguments: readonly string[] }

export interface SmtpTarget {
  readonly server: string
  readonly port: number
  readonly tls: 'starttls' | 'tls' | 'none'
  readonly from: string
  readonly to: readonly string[]
  readonly user: string | undefined
  readonly passwordFile: string | undefined
}

import type { ListenAddress } from '../../server/configuration/types.ts'

/** What holds for all targets together. */
export interface Limits {
  readonly mostPerSecond: number
  /** Undefined: as much as the targets' own limits allow. */
  readonly mostPerDay: number | undefined
}

/** What probes may be sent to: an entry of targets.yaml. targets-schema.ts has each word. */
export interface Target {
  readonly name: string
  /** Who agreed to it. */
  readonly consent: string
  /** Its last day, as its beginning in Unix seconds. */
  readonly expires: number
  /** Host names; whatever they resolve to must lie in `prefixes`. */
  readonly names: readonly string[]
  /** Addresses and prefixes: nothing is sent to any other. */
  readonly prefixes: readonly string[]
  /** Ports that may be connected to: `443/tcp`. */
  readonly ports: readonly string[]
  /** A port that is known to be open: without it a scanner that was banned would see a clean host. */
  readonly controlPort: string | undefined
  /** A file of names that only an inner view has, one a line. */
  readonly innerNames: string | undefined
  /** Paths of pages, beginning with a slash. */
  readonly pages: readonly string[]
  readonly mostPerSecond: number
  readonly mostPerDay: number
  /** Words of commands that run on this host, without a shell; `{nonce}` stands for the random word, `{address}` for an address. */
  readonly commands: Readonly<Partial<Record<TargetCommand, readonly string[]>>>
  /** A mail domain of the target, and local parts that exist in it. */
  readonly mail: { readonly domain: string; readonly known: readonly string[] } | undefined
  readonly jail: string | undefined
  /** A zone, with its dot at the end, and a honey name of it, likewise. */
  readonly honey: { readonly zone: string; readonly name: string } | undefined
  /** Zones of the operator's own, lower case, with the dot at the end. */
  readonly zones: readonly string[]
  /** Servers of the zones above, in place of those that are looked for. */
  readonly parentServers: readonly ListenAddress[] | undefined
  /** Where Veil's configuration is on this host. */
  readonly veilConfiguration: string | undefined
  /** An account of this host, and an address outside that it should not reach. */
  readonly canary: { readonly user: string; readonly to: string } | undefined
}

const NONCE = '{nonce} stands for the random word'
export const TARGET_COMMANDS = {
  'log-find': `Prints lines of the log mirror that have the random word; ${NONCE}`,
  'log-read': `Prints lines with the random word, read with the credential that sends logs; ${NONCE}`,
  'log-delete': `Tries to delete the message with the credential that sends logs; ${NONCE}`,
  alert: `Sends what it reads from standard input on the way of every alert; ${NONCE}`,
  'honey-log': `Prints lines of the log of veild that have the random word; ${NONCE}`,
  'honey-lift':
    'Lifts the ban of an address; {address} stands for it. Without it honey-name asks over UDP, for which nobody is banned',
} as const
export type TargetCommand = keyof typeof TARGET_COMMANDS

/**
 * Where facts come from: the live host, a folder that holds a whole system, a saved bundle, or what was fetched of
 * another host over ssh, which is one in memory. Paths are absolute inside the root (`/etc/passwd`), links are followed
 * inside it and never out of it, and what is read is redacted as it is read.
 *
 * Nothing here throws for what a host may hold: each way in which a file cannot be read is an outcome, because "absent"
 * and "could not be read" lead to different states of a control.
 */
export interface Root {
  readonly kind: 'live' | 'tree' | 'bundle'
  /** What a person calls it: `this host`, `/srv/image`, `bundle of web1`. */
  readonly label: string
  /** What stands at the path, links followed. */
  readonly status: (path: string) => StatusReading
  /** Where a link at the path points, as written; undefined where it is no link. */
  readonly link: (path: string) => string | undefined
  /** The file as text (UTF-8, what is none replaced), redacted. At most `most` octets, by default 4 MiB. */
  readonly read: (path: string, most?: number) => FileReading
  /** The first octets of a file, not redacted: for headers of disks, archives, certificates, records of boots. At most 4 MiB. */
  readonly octets: (path: string, most: number) => OctetsReading
  /** SHA-256 over a whole file of any length, not redacted: it says whether the file changed, and nothing else. */
  readonly digest: (path: string) => DigestReading
  /** Names in a folder, sorted, without `.` and `..`. */
  readonly list: (path: string) => ListReading
  /** What an allowed command prints; only the live host, bundles of one, and a host over ssh have it. */
  readonly run: (command: AllowedCommand) => CommandReading
}

/** Why something cannot be known, in words that stand after "could not be read: ". */
export interface Unreadable {
  readonly outcome: 'unreadable'
  readonly path: string
  readonly why: string
}

export interface Absent {
  readonly outcome: 'absent'
  readonly path: string
}

export interface Status {
  readonly outcome: 'found'
  readonly path: string
  readonly type: 'file' | 'directory' | 'device' | 'other'
  /** Permission bits, 0o7777. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** Unix seconds. */
  readonly modified: number
  /** Where a regular file has several names. */
  readonly links?: HardLinks
}

/** Hard links: how many names a file has, and which file it is, so that two names can be told to be of one. */
export interface HardLinks {
  readonly count: number
  /** Device and inode: `2049:131`. */
  readonly file: string
}

export interface ReadFile {
  readonly outcome: 'read'
  readonly path: string
  readonly text: string
  /** SHA-256 of the text as redacted, in hexadecimal. */
  readonly sha256: string
  readonly redacted: boolean
}

export type StatusReading = Status | Absent | Unreadable
export type FileReading = ReadFile | Absent | Unreadable
export type OctetsReading = { readonly outcome: 'read'; readonly octets: Uint8Array } | Absent | Unreadable
export type DigestReading = { readonly outcome: 'digested'; readonly sha256: string } | Absent | Unreadable
export type ListReading = { readonly outcome: 'listed'; readonly names: readonly string[] } | Absent | Unreadable
export type CommandReading =
  | { readonly outcome: 'ran'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly outcome: 'unavailable'; readonly why: string }

/** Read-only commands that may run on the live host; none of them takes a word from a file. */
export const ALLOWED_COMMANDS = {
  'nft-ruleset': ['nft', '-j', 'list', 'ruleset'],
  'iptables-save': ['iptables-save'],
  'ip6tables-save': ['ip6tables-save'],
  'fail2ban-test': ['fail2ban-client', '-t'],
  'fail2ban-status': ['fail2ban-client', 'status'],
  'wireguard-handshakes': ['wg', 'show', 'all', 'latest-handshakes'],
  'systemctl-failed': ['systemctl', 'list-units', '--failed', '--plain', '--no-legend'],
} as const
export type AllowedCommand = keyof typeof ALLOWED_COMMANDS

export const MOST_OCTETS_OF_TEXT = 4 * 1024 * 1024
export const MOST_OCTETS_OF_HEADER = 4 * 1024 * 1024
/** A file that is longer is not digested: a sparse one would take for ever. */
export const MOST_OCTETS_OF_DIGEST = 512 * 1024 * 1024
/** Names in one folder beyond this are not looked at. */
export const MOST_NAMES = 100_000

/** Unix seconds that a date can hold (ECMA-262 §21.4.1.1): tmpfs and btrfs keep whatever the owner of a file says. */
export const MOST_SECONDS = 8_640_000_000_000

/** The time of a file as seconds that a date can hold; 0 for what is no number. */
export function datable(seconds: number): number {
  return Math.max(-MOST_SECONDS, Math.min(MOST_SECONDS, seconds)) || 0
}

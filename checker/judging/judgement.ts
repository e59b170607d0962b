import type { Step } from '../remedy/step.ts'
import type { ReadFile, Status } from '../root/root.ts'

/** What a control is found to be. What could not be read is unknown, never a pass and never "not applicable". */
export const STATES = ['pass', 'warn', 'fail', 'not-applicable', 'manual', 'unknown'] as const
export type State = (typeof STATES)[number]

/** What a judgement rests on: it can be looked up. */
export interface Evidence {
  readonly source: 'file' | 'status' | 'command' | 'probe' | 'zone' | 'declaration' | 'attestation'
  /** A path inside the root, a command line, a probe's target, a name of a zone. */
  readonly path: string
  /** Counted from 1. */
  readonly line?: number
  /** What stands there, redacted, one line, at most 200 characters. */
  readonly excerpt: string
  /** SHA-256 of the whole text, in hexadecimal, where there is one. */
  readonly sha256?: string
  /** Unix seconds, where it is not the time of the run. */
  readonly at?: number
}

/** What a control says of one subject: a file, a service, a jail, a domain; or of the host as a whole. */
export interface Judgement {
  /** `host`, or what it is about: `jail sshd`, `pool www`, `example.com`. It stays the same from run to run. */
  readonly subject: string
  readonly state: State
  /** The kind of finding, one word or a few with hyphens: with control and subject it makes the fingerprint, so it never holds values. */
  readonly cause: string
  /** One sentence that says what is so and what follows from it. */
  readonly reason: string
  readonly evidence: readonly Evidence[]
  /** What mends it, where that is not what the control's file says for all. */
  readonly remedy?: readonly Step[]
  /** What stands for `${name}` in the remedy. */
  readonly values?: Readonly<Record<string, string>>
}

/** A place in a file: parsers keep it with whatever they read. */
export interface Place {
  readonly path: string
  readonly line: number
  readonly text: string
  readonly sha256: string
}

export const HOST = 'host'
const LONGEST_EXCERPT = 200

/** The place of a line, counted from 1, in a file as read. Its text is looked up when somebody asks: most places are never cited. */
export function placeIn(file: ReadFile, line: number): Place {
  return {
    path: file.path,
    line,
    get text() {
      return file.text.split('\n', line)[line - 1] ?? ''
    },
    sha256: file.sha256,
  }
}

/** Evidence for what stands at a place. */
export function cite(place: Place): Evidence {
  return { source: 'file', path: place.path, line: place.line, excerpt: excerptOf(place.text), sha256: place.sha256 }
}

/** Evidence for a file as a whole, or for what it does not hold: `what` says which. */
export function citeFile(file: ReadFile, what: string): Evidence {
  return { source: 'file', path: file.path, excerpt: excerptOf(what), sha256: file.sha256 }
}

/** Evidence for what stands, or does not stand, at a path. */
export function citeStatus(path: string, status: Status | undefined, what?: string): Evidence {
  const seen =
    status === undefined
      ? 'not there'
      : `${status.type}, mode ${status.mode.toString(8).padStart(4, '0')}, owner ${status.uid}:${status.gid}, ${status.size} octets`
  return { source: 'status', path, excerpt: excerptOf(what === undefined ? seen : `${what} (${seen})`) }
}

/** One line of at most 200 characters without control characters: what a host's files hold must not steer a terminal. */
export function excerptOf(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()
  return clean.length <= LONGEST_EXCERPT ? clean : `${clean.slice(0, LONGEST_EXCERPT - 1)}…`
}

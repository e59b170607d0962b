import { probe } from './probe.ts'

/** A name below a honey name, with a label that nobody can guess, was asked for: what came of it? */
export interface HoneyNameResult {
  /** The zone, with its dot at the end: the honey name itself stays with the operator. */
  readonly zone: string
  readonly nonce: string
  /** Whether the question went over TCP, which proves its address: only then anybody may be banned for it. */
  readonly isProved: boolean
  /** Whether veild wrote the line that it should, with the word in it. */
  readonly isLogged: boolean
  /** Whether the name server answered no more afterwards; undefined: that was not tried. */
  readonly isBanned?: boolean
  /** Whether it answered again after the ban was lifted. */
  readonly isLifted?: boolean
  /** Unix seconds at which somebody confirmed the alarm with the word; undefined: nobody has. */
  readonly confirmedAt?: number
}

export const honeyName = probe<HoneyNameResult>(
  'honey-name',
  'one question for a name below a honey name, with a random label, and a look into the log of veild; where `honey-lift` is named over TCP, with questions until a ban shows, and the ban is lifted',
)

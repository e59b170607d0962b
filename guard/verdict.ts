/** What the lookup found, whatever RCODE the answer carries. Limits and statistics count verdicts. */
export const Verdict = {
  Found: 0,
  Wildcard: 1,
  Nodata: 2,
  Absent: 3,
  Referral: 4,
  Refused: 5,
  Malformed: 6,
  /** The name is absent, and answered as if it were not: see zones' `decoys`. */
  Decoy: 7,
} as const
export type Verdict = (typeof Verdict)[keyof typeof Verdict]

/** What becomes of an answer. */
export const Decision = { Answer: 0, Truncate: 1, Drop: 2, Refuse: 3 } as const
export type Decision = (typeof Decision)[keyof typeof Decision]

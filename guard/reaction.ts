/**
 * What becomes of a question for an absent name while its zone is being enumerated, beyond what budgets say. Names that exist
 * are never touched by it. Cells and decoys are no reactions of the answering road: they are another way to deny,
 * and come with a generation of their own.
 */
export const Reaction = {
  None: 0,
  /** The budget for absent names shrinks to a tenth. */
  SmallerBudget: 1,
  /** Whoever has not proved its address is sent to TCP, and over TCP has the smaller budget. */
  Truncate: 2,
  /** No answer to who has not proved its address; REFUSED over the smaller budget to who has. */
  Drop: 3,
  /** REFUSED, to whoever asks. */
  Refuse: 4,
} as const
export type Reaction = (typeof Reaction)[keyof typeof Reaction]

/** What an address prefix has brought upon itself: values of the tries of sanctions in a generation. */
export const Sanction = {
  /** Absent names: the smaller budget, in every zone of the view in which it was seen to guess. */
  Starved: 1,
  /** No answer to anything, in any view. Only for sources that proved their address, or by the operator's hand. */
  Banned: 2,
  /** As `Starved`, but whoever proves its address is spared: what speaks against it may have come in its name. */
  StarvedUnproved: 3,
} as const
export type Sanction = (typeof Sanction)[keyof typeof Sanction]

import { probe } from './probe.ts'

/** An address of a documentation prefix was banned and freed again: did a rule appear in the firewall meanwhile? */
export interface BanResult {
  readonly jail: string
  readonly address: string
  readonly ruleAppeared: boolean
  readonly ruleGone: boolean
}

export const banAndObserve = probe<BanResult>(
  'ban-and-observe',
  'one ban of an address that nobody has (192.0.2.0/24), taken back at once',
)

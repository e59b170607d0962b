import { probe } from './probe.ts'

/** Every name of an inner view was asked for from outside, and the answers held against those for names that nobody has. */
export interface DnsViewResult {
  readonly asked: number
  /** Names whose answers differed in octets. */
  readonly learned: readonly string[]
}

export const dnsView = probe<DnsViewResult>(
  'dns-view',
  'two questions for each name of an inner view, to the name servers of its zone',
)

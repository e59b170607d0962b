import type { Judge } from '../judge.ts'
import { dnsDs01 } from './dns-ds-01.ts'
import { dnsOwn01 } from './dns-own-01.ts'

/** Controls of the zones themselves: who serves them, and who can vouch for them. */
export const DNS_JUDGES: Readonly<Record<string, Judge>> = {
  'DNS-OWN-01': dnsOwn01,
  'DNS-DS-01': dnsDs01,
}

import type { Judge } from '../judge.ts'
import { dds01 } from './dds-01.ts'
import { egr01 } from './egr-01.ts'
import { egr02 } from './egr-02.ts'

/** Controls of the proxy in the way of sites, and of what floods meet. */
export const EGRESS_JUDGES: Readonly<Record<string, Judge>> = {
  'EGR-01': egr01,
  'EGR-02': egr02,
  'DDS-01': dds01,
}

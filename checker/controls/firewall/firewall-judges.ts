import type { Judge } from '../judge.ts'
import { fwF2b01 } from './fw-f2b-01.ts'
import { fwIn01 } from './fw-in-01.ts'
import { fwLog01 } from './fw-log-01.ts'
import { fwOut01 } from './fw-out-01.ts'

/** Controls of the firewall: what comes in, what leaves, what is logged, who is banned. */
export const FIREWALL_JUDGES: Readonly<Record<string, Judge>> = {
  'FW-IN-01': fwIn01,
  'FW-OUT-01': fwOut01,
  'FW-LOG-01': fwLog01,
  'FW-F2B-01': fwF2b01,
}

import type { Judge } from '../judge.ts'
import { opsAlert01 } from './ops-alert-01.ts'
import { opsBkp01 } from './ops-bkp-01.ts'
import { opsIac01 } from './ops-iac-01.ts'
import { opsLogmon01 } from './ops-logmon-01.ts'
import { opsMon01 } from './ops-mon-01.ts'
import { opsPatch01 } from './ops-patch-01.ts'

/** Controls of those who run the host: what they hear, what they can restore, what they keep current. */
export const OPERATIONS_JUDGES: Readonly<Record<string, Judge>> = {
  'OPS-MON-01': opsMon01,
  'OPS-ALERT-01': opsAlert01,
  'OPS-BKP-01': opsBkp01,
  'OPS-LOGMON-01': opsLogmon01,
  'OPS-PATCH-01': opsPatch01,
  'OPS-IAC-01': opsIac01,
}

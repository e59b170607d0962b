import type { Judge } from '../judge.ts'
import { fwExt01 } from './fw-ext-01.ts'
import { tstDns01 } from './tst-dns-01.ts'
import { tstNmap01 } from './tst-nmap-01.ts'
import { tstSmtp01 } from './tst-smtp-01.ts'
import { tstSqli01 } from './tst-sqli-01.ts'

/** Controls of trials: that the host was attacked by its own people, and what came of it. */
export const TRIAL_JUDGES: Readonly<Record<string, Judge>> = {
  'FW-EXT-01': fwExt01,
  'TST-DNS-01': tstDns01,
  'TST-NMAP-01': tstNmap01,
  'TST-SMTP-01': tstSmtp01,
  'TST-SQLI-01': tstSqli01,
}

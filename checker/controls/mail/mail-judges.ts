import type { Judge } from '../judge.ts'
import { mailAcc01 } from './mail-acc-01.ts'
import { mailDkim01 } from './mail-dkim-01.ts'
import { mailEnum01 } from './mail-enum-01.ts'
import { mailGrey01 } from './mail-grey-01.ts'
import { mailRate01 } from './mail-rate-01.ts'
import { mailSpam01 } from './mail-spam-01.ts'
import { mailSpf01 } from './mail-spf-01.ts'
import { mailVrfy01 } from './mail-vrfy-01.ts'

/** Controls of the mail server: what the seeds ask of Postfix, Dovecot and what stands beside them. */
export const MAIL_JUDGES: Readonly<Record<string, Judge>> = {
  'MAIL-ENUM-01': mailEnum01,
  'MAIL-GREY-01': mailGrey01,
  'MAIL-RATE-01': mailRate01,
  'MAIL-ACC-01': mailAcc01,
  'MAIL-DKIM-01': mailDkim01,
  'MAIL-SPAM-01': mailSpam01,
  'MAIL-SPF-01': mailSpf01,
  'MAIL-VRFY-01': mailVrfy01,
}

import type { Judge } from '../judge.ts'
import { mailEnum01 } from './mail-enum-01.ts'
import { mailGrey01 } from './mail-grey-01.ts'
import { mailRate01 } from './mail-rate-01.ts'
import { mailVrfy01 } from './mail-vrfy-01.ts'

/** Controls of the mail server: what the seeds ask of Postfix, Dovecot and what stands beside them. */
export const MAIL_JUDGES: Readonly<Record<string, Judge>> = {
  'MAIL-ENUM-01': mailEnum01,
  'MAIL-GREY-01': mailGrey01,
  'MAIL-RATE-01': mailRate01,
  'MAIL-VRFY-01': mailVrfy01,
}

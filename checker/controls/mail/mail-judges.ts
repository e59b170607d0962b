import type { Judge } from '../judge.ts'
import { mailVrfy01 } from './mail-vrfy-01.ts'

/** Controls of the mail server: what the seeds ask of Postfix, Dovecot and what stands beside them. */
export const MAIL_JUDGES: Readonly<Record<string, Judge>> = {
  'MAIL-VRFY-01': mailVrfy01,
}

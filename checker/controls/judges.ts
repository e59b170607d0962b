import type { Judge } from './judge.ts'
import { MAIL_JUDGES } from './mail/mail-judges.ts'

/** The function of each control, by its id. */
export const JUDGES: Readonly<Record<string, Judge>> = { ...MAIL_JUDGES }

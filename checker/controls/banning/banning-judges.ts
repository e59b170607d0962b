import type { Judge } from '../judge.ts'
import { f2bAct01 } from './f2b-act-01.ts'
import { f2bImap01 } from './f2b-imap-01.ts'
import { f2bMail01 } from './f2b-mail-01.ts'
import { f2bSsh01 } from './f2b-ssh-01.ts'

/** Controls of who is banned, and whether the ban happens. */
export const BANNING_JUDGES: Readonly<Record<string, Judge>> = {
  'F2B-SSH-01': f2bSsh01,
  'F2B-MAIL-01': f2bMail01,
  'F2B-IMAP-01': f2bImap01,
  'F2B-ACT-01': f2bAct01,
}

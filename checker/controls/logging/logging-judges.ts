import type { Judge } from '../judge.ts'
import { log01 } from './log-01.ts'
import { log02 } from './log-02.ts'
import { log03 } from './log-03.ts'
import { log04 } from './log-04.ts'

/** Controls of the mirror of logs. */
export const LOGGING_JUDGES: Readonly<Record<string, Judge>> = {
  'LOG-01': log01,
  'LOG-02': log02,
  'LOG-03': log03,
  'LOG-04': log04,
}

import type { Judge } from '../judge.ts'
import { exp01 } from './exp-01.ts'
import { exp02 } from './exp-02.ts'
import { exp03 } from './exp-03.ts'
import { exp05 } from './exp-05.ts'
import { exp06 } from './exp-06.ts'

/** Controls of what strangers can find: names, certificates, listeners. */
export const EXPOSURE_JUDGES: Readonly<Record<string, Judge>> = {
  'EXP-01': exp01,
  'EXP-02': exp02,
  'EXP-03': exp03,
  'EXP-05': exp05,
  'EXP-06': exp06,
}

import type { Judge } from '../judge.ts'
import { ids01 } from './ids-01.ts'
import { ids02 } from './ids-02.ts'
import { ids03 } from './ids-03.ts'
import { ids04 } from './ids-04.ts'

/** Controls of what notices an intruder who is already in. */
export const DETECTION_JUDGES: Readonly<Record<string, Judge>> = {
  'IDS-01': ids01,
  'IDS-02': ids02,
  'IDS-03': ids03,
  'IDS-04': ids04,
}

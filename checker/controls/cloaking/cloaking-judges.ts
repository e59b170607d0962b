import type { Judge } from '../judge.ts'
import { clk01 } from './clk-01.ts'
import { clk02 } from './clk-02.ts'
import { scn01 } from './scn-01.ts'

/** Controls of what scanners find: what services say of themselves, what they claim to be, who notices a scan. */
export const CLOAKING_JUDGES: Readonly<Record<string, Judge>> = {
  'CLK-01': clk01,
  'CLK-02': clk02,
  'SCN-01': scn01,
}

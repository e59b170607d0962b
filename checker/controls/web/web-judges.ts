import type { Judge } from '../judge.ts'
import { eva01 } from './eva-01.ts'
import { exp04 } from './exp-04.ts'
import { f2bWeb01 } from './f2b-web-01.ts'
import { prx01 } from './prx-01.ts'
import { prx02 } from './prx-02.ts'
import { prx03 } from './prx-03.ts'
import { spd01 } from './spd-01.ts'
import { thr01 } from './thr-01.ts'
import { thr02 } from './thr-02.ts'
import { thr03 } from './thr-03.ts'
import { waf01 } from './waf-01.ts'
import { waf02 } from './waf-02.ts'
import { waf03 } from './waf-03.ts'

/** Controls of the web servers: what they let in, how often, and who is thrown out. */
export const WEB_JUDGES: Readonly<Record<string, Judge>> = {
  'WAF-01': waf01,
  'WAF-02': waf02,
  'WAF-03': waf03,
  'EVA-01': eva01,
  'THR-01': thr01,
  'THR-02': thr02,
  'THR-03': thr03,
  'F2B-WEB-01': f2bWeb01,
  'EXP-04': exp04,
  'PRX-01': prx01,
  'PRX-02': prx02,
  'PRX-03': prx03,
  'SPD-01': spd01,
}

import type { Judge } from '../judge.ts'
import { s2s01 } from './s2s-01.ts'
import { s2s02 } from './s2s-02.ts'
import { s2s03 } from './s2s-03.ts'

/** Controls of what hosts of one operation say to each other. */
export const LINKS_JUDGES: Readonly<Record<string, Judge>> = {
  'S2S-01': s2s01,
  'S2S-02': s2s02,
  'S2S-03': s2s03,
}

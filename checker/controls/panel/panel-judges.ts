import type { Judge } from '../judge.ts'
import { pnl01 } from './pnl-01.ts'

/** Panels that administer the host. */
export const PANEL_JUDGES: Readonly<Record<string, Judge>> = { 'PNL-01': pnl01 }

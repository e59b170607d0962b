import type { Judge } from '../judge.ts'
import { wpr01 } from './wpr-01.ts'
import { wpr02 } from './wpr-02.ts'

/** Plugins that guard WordPress. */
export const WORDPRESS_JUDGES: Readonly<Record<string, Judge>> = { 'WPR-01': wpr01, 'WPR-02': wpr02 }

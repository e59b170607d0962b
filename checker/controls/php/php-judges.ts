import type { Judge } from '../judge.ts'
import { php01 } from './php-01.ts'
import { php02 } from './php-02.ts'
import { php03 } from './php-03.ts'

/** How PHP runs. */
export const PHP_JUDGES: Readonly<Record<string, Judge>> = {
  'PHP-01': php01,
  'PHP-02': php02,
  'PHP-03': php03,
}

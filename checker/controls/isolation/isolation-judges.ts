import type { Judge } from '../judge.ts'
import { isoChroot01 } from './iso-chroot-01.ts'
import { isoFpm01 } from './iso-fpm-01.ts'
import { isoJail01 } from './iso-jail-01.ts'
import { isoMnt01 } from './iso-mnt-01.ts'

/** What keeps sites and users apart. */
export const ISOLATION_JUDGES: Readonly<Record<string, Judge>> = {
  'ISO-CHROOT-01': isoChroot01,
  'ISO-FPM-01': isoFpm01,
  'ISO-JAIL-01': isoJail01,
  'ISO-MNT-01': isoMnt01,
}

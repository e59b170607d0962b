import type { Judge } from '../judge.ts'
import { srvBkp01 } from './srv-bkp-01.ts'
import { srvBoot01 } from './srv-boot-01.ts'
import { srvBoot02 } from './srv-boot-02.ts'
import { srvBoot03 } from './srv-boot-03.ts'
import { srvEnc01 } from './srv-enc-01.ts'
import { srvEnc02 } from './srv-enc-02.ts'
import { srvRbt01 } from './srv-rbt-01.ts'
import { srvRbt02 } from './srv-rbt-02.ts'
import { srvVm01 } from './srv-vm-01.ts'

/** Controls of the machine below everything: its disks, its boots, its backups. */
export const SYSTEM_JUDGES: Readonly<Record<string, Judge>> = {
  'SRV-ENC-01': srvEnc01,
  'SRV-ENC-02': srvEnc02,
  'SRV-BKP-01': srvBkp01,
  'SRV-BOOT-01': srvBoot01,
  'SRV-BOOT-02': srvBoot02,
  'SRV-BOOT-03': srvBoot03,
  'SRV-RBT-01': srvRbt01,
  'SRV-RBT-02': srvRbt02,
  'SRV-VM-01': srvVm01,
}

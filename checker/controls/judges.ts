import { BANNING_JUDGES } from './banning/banning-judges.ts'
import { CLOAKING_JUDGES } from './cloaking/cloaking-judges.ts'
import { DETECTION_JUDGES } from './detection/detection-judges.ts'
import { DNS_JUDGES } from './dns/dns-judges.ts'
import { EGRESS_JUDGES } from './egress/egress-judges.ts'
import { EXPOSURE_JUDGES } from './exposure/exposure-judges.ts'
import { FIREWALL_JUDGES } from './firewall/firewall-judges.ts'
import { ISOLATION_JUDGES } from './isolation/isolation-judges.ts'
import type { Judge } from './judge.ts'
import { LINKS_JUDGES } from './links/links-judges.ts'
import { LOGGING_JUDGES } from './logging/logging-judges.ts'
import { MAIL_JUDGES } from './mail/mail-judges.ts'
import { OPERATIONS_JUDGES } from './operations/operations-judges.ts'
import { PANEL_JUDGES } from './panel/panel-judges.ts'
import { PHP_JUDGES } from './php/php-judges.ts'
import { SYSTEM_JUDGES } from './system/system-judges.ts'
import { TRIAL_JUDGES } from './trial/trial-judges.ts'
import { WEB_JUDGES } from './web/web-judges.ts'
import { WORDPRESS_JUDGES } from './wordpress/wordpress-judges.ts'

/** The function of each control, by its id. */
export const JUDGES: Readonly<Record<string, Judge>> = {
  ...SYSTEM_JUDGES,
  ...OPERATIONS_JUDGES,
  ...PHP_JUDGES,
  ...WORDPRESS_JUDGES,
  ...PANEL_JUDGES,
  ...ISOLATION_JUDGES,
  ...BANNING_JUDGES,
  ...LOGGING_JUDGES,
  ...DETECTION_JUDGES,
  ...EXPOSURE_JUDGES,
  ...DNS_JUDGES,
  ...TRIAL_JUDGES,
  ...MAIL_JUDGES,
  ...WEB_JUDGES,
  ...FIREWALL_JUDGES,
  ...EGRESS_JUDGES,
  ...CLOAKING_JUDGES,
  ...LINKS_JUDGES,
}

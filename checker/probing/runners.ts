import type { Runner } from './runner.ts'
import { bannersRunner } from './runners/banners.ts'
import { delegationRunner } from './runners/delegation.ts'
import { dnsAttackRunner } from './runners/dns-attack.ts'
import { dnsViewRunner } from './runners/dns-view.ts'
import { egressCanaryRunner } from './runners/egress-canary.ts'
import { honeyNameRunner } from './runners/honey-name.ts'
import { httpAuthRunner } from './runners/http-auth.ts'
import { httpBurstRunner } from './runners/http-burst.ts'
import { httpTimingRunner } from './runners/http-timing.ts'
import { innerSitesRunner } from './runners/inner-sites.ts'
import { alertNonceRunner, banAndObserveRunner, logNonceRunner, logReadBackRunner } from './runners/on-this-host.ts'
import { openPortsRunner } from './runners/open-ports.ts'
import { originRunner } from './runners/origin.ts'
import { smtpEnumerationRunner, smtpRateRunner } from './runners/smtp.ts'
import { tlsRunner } from './runners/tls.ts'
import { tlsOfferRunner } from './runners/tls-offer.ts'
import { wafReactionRunner } from './runners/waf-reaction.ts'
import { webAddressRunner } from './runners/web-address.ts'

/** Every probe that hostcheck carries out itself, in the order of help. */
export const RUNNERS: readonly Runner[] = [
  openPortsRunner,
  bannersRunner,
  tlsRunner,
  tlsOfferRunner,
  webAddressRunner,
  originRunner,
  wafReactionRunner,
  httpBurstRunner,
  httpAuthRunner,
  httpTimingRunner,
  innerSitesRunner,
  dnsViewRunner,
  delegationRunner,
  dnsAttackRunner,
  honeyNameRunner,
  smtpEnumerationRunner,
  smtpRateRunner,
  egressCanaryRunner,
  banAndObserveRunner,
  logNonceRunner,
  logReadBackRunner,
  alertNonceRunner,
]

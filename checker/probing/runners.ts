import type { Runner } from './runner.ts'
import { httpBurstRunner } from './runners/http-burst.ts'
import { alertNonceRunner, banAndObserveRunner, logNonceRunner, logReadBackRunner } from './runners/on-this-host.ts'
import { openPortsRunner } from './runners/open-ports.ts'
import { wafReactionRunner } from './runners/waf-reaction.ts'

/** Every probe that hostcheck carries out itself, in the order of help. */
export const RUNNERS: readonly Runner[] = [
  openPortsRunner,
  wafReactionRunner,
  httpBurstRunner,
  banAndObserveRunner,
  logNonceRunner,
  logReadBackRunner,
  alertNonceRunner,
]

import type { Command } from '../console/command.ts'
import { completionCommand } from '../console/completion-command.ts'
import { attackCommand } from './commands/attack.ts'
import { banAddCommand } from './commands/ban-add.ts'
import { banExplainCommand } from './commands/ban-explain.ts'
import { banListCommand } from './commands/ban-list.ts'
import { banRmCommand } from './commands/ban-rm.ts'
import { configCheckCommand } from './commands/config-check.ts'
import { decoyAuditCommand } from './commands/decoy-audit.ts'
import { dnssecDisableCommand } from './commands/dnssec-disable.ts'
import { dnssecEnableCommand } from './commands/dnssec-enable.ts'
import { dnssecStatusCommand } from './commands/dnssec-status.ts'
import { dnssecVerifyCommand } from './commands/dnssec-verify.ts'
import { incidentListCommand } from './commands/incident-list.ts'
import { incidentShowCommand } from './commands/incident-show.ts'
import { initCommand } from './commands/init.ts'
import { keyBackupCommand } from './commands/key-backup.ts'
import { keyBundleImportCommand } from './commands/key-bundle-import.ts'
import { keyBundleRequestCommand } from './commands/key-bundle-request.ts'
import { keyBundleSignCommand } from './commands/key-bundle-sign.ts'
import { keyBundleTakeOfflineCommand } from './commands/key-bundle-take-offline.ts'
import { keyCancelCommand } from './commands/key-cancel.ts'
import { keyCheckParentCommand } from './commands/key-check-parent.ts'
import { keyClockCommand } from './commands/key-clock.ts'
import { keyDsCommand } from './commands/key-ds.ts'
import { keyEmergencyCommand } from './commands/key-emergency.ts'
import { keyExplainCommand } from './commands/key-explain.ts'
import { keyExportCommand } from './commands/key-export.ts'
import { keyHistoryCommand } from './commands/key-history.ts'
import { keyImportCommand } from './commands/key-import.ts'
import { keyListCommand } from './commands/key-list.ts'
import { keyPauseCommand } from './commands/key-pause.ts'
import { keyRestoreCommand } from './commands/key-restore.ts'
import { keyResumeCommand } from './commands/key-resume.ts'
import { keyRollCommand } from './commands/key-roll.ts'
import { keyShowCommand } from './commands/key-show.ts'
import { keySimulateCommand } from './commands/key-simulate.ts'
import { keyStandbyCommand } from './commands/key-standby.ts'
import { keyStepCommand } from './commands/key-step.ts'
import { keyTimelineCommand } from './commands/key-timeline.ts'
import { leakCommand } from './commands/leak.ts'
import { lockCommand } from './commands/lock.ts'
import { proveHiddenCommand } from './commands/prove-hidden.ts'
import { reloadCommand } from './commands/reload.ts'
import { slotAddCommand } from './commands/slot-add.ts'
import { slotListCommand } from './commands/slot-list.ts'
import { slotRmCommand } from './commands/slot-rm.ts'
import { statusCommand } from './commands/status.ts'
import { stopCommand } from './commands/stop.ts'
import { topCommand } from './commands/top.ts'
import { unlockCommand } from './commands/unlock.ts'
import { viewDiffCommand } from './commands/view-diff.ts'
import { viewListCommand } from './commands/view-list.ts'
import { viewTestCommand } from './commands/view-test.ts'
import { zoneCheckCommand } from './commands/zone-check.ts'
import { zoneEditCommand } from './commands/zone-edit.ts'
import { zoneExportCommand } from './commands/zone-export.ts'
import { zoneListCommand } from './commands/zone-list.ts'
import { zoneSealCommand } from './commands/zone-seal.ts'
import { zoneShowCommand } from './commands/zone-show.ts'
import { zoneUnsealCommand } from './commands/zone-unseal.ts'
import type { Context } from './context.ts'

/** Every command, in the order of help and documentation. */
export const COMMANDS: readonly Command<Context>[] = [
  initCommand,
  configCheckCommand,
  zoneCheckCommand,
  leakCommand,
  proveHiddenCommand,
  zoneListCommand,
  zoneShowCommand,
  zoneExportCommand,
  zoneEditCommand,
  zoneSealCommand,
  zoneUnsealCommand,
  viewListCommand,
  viewTestCommand,
  viewDiffCommand,
  decoyAuditCommand,
  dnssecStatusCommand,
  dnssecVerifyCommand,
  dnssecDisableCommand,
  dnssecEnableCommand,
  keyListCommand,
  keyShowCommand,
  keyExplainCommand,
  keyDsCommand,
  keyCheckParentCommand,
  keyClockCommand,
  keyRollCommand,
  keyStepCommand,
  keyPauseCommand,
  keyResumeCommand,
  keyCancelCommand,
  keyStandbyCommand,
  keyEmergencyCommand,
  keySimulateCommand,
  keyTimelineCommand,
  keyHistoryCommand,
  keyImportCommand,
  keyExportCommand,
  keyBackupCommand,
  keyRestoreCommand,
  keyBundleTakeOfflineCommand,
  keyBundleRequestCommand,
  keyBundleSignCommand,
  keyBundleImportCommand,
  attackCommand,
  incidentListCommand,
  incidentShowCommand,
  topCommand,
  banListCommand,
  banAddCommand,
  banRmCommand,
  banExplainCommand,
  slotListCommand,
  slotAddCommand,
  slotRmCommand,
  statusCommand,
  reloadCommand,
  lockCommand,
  unlockCommand,
  stopCommand,
  completionCommand(
    'dnsctl',
    'Commands, options, RR types, files, and the zones and views of the configuration are completed.',
  ),
]

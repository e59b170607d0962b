import type { Command } from '../../console/command.ts'
import { completionCommand } from '../../console/completion-command.ts'
import { alertNonceConfirmCommand } from './alert-nonce-confirm.ts'
import { attestCommand } from './attest.ts'
import { collectCommand } from './collect.ts'
import type { Context } from './context.ts'
import { diffCommand } from './diff.ts'
import { explainCommand } from './explain.ts'
import { fixCommand } from './fix.ts'
import { importCommand } from './import.ts'
import { listCommand } from './list.ts'
import { probeCommand } from './probe.ts'
import { runCommand } from './run.ts'
import { showCommand } from './show.ts'
import { targetsCommand } from './targets.ts'

/** Every command, in the order of help and documentation. */
export const COMMANDS: readonly Command<Context>[] = [
  runCommand,
  explainCommand,
  listCommand,
  fixCommand,
  diffCommand,
  showCommand,
  attestCommand,
  collectCommand,
  targetsCommand,
  probeCommand,
  importCommand,
  alertNonceConfirmCommand,
  completionCommand('hostcheck', 'Commands, options, files and the ids of controls are completed.'),
]

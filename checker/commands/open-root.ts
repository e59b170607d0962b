import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { OptionDeclaration } from '../../console/command.ts'
import { Failure } from '../../console/failure.ts'
import { ExitCode } from '../reports/exit-code.ts'
import type { Root } from '../root/root.ts'
import { createTreeRoot } from '../root/tree-root.ts'
import type { Context } from './context.ts'

/** Options that say which system is looked at. */
export const ROOT_OPTIONS = {
  root: {
    value: 'DIR',
    summary: 'a folder that holds a whole system: an unpacked tree or a mounted image; this host when left out',
    completes: 'directory',
  },
} as const satisfies Readonly<Record<string, OptionDeclaration>>

export interface RootChoice {
  readonly root: string | undefined
}

/** The system that the command line chose. */
export async function openRoot(context: Context, choice: RootChoice): Promise<Root> {
  if (choice.root === undefined) return createTreeRoot('/', 'this host')
  const folder = resolve(context.workingDirectory, choice.root)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Failure({
      exitCode: ExitCode.Usage,
      what: `There is no folder ${folder}`,
      next: '`--root DIR` names the folder that a system is in',
    })
  }
  return createTreeRoot(folder, folder)
}

import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { OptionDeclaration } from '../../console/command.ts'
import { Failure, reasonOf } from '../../console/failure.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { readBundle, rootOfBundle } from '../root/bundle.ts'
import type { Root } from '../root/root.ts'
import { createTreeRoot } from '../root/tree-root.ts'
import type { Context } from './context.ts'

/** Options that say which system is looked at; this host when all are left out. */
export const ROOT_OPTIONS = {
  root: {
    value: 'DIR',
    summary: 'a folder that holds a whole system: an unpacked tree or a mounted image',
    completes: 'directory',
  },
  bundle: { value: 'FILE', summary: 'what `hostcheck collect` saved, here or elsewhere', completes: 'file' },
} as const satisfies Readonly<Record<string, OptionDeclaration>>

export type RootChoice = { readonly [K in keyof typeof ROOT_OPTIONS]: string | undefined }

/** A system that is looked at. */
export interface OpenedRoot {
  readonly root: Root
  /** Unix seconds of what it shows: ages are counted to then. */
  readonly at: number
}

/** The system that the command line chose. */
export async function openRoot(context: Context, choice: RootChoice): Promise<OpenedRoot> {
  requireOne(choice)
  if (choice.bundle !== undefined) return openBundle(resolve(context.workingDirectory, choice.bundle))
  if (choice.root === undefined) return { root: createTreeRoot('/', 'this host'), at: context.now }
  const folder = resolve(context.workingDirectory, choice.root)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Failure({
      exitCode: ExitCode.Usage,
      what: `There is no folder ${folder}`,
      next: '`--root DIR` names the folder that a system is in',
    })
  }
  return { root: createTreeRoot(folder, folder), at: context.now }
}

function requireOne(choice: RootChoice): void {
  const given = Object.entries(choice).flatMap(([key, value]) => (value === undefined ? [] : [`--${key}`]))
  if (given.length <= 1) return
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `${given.join(' and ')} stand together`,
    why: 'One system is looked at in a run.',
    next: 'leave out all but one',
  })
}

function openBundle(path: string): OpenedRoot {
  try {
    const bundle = readBundle(readFileSync(path))
    return { root: rootOfBundle(bundle), at: bundle.at }
  } catch (error) {
    throw new Failure({
      exitCode: ExitCode.Usage,
      what: `Cannot use the bundle ${path}`,
      why: reasonOf(error),
      next: '`hostcheck collect --output FILE` saves one',
    })
  }
}

import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { OptionDeclaration } from '../../console/command.ts'
import { Failure, fileReasonOf } from '../../console/failure.ts'
import { count, printable } from '../../console/paper.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { readBundle, rootOfBundle } from '../root/bundle.ts'
import { createLiveRoot } from '../root/live-root.ts'
import type { Root } from '../root/root.ts'
import { lookOverSsh } from '../root/ssh-root.ts'
import { SshError } from '../root/ssh-session.ts'
import { createTreeRoot } from '../root/tree-root.ts'
import type { Context } from './context.ts'

/** Options that say which system is looked at; this host when all are left out. */
export const ROOT_OPTIONS = {
  root: {
    value: 'DIR',
    summary: 'a folder that holds a whole system: an unpacked tree or a mounted image',
    completes: 'directory',
  },
  host: {
    value: 'DESTINATION',
    summary: "another host, read through the system's ssh, as `user@host` or a name of ~/.ssh/config",
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

/** What `look` sees in the system that the command line chose. It may be called again, and so must not write anything. */
export async function lookAt<T>(context: Context, choice: RootChoice, look: (opened: OpenedRoot) => T): Promise<T> {
  requireOne(choice)
  const { bundle, host, root } = choice
  if (host !== undefined) return lookAtHost(context, host, look)
  if (bundle !== undefined) return look(openBundle(resolve(context.workingDirectory, bundle)))
  if (root !== undefined) return look({ root: openFolder(resolve(context.workingDirectory, root)), at: context.now })
  return look({ root: createLiveRoot(), at: context.now })
}

/** The part of a command's input that `ROOT_OPTIONS` declare. */
export function rootChoice({ root, host, bundle }: RootChoice): RootChoice {
  return { root, host, bundle }
}

async function lookAtHost<T>(context: Context, host: string, look: (opened: OpenedRoot) => T): Promise<T> {
  let rounds = 0
  try {
    return await lookOverSsh(host, (root) => {
      context.progress?.(`reading ${printable(host)} over ssh, ${count(++rounds, 'round')}`)
      return look({ root, at: context.now })
    })
  } catch (error) {
    if (!(error instanceof SshError)) throw error
    throw new Failure({
      exitCode: ExitCode.Usage,
      what: `Cannot read ${host} over ssh`,
      why: error.message,
      next: error.next ?? `try \`ssh ${host} true\`; hostcheck asks for nothing, so a key or an agent must do`,
    })
  } finally {
    context.progress?.('')
  }
}

function openFolder(folder: string): Root {
  if (isFolder(folder)) return createTreeRoot(folder, folder)
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `There is no folder ${folder}`,
    next: '`--root DIR` names the folder that a system is in',
  })
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  } catch (error) {
    throw new Failure({
      exitCode: ExitCode.Usage,
      what: `Cannot look into ${path}`,
      why: fileReasonOf(error),
      next: "run it as root: the root of another user's process only root may see",
    })
  }
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
      why: fileReasonOf(error),
      next: '`hostcheck collect --output FILE` saves one',
    })
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { basename } from 'node:path'
import { Failure } from '../console/failure.ts'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'

/** What keeps an editor from writing what it edits to places of its own: swap files, undo files, registers. */
const DISCRETION: Readonly<Record<string, readonly string[]>> = {
  vim: ['-n', '-i', 'NONE', '--cmd', 'set noundofile nobackup nowritebackup'],
  nvim: ['-n', '-i', 'NONE', '--cmd', 'set noundofile nobackup nowritebackup'],
  nano: ['--ignorercfiles'],
}

/** Has somebody edit a file: $VISUAL, else $EDITOR, else vi, which may be a command with arguments. */
export async function edit({ environment }: Pick<Context, 'environment'>, path: string): Promise<void> {
  const line = environment?.VISUAL || environment?.EDITOR || 'vi'
  const program = line.trim().split(/\s+/)[0]!
  const words = DISCRETION[basename(program)] ?? []
  // As git does: the shell takes the line apart, and the path is no part of it.
  const child = spawn('/bin/sh', ['-c', `exec ${line} "$@"`, program, ...words, path], { stdio: 'inherit' })
  const [code] = await once(child, 'close')
  if (code === 0) return
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `The editor, ${line}, ended with ${code ?? 'a signal'}`,
    why: 'Nothing was changed.',
    next: 'the same command; VISUAL or EDITOR name another editor',
  })
}

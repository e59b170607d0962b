import type { Control } from '../../checker/catalogue/control.ts'
import { loadCatalogue } from '../../checker/catalogue/load-catalogue.ts'
import { hostcheckTool } from '../../checker/commands/tool.ts'
import type { Judge } from '../../checker/controls/judge.ts'
import { JUDGES } from '../../checker/controls/judges.ts'
import { runProgram } from '../../console/program.ts'

export interface HostcheckRun {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface HostcheckOptions {
  readonly controls?: ReadonlyMap<string, Control>
  readonly judges?: Readonly<Record<string, Judge>>
  /** Unix seconds. */
  readonly now?: number
  /** Columns of a terminal; without it standard output is a pipe. */
  readonly columns?: number
  readonly environment?: Readonly<Record<string, string>>
}

/** As the program loads it, once for all tests of a file. */
export const CATALOGUE = loadCatalogue()

/** 2026-11-25 12:00 UTC. */
export const NOON = 1_795_608_000

/** Runs hostcheck in this process, in a folder. */
export async function runHostcheck(
  folder: string,
  argv: readonly string[],
  options: HostcheckOptions = {},
): Promise<HostcheckRun> {
  let stdout = ''
  let stderr = ''
  const terminal = options.columns === undefined ? {} : { isTTY: true, columns: options.columns }
  const tool = hostcheckTool({
    controls: () => options.controls ?? CATALOGUE,
    judges: options.judges ?? JUDGES,
    now: () => options.now ?? NOON,
  })
  const exitCode = await runProgram(tool, argv, {
    stdout: { ...terminal, write: (text) => (stdout += text) },
    stderr: { ...terminal, write: (text) => (stderr += text) },
    environment: options.environment ?? {},
    workingDirectory: folder,
    openDialogue: () => undefined,
  })
  return { exitCode, stdout, stderr }
}

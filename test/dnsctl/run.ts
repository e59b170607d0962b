import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Dialogue } from '../../console/dialogue.ts'
import { runProgram } from '../../console/program.ts'
import { DNSCTL } from '../../dnsctl/tool.ts'

export interface Run {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Columns of a terminal; without it standard output is a pipe. */
  readonly columns?: number
  readonly environment?: Readonly<Record<string, string>>
  readonly dialogue?: Dialogue
  /** What standard input holds. */
  readonly input?: string
}

/** Runs dnsctl in this process, in a folder. */
export async function runDnsctl(folder: string, argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  let stdout = ''
  let stderr = ''
  const terminal = options.columns === undefined ? {} : { isTTY: true, columns: options.columns }
  const exitCode = await runProgram(DNSCTL, argv, {
    stdout: { ...terminal, write: (text) => (stdout += text) },
    stderr: { ...terminal, write: (text) => (stderr += text) },
    environment: options.environment ?? {},
    workingDirectory: folder,
    openDialogue: () => options.dialogue,
    ...(options.input !== undefined && { readInput: async () => Buffer.from(options.input!) }),
  })
  return { exitCode, stdout, stderr }
}

/** A folder with files, removed when the test ends, or when the caller says so. */
export function folderWith(
  files: Readonly<Record<string, string>> = {},
  onEnd: (remove: () => void) => void = onTestFinished,
): string {
  const folder = mkdtempSync(join(tmpdir(), 'dnsctl-'))
  onEnd(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** A person who answers in order; what is asked, and every objection, is kept. */
export function personWho(answers: readonly string[]): Dialogue & { readonly heard: string[] } {
  const waiting = [...answers]
  const heard: string[] = []
  return {
    heard,
    say: (lines) => heard.push(...lines),
    ask: async (question, proposal, check) => {
      heard.push(question)
      for (;;) {
        const next = waiting.shift()
        if (next === undefined) throw new Error(`nothing left to answer: ${question}`)
        const answer = next === '' ? proposal : next
        const objection = check(answer)
        if (objection === undefined) return answer
        heard.push(objection)
      }
    },
    secret: async (question) => {
      heard.push(question)
      const next = waiting.shift()
      if (next === undefined) throw new Error(`nothing left to answer: ${question}`)
      return Buffer.from(next)
    },
    close: () => {},
  }
}

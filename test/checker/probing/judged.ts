import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { folderWith } from '../../dnsctl/run.ts'
import { runHostcheck } from '../run.ts'

export interface Judged {
  readonly subject: string
  readonly state: string
  readonly cause: string
}

export interface JudgedTrial {
  readonly probe: string
  readonly control: string
  /** Files of the host that is judged, with hostcheck.yaml and targets.yaml. */
  readonly files: Readonly<Record<string, string | ((folder: string) => string)>>
  /** What a probe of loopback calls itself, and what it stands for. */
  readonly standsFor?: readonly [string, string]
}

/** Sends a probe by the command line and has a run judge what it found: findings of the control, and of the run without it. */
export async function judgedAfter({ probe, control, files, standsFor }: JudgedTrial) {
  const folder = folderWith()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), typeof text === 'string' ? text : text(folder))
  }
  const run = async (argv: readonly string[]) => JSON.parse((await runHostcheck(folder, [...argv, '--json'])).stdout)
  const before = await run(['run', '--root', '.', '--only', control])
  const seen = ['--observations', 'seen.jsonl']
  const tried = await run(['probe', probe, '--send', ...seen, '--log', 'sent.jsonl'])
  expect(tried.results.filter((each: { problem?: string }) => each.problem !== undefined)).toEqual([])
  if (standsFor !== undefined) {
    const path = join(folder, 'seen.jsonl')
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(...standsFor))
  }
  const after = await run(['run', '--root', '.', '--only', control, ...seen])
  return { folder, before: findingsOf(before), after: findingsOf(after) }
}

function findingsOf({ findings }: { readonly findings: readonly Judged[] }): readonly string[] {
  return findings.map(({ subject, state, cause }) => `${subject}: ${state}, ${cause}`)
}

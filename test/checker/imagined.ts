import type { Control } from '../../checker/catalogue/control.ts'
import type { Judge } from '../../checker/controls/judge.ts'
import type { Judgement } from '../../checker/judging/judgement.ts'
import { folderWith } from '../dnsctl/run.ts'
import { CATALOGUE, type HostcheckRun, runHostcheck } from './run.ts'

/** A judgement that a test makes up, of `host`, without evidence, unless it says otherwise. */
export function judged(state: Judgement['state'], given: Partial<Judgement> = {}): Judgement {
  return { subject: 'host', state, cause: `is-${state}`, reason: `It is found to be ${state}.`, evidence: [], ...given }
}

export interface Imagined {
  readonly controls: ReadonlyMap<string, Control>
  readonly judges: Readonly<Record<string, Judge>>
}

/** Controls of the catalogue with made-up judges, so that a test says what is found. */
export function imagined(found: Readonly<Record<string, readonly Judgement[]>>): Imagined {
  return {
    controls: new Map(Object.keys(found).map((id) => [id, CATALOGUE.get(id)!])),
    judges: Object.fromEntries(Object.entries(found).map(([id, judgements]) => [id, () => judgements])),
  }
}

/** A run over an empty folder, beside which these files lie. */
export async function runImagined(
  world: Imagined,
  argv: readonly string[],
  files: Record<string, string> = {},
): Promise<HostcheckRun> {
  const folder = folderWith(files)
  return runHostcheck(folder, ['run', '--root', '.', ...argv], world)
}

/** How such a run ends. */
export async function exitOf(
  world: Imagined,
  argv: readonly string[] = [],
  files: Record<string, string> = {},
): Promise<number> {
  return (await runImagined(world, argv, files)).exitCode
}

/** hostcheck.yaml with one waiver, of MAIL-VRFY-01. */
export function waiving(expires: string, subject = 'service *'): string {
  return `waivers: [{ control: MAIL-VRFY-01, subject: "${subject}", reason: r, owner: o, expires: ${expires} }]`
}

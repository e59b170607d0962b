import { Failure } from '../../console/failure.ts'
import { count, fold, type Paper, printable } from '../../console/paper.ts'
import type { Control } from '../catalogue/control.ts'
import { evaluate, type Finding } from '../judging/evaluate.ts'
import { createRounds } from '../judging/rounds.ts'
import { type Fix, fixesOf, withAllBefore } from '../remedy/fixes.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { markOf } from '../reports/state-words.ts'
import type { Root } from '../root/root.ts'
import { settle } from '../settling/settle.ts'
import { chooseControls, withNamed } from './choose-controls.ts'
import { command } from './command.ts'
import type { Context } from './context.ts'
import type { Judging } from './judge-root.ts'
import { lookAt, type OpenedRoot, ROOT_OPTIONS, rootChoice } from './look-at.ts'
import { OBSERVATIONS_OPTION, openObservations } from './open-observations.ts'
import { openOperatorFile } from './open-operator-file.ts'

export const fixCommand = command({
  name: 'fix',
  summary: 'show the commands that mend what fails here, and what they would lead to',
  description: [
    'hostcheck changes nothing on a host: with --show it prints what a person pastes into a root shell, for the system that it looked at. The steps are applied to an image of that system in memory, and judged again: the state behind the arrow is what the control would say then.',
    'What only a person can decide stands as a comment among the commands; a name in braces behind a dollar sign is for you to fill in. What waits for a running service, a probe or a person stays unknown or manual until that has happened.',
    'Where a remedy builds on that of another control which fails, too, that one is shown before it, asked for or not: paste them in the order in which they stand.',
    'Exits with 1 where something would still fail.',
  ],
  arguments: { ID: { summary: 'these controls alone', variadic: true, completes: 'control' } },
  options: {
    ...ROOT_OPTIONS,
    observations: OBSERVATIONS_OPTION,
    show: { summary: 'print the commands; there is nothing else that it does' },
  },
  examples: [
    { line: 'fix --show', summary: 'everything that fails or warns' },
    { line: 'fix --show MAIL-VRFY-01 --root /mnt/image', summary: 'one control, of a mounted image' },
  ],
  async run(context, input) {
    if (!input.show) {
      throw new Failure({
        exitCode: ExitCode.Usage,
        what: 'hostcheck mends nothing by itself',
        why: 'It shows the commands, and what they would lead to; you run them.',
        next: '`hostcheck fix --show`',
      })
    }
    const controls = chooseControls(context, input.ID)
    const file = withNamed(openOperatorFile(context), input.ID, withNeeded(context, controls))
    const choice = rootChoice(input)
    const observations = openObservations(context, input.observations, choice)
    const fixes = await lookAt(context, choice, fixesFor(context, { file, controls, observations }))
    return {
      exitCode: fixes.some(({ after }) => after === 'fail') ? ExitCode.Failed : ExitCode.Clean,
      data: {
        fixes: fixes.map(({ control: { id, title }, steps: _, ...fix }) => ({ control: id, title, ...fix })),
      },
      print: (paper) => describe(paper, fixes),
    }
  },
})

/** As long as anything of the system is missing, nothing is tried: over ssh that would be for each round. */
function fixesFor(context: Context, { controls, file, observations }: Judging): (opened: OpenedRoot) => readonly Fix[] {
  const rounds = createRounds(withNeeded(context, controls), context.judges)
  return ({ root, at }) => {
    const inputs = { now: at, declared: file.declared, observations }
    const settled = (findings: readonly Finding[]) =>
      settle(findings, file, context.now).findings.filter(({ waived }) => waived === undefined)
    const findings = settled(rounds.judge({ ...inputs, root }))
    if (!rounds.isWhole()) return []
    const judge = (looked: Root, chosen: readonly Control[]) =>
      settled(evaluate(chosen, context.judges, { ...inputs, root: looked }))
    return fixesOf(controls, { root, at, controls: context.controls, findings, judge })
  }
}

/** The controls with those whose remedies theirs build on. */
function withNeeded({ controls }: Context, chosen: readonly Control[]): readonly Control[] {
  const ids = chosen.map(({ id }) => id)
  return withAllBefore(ids, controls).flatMap((id) => controls.get(id) ?? [])
}

function describe(paper: Paper, fixes: readonly Fix[]): string[] {
  if (fixes.length === 0) return [paper.good('Nothing here fails or warns.')]
  const open = fixes.filter(({ after }) => after === 'fail' || after === 'warn').length
  return [
    ...fixes.flatMap((fix) => [...fixLines(paper, fix), '']),
    `${count(fixes.length, 'remedy', 'remedies')}${open === 0 ? '' : `; of ${open} the files alone do not show that they suffice`}. Afterwards: hostcheck run`,
  ]
}

function fixLines(paper: Paper, { control, subjects, now, first, commands, after, reason }: Fix): string[] {
  const arrow = paper.isAscii ? '->' : '→'
  const heading = `${markOf(paper, now)} ${arrow} ${markOf(paper, after)}  ${paper.bold(control.title)}`
  const whom = subjects.filter((subject) => subject !== 'host').map(printable)
  const note = [
    whom.join(', '),
    first.length === 0 ? '' : `After ${first.join(' and ')}${commands.length === 0 ? ', which mends it, too' : ''}.`,
    after === 'pass' || control.remedy.leaves === undefined ? '' : `It leaves ${control.remedy.leaves}.`,
    reason === undefined ? '' : `By the files alone it would then be ${after}: ${printable(reason)}`,
  ].filter(Boolean)
  return [
    ...fold(paper, `${heading} (${control.id})`, 2),
    ...note.flatMap((text) => fold(paper, text, 2).map((line) => `  ${paper.dim(line)}`)),
    ...commands.flatMap((each) => each.split('\n').map((line) => paper.bold(printable(line)).trimEnd())),
  ]
}

import { Failure } from '../../console/failure.ts'
import { count, fold, type Paper, printable } from '../../console/paper.ts'
import type { Control } from '../catalogue/control.ts'
import { evaluate, type Finding } from '../judging/evaluate.ts'
import type { State } from '../judging/judgement.ts'
import { createRounds } from '../judging/rounds.ts'
import { createRemediedRoot } from '../remedy/remedied-root.ts'
import { remedyOf, systemOf } from '../remedy/remedy-of.ts'
import { shellOf } from '../remedy/shell.ts'
import type { Step } from '../remedy/step.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { markOf, WORST_FIRST, worstOf } from '../reports/state-words.ts'
import type { Root } from '../root/root.ts'
import { settle } from '../settling/settle.ts'
import { chooseControls, withNamed } from './choose-controls.ts'
import { command } from './command.ts'
import type { Context } from './context.ts'
import type { Judging } from './judge-root.ts'
import { lookAt, type OpenedRoot, ROOT_OPTIONS, rootChoice } from './look-at.ts'
import { OBSERVATIONS_OPTION, openObservations } from './open-observations.ts'
import { openOperatorFile } from './open-operator-file.ts'

/** What mends the findings of one control that have the same remedy, and what that would lead to. */
interface Fix {
  readonly control: Control
  readonly subjects: readonly string[]
  readonly now: State
  readonly commands: readonly string[]
  readonly after: State
  /** Why it would not simply pass afterwards. */
  readonly reason: string | undefined
}

export const fixCommand = command({
  name: 'fix',
  summary: 'show the commands that mend what fails here, and what they would lead to',
  description: [
    'hostcheck changes nothing on a host: with --show it prints what a person pastes into a root shell, for the system that it looked at. The steps are applied to an image of that system in memory, and judged again: the state behind the arrow is what the control would say then.',
    'What only a person can decide stands as a comment among the commands; a name in braces behind a dollar sign is for you to fill in. What waits for a running service, a probe or a person stays unknown or manual until that has happened.',
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
    const file = withNamed(openOperatorFile(context), input.ID, controls)
    const choice = rootChoice(input)
    const observations = openObservations(context, input.observations, choice)
    const fixes = await lookAt(context, choice, fixesOf(context, { file, controls, observations }))
    return {
      exitCode: fixes.some(({ after }) => after === 'fail') ? ExitCode.Failed : ExitCode.Clean,
      data: {
        fixes: fixes.map(({ control: { id, title }, ...fix }) => ({ control: id, title, ...fix })),
      },
      print: (paper) => describe(paper, fixes),
    }
  },
})

/** As long as anything of the system is missing, nothing is tried: over ssh that would be for each round. */
function fixesOf(context: Context, judging: Judging): (opened: OpenedRoot) => readonly Fix[] {
  const { controls, file, observations } = judging
  const rounds = createRounds(controls, context.judges)
  return ({ root, at }) => {
    const findings = rounds.judge({ root, now: at, declared: file.declared, observations })
    return rounds.isWhole() ? fixesFor(context, judging, { root, at }, findings) : []
  }
}

function fixesFor(
  context: Context,
  { file, controls, observations }: Judging,
  { root, at }: OpenedRoot,
  found: readonly Finding[],
): readonly Fix[] {
  const judge = (looked: Root, chosen: readonly Control[]) =>
    evaluate(chosen, context.judges, { root: looked, now: at, declared: file.declared, observations })
  const system = systemOf(root)
  const { findings } = settle(found, file, context.now)
  return controls.flatMap((control) => {
    const own = findings.filter(
      ({ control: id, state, waived }) =>
        id === control.id && waived === undefined && (state === 'fail' || state === 'warn'),
    )
    return groupsOf(own, (finding) => remedyOf(control, finding, system)).map(({ steps, of }) => {
      const remedied = of.reduce<Root>((seen, { values }) => createRemediedRoot(seen, steps, values, at), root)
      const subjects = of.map(({ subject }) => subject)
      const after = judge(remedied, [control]).filter(({ subject }) => subjects.includes(subject))
      return fixOf(control, of, [...new Set(of.flatMap(({ values }) => shellOf(steps, values)))], after)
    })
  })
}

function fixOf(control: Control, of: readonly Finding[], commands: readonly string[], after: readonly Finding[]): Fix {
  // A subject that is gone afterwards has nothing left to fail.
  const state = after.length === 0 ? 'pass' : worstOf(after.map((finding) => finding.state))
  const worst = after.find((finding) => finding.state === state)
  return {
    control,
    subjects: of.map(({ subject }) => subject),
    now: worstOf(of.map((finding) => finding.state)),
    commands,
    after: state,
    reason: state === 'pass' ? undefined : worst?.reason,
  }
}

interface Group {
  readonly steps: readonly Step[]
  readonly of: readonly Finding[]
}

/** Findings with the same steps together, however the values differ that stand in them. */
function groupsOf(findings: readonly Finding[], stepsOf: (finding: Finding) => readonly Step[]): readonly Group[] {
  const groups = new Map<string, { steps: readonly Step[]; of: Finding[] }>()
  for (const finding of findings) {
    const steps = stepsOf(finding)
    const key = JSON.stringify(steps)
    const group = groups.get(key) ?? { steps, of: [] }
    group.of.push(finding)
    groups.set(key, group)
  }
  return [...groups.values()]
}

function describe(paper: Paper, fixes: readonly Fix[]): string[] {
  if (fixes.length === 0) return [paper.good('Nothing here fails or warns.')]
  const sorted = [...fixes].sort((one, other) => WORST_FIRST.indexOf(one.now) - WORST_FIRST.indexOf(other.now))
  const open = fixes.filter(({ after }) => after === 'fail' || after === 'warn').length
  return [
    ...sorted.flatMap((fix) => [...fixLines(paper, fix), '']),
    `${count(fixes.length, 'remedy', 'remedies')}${open === 0 ? '' : `; of ${open} the files alone do not show that they suffice`}. Afterwards: hostcheck run`,
  ]
}

function fixLines(paper: Paper, { control, subjects, now, commands, after, reason }: Fix): string[] {
  const arrow = paper.isAscii ? '->' : '→'
  const heading = `${markOf(paper, now)} ${arrow} ${markOf(paper, after)}  ${paper.bold(control.title)}`
  const whom = subjects.filter((subject) => subject !== 'host').map(printable)
  const note = [
    whom.join(', '),
    reason === undefined ? '' : `By the files alone it would then be ${after}: ${printable(reason)}`,
  ].filter(Boolean)
  return [
    ...fold(paper, `${heading} (${control.id})`, 2),
    ...note.flatMap((text) => fold(paper, text, 2).map((line) => `  ${paper.dim(line)}`)),
    ...commands.flatMap((each) => each.split('\n').map((line) => paper.bold(printable(line)).trimEnd())),
  ]
}

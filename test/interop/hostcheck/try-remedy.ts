import type { Control } from '../../../checker/catalogue/control.ts'
import { JUDGES } from '../../../checker/controls/judges.ts'
import { evaluate, type Finding } from '../../../checker/judging/evaluate.ts'
import type { State } from '../../../checker/judging/judgement.ts'
import { type Fix, fixesOf, withAllBefore } from '../../../checker/remedy/fixes.ts'
import { filled, shellOf } from '../../../checker/remedy/shell.ts'
import type { Step } from '../../../checker/remedy/step.ts'
import { worstOf } from '../../../checker/reports/state-words.ts'
import { createTreeRoot } from '../../../checker/root/tree-root.ts'
import { hostOf, readCases, together } from '../../checker/case-host.ts'
import type { Situation } from '../../checker/case-schema.ts'
import { bringAbout, bringAboutStep } from './bring-about.ts'
import { checkWritten } from './own-checks.ts'
import { startTriedTree, type TriedTree } from './tried-tree.ts'
import { STAND_INS, UNTRIED } from './untried.ts'

/** What came of the commands of one control. */
export interface Tried {
  readonly control: string
  readonly expected: { readonly before: State; readonly last: State }
  readonly before: State
  /** Controls whose commands went before. */
  readonly first: readonly string[]
  /** Commands that ran and ended with 0. */
  readonly ran: number
  /** Commands that ended otherwise, with what they said. */
  readonly failed: readonly string[]
  /** Commands in whose place something stood, or nothing, and why. */
  readonly without: readonly string[]
  /** What daemons themselves say of files that were written. */
  readonly accepted: readonly string[]
  readonly refused: readonly string[]
  /** After the commands alone. */
  readonly after: State
  readonly reason: string
  /** After what only a person, a probe or a running service gives, where the case has such. */
  readonly last: State
}

/** Makes the red tree of a control, runs what is printed for it, word for word, and judges what came of it. */
export async function tryRemedy(
  control: Control,
  controls: ReadonlyMap<string, Control>,
  base: string,
): Promise<Tried> {
  const { red, green } = readCases(control.id)
  const now = red.now ?? Math.floor(Date.now() / 1000)
  const tree = await startTriedTree(base, STAND_INS)
  try {
    bringAbout(tree, red, now)
    const judge = judgeOf(tree, now)
    const before = judge(red, [control])
    const fixes = fixesIn(tree, { control, controls, red, now })
    const own = fixes.filter((fix) => fix.control === control)
    const subjects = own.flatMap((fix) => fix.subjects)
    const steps = own.length > 0 ? fixes.flatMap((fix) => fix.steps) : control.remedy.debian
    const outcome = runSteps(
      tree,
      control,
      steps.map((step) => filled(step, green.values ?? {})),
    )
    const checks = checkWritten(tree, tree.written())
    const told = (findings: readonly Finding[]) =>
      findings.filter(({ subject }) => subjects.length === 0 || subjects.includes(subject))
    const after = told(judge(red, [control]))
    const state = after.length === 0 ? 'pass' : worstOf(after.map((finding) => finding.state))
    if (state !== 'pass') bringAbout(tree, { with: green.with, octets: green.octets, modified: green.modified }, now)
    const last = state === 'pass' ? after : told(judge(together(red, green), [control]))
    return {
      control: control.id,
      expected: { before: red.state, last: green.state },
      before: worstOf(ofSubject(before, red.subject).map((finding) => finding.state)),
      first: own[0]?.first ?? [],
      ...outcome,
      accepted: checks.filter(({ ok }) => ok).map(({ name }) => name),
      refused: checks.filter(({ ok }) => !ok).map(({ name, output }) => `${name}: ${output.slice(-400)}`),
      after: state,
      reason: after.find((finding) => finding.state === state)?.reason ?? '',
      last: last.length === 0 ? 'pass' : worstOf(ofSubject(last, green.subject).map((finding) => finding.state)),
    }
  } finally {
    await tree.end()
  }
}

function ofSubject(findings: readonly Finding[], subject: string | undefined): readonly Finding[] {
  return subject === undefined ? findings : findings.filter((finding) => finding.subject === subject)
}

/** What controls say of the tree: files are its own, and of the case there is what files cannot hold. */
function judgeOf(tree: TriedTree, now: number) {
  return (situation: Situation, controls: readonly Control[], root = createTreeRoot(tree.folder, 'tree')) =>
    evaluate(controls, JUDGES, hostOf({ ...situation, with: [], octets: {}, modified: {}, now }, root))
}

interface FixesInput {
  readonly control: Control
  readonly controls: ReadonlyMap<string, Control>
  readonly red: Situation
  readonly now: number
}

function fixesIn(tree: TriedTree, { control, controls, red, now }: FixesInput): readonly Fix[] {
  const judge = judgeOf(tree, now)
  const concerned = withAllBefore([control.id], controls).map((id) => controls.get(id)!)
  return fixesOf([control], {
    root: createTreeRoot(tree.folder, 'tree'),
    at: now,
    controls,
    findings: judge(red, concerned),
    judge: (root, chosen) => judge(red, chosen, root),
  })
}

function runSteps(
  tree: TriedTree,
  control: Control,
  steps: readonly Step[],
): Pick<Tried, 'ran' | 'failed' | 'without'> {
  const untried = UNTRIED[control.id]
  const without = new Set<string>()
  const failed: string[] = []
  let ran = 0
  tree.mark()
  for (const step of steps.filter((each) => !('tell' in each))) {
    const [command] = shellOf([step])
    if (untried?.commands.test(command!) === true && 'run' in step) {
      without.add(`${firstLine(command!)}: ${untried.why}`)
      bringAboutStep(tree, step)
      continue
    }
    const { status, stdout, stderr } = tree.run(command!)
    const standIns = [...stdout.matchAll(/^stand-in for (\w+):/gm)].map((match) => match[1]!)
    for (const name of standIns) without.add(`${name}: ${STAND_INS[name] ?? 'no init runs'}`)
    if (standIns.length > 0) bringAboutStep(tree, step)
    if (status === 0) ran += 1
    else failed.push(`${firstLine(command!)}: ended with ${status}, ${`${stdout}${stderr}`.trim().slice(-400)}`)
  }
  return { ran, failed, without: [...without] }
}

function firstLine(text: string): string {
  return text.split('\n')[0]!
}

import type { Control } from '../catalogue/control.ts'
import type { Finding } from '../judging/evaluate.ts'
import type { State } from '../judging/judgement.ts'
import { WORST_FIRST, worstOf } from '../reports/state-words.ts'
import type { Root } from '../root/root.ts'
import { createRemediedRoot } from './remedied-root.ts'
import { type RemedySystem, remedyOf, systemOf } from './remedy-of.ts'
import { filled, shellOf } from './shell.ts'
import type { Step } from './step.ts'

/** What mends the findings of one control that have the same remedy, and what that would lead to. */
export interface Fix {
  readonly control: Control
  readonly subjects: readonly string[]
  readonly now: State
  /** Controls that fail here as well, and whose remedies have to come before this one. */
  readonly first: readonly string[]
  /** As they are to be pasted; none where what comes first mends it, too. */
  readonly commands: readonly string[]
  readonly steps: readonly Step[]
  /** What the control would say, by the files alone, after what comes first and these commands. */
  readonly after: State
  /** Why it would not simply pass afterwards. */
  readonly reason: string | undefined
}

export interface FixInputs {
  readonly root: Root
  /** Unix seconds of what the root shows. */
  readonly at: number
  /** All that there are: a remedy may need that of a control that was not chosen. */
  readonly controls: ReadonlyMap<string, Control>
  /** What the chosen controls say, and those that come before them; without what is waived, as `judge` has it. */
  readonly findings: readonly Finding[]
  readonly judge: (root: Root, controls: readonly Control[]) => readonly Finding[]
}

/**
 * What mends the controls that fail or warn, each after those that its remedy needs. Their commands, pasted one after another
 * as they stand here, lead to what `after` says.
 */
export function fixesOf(chosen: readonly Control[], inputs: FixInputs): readonly Fix[] {
  const open = new Map<string, readonly Finding[]>()
  for (const finding of inputs.findings.filter(isOpen)) {
    open.set(finding.control, [...(open.get(finding.control) ?? []), finding])
  }
  const weight = ({ id }: Control) => WORST_FIRST.indexOf(worstOf((open.get(id) ?? []).map(({ state }) => state)))
  const worstFirst = [...chosen].sort((one, other) => weight(one) - weight(other)).map(({ id }) => id)
  const made = new Map<string, readonly Fix[]>()
  for (const id of withAllBefore(worstFirst, inputs.controls)) {
    const own = open.get(id)
    if (own === undefined) continue
    const control = inputs.controls.get(id)!
    const first = (control.remedy.first ?? []).filter((before) => open.has(before))
    made.set(id, fixesOfControl(control, own, first, { ...inputs, made, system: systemOf(inputs.root) }))
  }
  return [...made.values()].flat()
}

interface Making extends FixInputs {
  /** In the order in which they are to be pasted. */
  readonly made: ReadonlyMap<string, readonly Fix[]>
  readonly system: RemedySystem
}

function fixesOfControl(
  control: Control,
  own: readonly Finding[],
  first: readonly string[],
  { root, at, judge, made, controls, system }: Making,
): readonly Fix[] {
  const before = withAllBefore(first, controls).flatMap((id) => made.get(id) ?? [])
  const beforeSteps = before.flatMap(({ steps }) => steps)
  const judged = beforeSteps.length === 0 ? own : judge(createRemediedRoot(root, beforeSteps, {}, at), [control])
  const base = { control, first, now: worstOf(own.map(({ state }) => state)) }
  const groups = groupsOf(judged.filter(isOpen), (finding) => remedyOf(control, finding, system))
  if (groups.length === 0) {
    const subjects = own.map(({ subject }) => subject)
    return [{ ...base, subjects, commands: [], steps: [], ...outcomeOf(judged) }]
  }
  return groups.map(({ steps, of }) => {
    const each = once(of.flatMap(({ values = {} }) => steps.map((step) => filled(step, values))))
    const subjects = of.map(({ subject }) => subject)
    const remedied = createRemediedRoot(root, [...beforeSteps, ...each], {}, at)
    const after = judge(remedied, [control]).filter(({ subject }) => subjects.includes(subject))
    const commands = [...new Set(of.flatMap(({ values }) => shellOf(steps, values)))]
    const today = own.filter(({ subject }) => subjects.includes(subject))
    const now = today.length === 0 ? base.now : worstOf(today.map((finding) => finding.state))
    return { ...base, now, subjects, commands, steps: each, ...outcomeOf(after) }
  })
}

/** By the files alone: a subject that is gone afterwards has nothing left to fail. */
function outcomeOf(after: readonly Finding[]): Pick<Fix, 'after' | 'reason'> {
  const state = after.length === 0 ? 'pass' : worstOf(after.map((finding) => finding.state))
  const worst = after.find((finding) => finding.state === state)
  return { after: state, reason: state === 'pass' ? undefined : worst?.reason }
}

function isOpen({ state }: Finding): boolean {
  return state === 'fail' || state === 'warn'
}

/** These controls with all that have to come before them, those first. */
export function withAllBefore(ids: readonly string[], controls: ReadonlyMap<string, Control>): readonly string[] {
  const ordered = new Set<string>()
  const seen = new Set<string>()
  const visit = (id: string): void => {
    if (seen.has(id)) return
    seen.add(id)
    for (const before of controls.get(id)?.remedy.first ?? []) visit(before)
    ordered.add(id)
  }
  for (const id of ids) visit(id)
  return [...ordered]
}

function once(steps: readonly Step[]): readonly Step[] {
  return [...new Map(steps.map((step) => [JSON.stringify(step), step])).values()]
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

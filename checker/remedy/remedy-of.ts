import type { Control } from '../catalogue/control.ts'
import type { Judgement } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import type { Step } from './step.ts'

/** Systems that remedies are written for. */
export type RemedySystem = 'debian' | 'ubuntu'

/** What the root runs, after os-release(5); Debian where it does not say. */
export function systemOf(root: Root): RemedySystem {
  const reading = root.read('/etc/os-release')
  const id = reading.outcome === 'read' ? /^ID=["']?([a-z]+)/m.exec(reading.text)?.[1] : undefined
  return id === 'ubuntu' ? 'ubuntu' : 'debian'
}

/** What mends a judgement: its own steps, else those of the control. */
export function remedyOf(control: Control, judgement: Judgement, system: RemedySystem): readonly Step[] {
  if (judgement.remedy !== undefined) return judgement.remedy
  return (system === 'ubuntu' ? control.remedy.ubuntu : undefined) ?? control.remedy.debian
}

import type { ConsoleContext } from '../../console/context.ts'
import type { Control } from '../catalogue/control.ts'
import type { Judge } from '../controls/judge.ts'

/** What a command of hostcheck may know: the controls that there are, the time, and `--declarations` as given. */
export interface Context extends ConsoleContext {
  /** Unix seconds. */
  readonly now: number
  readonly controls: ReadonlyMap<string, Control>
  readonly judges: Readonly<Record<string, Judge>>
  readonly declarations: string | undefined
}

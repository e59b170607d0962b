import { Failure } from '../../console/failure.ts'
import { nearest } from '../../server/configuration/nearest.ts'
import type { Control } from '../catalogue/control.ts'
import type { OperatorFile } from '../declarations/operator-file.ts'
import { ExitCode } from '../reports/exit-code.ts'
import type { Context } from './context.ts'

/** The control of that id, in whatever case it was typed; or the reason why not, with what was likely meant. */
export function findControl({ controls }: Context, id: string): Control {
  const found = controls.get(id.toUpperCase())
  if (found !== undefined) return found
  const meant = nearest(id, controls.keys())
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `There is no control ${id}`,
    why: meant === undefined ? undefined : `Did you mean ${meant}?`,
    next: '`hostcheck list` has them all',
  })
}

/** The controls of these ids; all where none is named. */
export function chooseControls(context: Context, ids: readonly string[]): readonly Control[] {
  if (ids.length === 0) return [...context.controls.values()]
  return [...new Set(ids.flatMap((each) => each.split(',')).map((id) => findControl(context, id)))]
}

/** The operator's file with the controls opted in that the command line names: who names one wants it judged. */
export function withNamed(file: OperatorFile, ids: readonly string[], controls: readonly Control[]): OperatorFile {
  if (ids.length === 0) return file
  const optIn = [...file.declared.optIn, ...controls.map(({ id }) => id)]
  return { ...file, declared: { ...file.declared, optIn } }
}

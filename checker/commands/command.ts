import { type Arguments, type Command, type Declaration, declareCommand, type Options } from '../../console/command.ts'
import type { Context } from './context.ts'

/** Declares one of hostcheck's commands; `run` receives its arguments and options typed as declared. */
export function command<const A extends Arguments, const O extends Options>(
  declaration: Declaration<Context, A, O>,
): Command<Context> {
  return declareCommand(declaration)
}

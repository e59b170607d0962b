import { Failure } from '../../console/failure.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import type { Road } from '../attack/client.ts'
import { chooseTarget } from '../attack/target.ts'

/**
 * A way to the running server as a client of the view; undefined: no address of this machine gets it. On loopback it begins
 * where nobody else is likely to ask from, for what comes from there is overlooked meanwhile.
 */
export function roadAs(view: string, configuration: Configuration, listening: readonly string[]): Road | undefined {
  for (const from of [QUIET, undefined]) {
    try {
      return chooseTarget(configuration, listening, { view, from }).road
    } catch (error) {
      if (!(error instanceof Failure)) throw error
    }
  }
  return undefined
}

const QUIET = '127.83.69.73'

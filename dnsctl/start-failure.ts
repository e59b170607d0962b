import { Failure } from '../console/failure.ts'
import type { StartError } from '../server/state/state-folder.ts'
import { ExitCode } from './exit-code.ts'

/** What keeps veild from starting, such as a damaged store, where dnsctl meets it. */
export function startFailure({ message, hint }: StartError): Failure {
  const what = message.charAt(0).toUpperCase() + message.slice(1)
  return new Failure({ exitCode: ExitCode.File, what, why: hint })
}

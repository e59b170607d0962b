import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Failure, fileReasonOf } from '../console/failure.ts'
import { defaultStateFolder } from '../server/configuration/defaults.ts'
import { CONTROL_SOCKET } from '../server/control/protocol.ts'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'

const SYSTEM_CONFIGURATION = '/etc/veil/veil.yaml'

/** The configuration file: `--config`, else the one here, else the system's; undefined where there is none. */
export function findConfiguration(context: Context): string | undefined {
  if (context.config !== undefined) return resolve(context.workingDirectory, context.config)
  const here = resolve(context.workingDirectory, 'veil.yaml')
  return [here, SYSTEM_CONFIGURATION].find((path) => existsSync(path))
}

/** As `findConfiguration`, for commands that cannot work without. */
export function requireConfiguration(context: Context): string {
  const path = findConfiguration(context)
  if (path !== undefined && existsSync(path)) return path
  throw new Failure({
    exitCode: ExitCode.File,
    what: path === undefined ? 'There is no configuration' : `There is no file ${path}`,
    why: path === undefined ? `Neither ./veil.yaml nor ${SYSTEM_CONFIGURATION} exists.` : undefined,
    next: '`dnsctl init` writes one; `--config FILE` names another',
  })
}

/** The control socket: `--socket`, else in `--state`, else in the state folder of the configuration or the default one. */
export async function findSocket(context: Context): Promise<string> {
  if (context.socket !== undefined) return resolve(context.workingDirectory, context.socket)
  return join(await findState(context), CONTROL_SOCKET)
}

/** The state folder: `--state`, else that of the configuration, else the default one. */
export async function findState(context: Context): Promise<string> {
  if (context.state !== undefined) return resolve(context.workingDirectory, context.state)
  const configuration = findConfiguration(context)
  return (configuration && (await stateIn(configuration))) || defaultState()
}

/** Where state is when nobody says. */
export function defaultState(): string {
  return defaultStateFolder(process.env, process.getuid?.() === 0)
}

/** `state` of a configuration that may be wrong elsewhere: a running server must be reachable all the same. */
async function stateIn(configuration: string): Promise<string | undefined> {
  let text: string
  try {
    text = readFileSync(configuration, 'utf8')
  } catch (error) {
    throw new Failure({
      exitCode: ExitCode.File,
      what: `Cannot read ${configuration}`,
      why: fileReasonOf(error),
      next: '`--config FILE` names another configuration, `--socket PATH` the server itself',
    })
  }
  const { readDocument } = await import('../server/configuration/document.ts')
  const { value, problems } = readDocument(text, configuration)
  const line = problems.length === 0 ? undefined : /^state:\s*["']?([^"'#]*[^"'#\s])/m.exec(text)?.[1]
  const state = typeof value === 'object' && value !== null && 'state' in value ? value.state : undefined
  if (line !== undefined) return resolve(dirname(configuration), line)
  return typeof state === 'string' && state !== '' ? resolve(dirname(configuration), state) : undefined
}

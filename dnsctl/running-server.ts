import { Failure } from '../console/failure.ts'
import { printable } from '../console/paper.ts'
import { shortPath } from '../console/problems.ts'
import { sendCommand, sendSecret } from '../server/control/client.ts'
import type { ControlCommands, ControlError } from '../server/control/protocol.ts'
import { shortName } from './configuration.ts'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'
import { findConfiguration, findSocket } from './place.ts'

/** Sends a command to the running server; whatever goes wrong ends dnsctl with a reason. */
export async function askServer<Name extends keyof ControlCommands>(
  context: Context,
  name: Name,
  args: ControlCommands[Name]['arguments'],
  timeoutMilliseconds?: number,
): Promise<ControlCommands[Name]['result']> {
  const reply = await sendCommand(await findSocket(context), name, args, timeoutMilliseconds)
  if (reply.ok) return reply.result
  throw new Failure(explain(context, { name, args }, reply.error))
}

/** As `askServer`, with a secret, which is overwritten. */
export async function askServerSecret<Name extends keyof ControlCommands>(
  context: Context,
  name: Name,
  args: ControlCommands[Name]['arguments'],
  secret: Uint8Array,
): Promise<ControlCommands[Name]['result']> {
  const reply = await sendSecret(await findSocket(context), name, args, secret)
  if (reply.ok) return reply.result
  throw new Failure(explain(context, { name, args }, reply.error))
}

/**
 * As `askServer`, but undefined where no server runs and there is something to work on instead: a configuration, unless
 * the caller knows better.
 */
export async function askServerIfRunning<Name extends keyof ControlCommands>(
  context: Context,
  name: Name,
  args: ControlCommands[Name]['arguments'],
  canDoWithout = findConfiguration(context) !== undefined,
): Promise<ControlCommands[Name]['result'] | undefined> {
  const reply = await sendCommand(await findSocket(context), name, args)
  if (reply.ok) return reply.result
  if (reply.error.code === 'unreachable' && canDoWithout) return undefined
  throw new Failure(explain(context, { name, args }, reply.error))
}

/** What was asked. */
interface Request {
  readonly name: string
  readonly args: object
}

function explain(context: Context, { name, args }: Request, error: ControlError): Failure['facts'] {
  const what = sentence(asTyped(error.message, args))
  const why = error.hint === '' ? undefined : printable(asTyped(error.hint, args))
  switch (error.code) {
    case 'unreachable': {
      const path = findConfiguration(context)
      const configuration = path === undefined ? 'veil.yaml' : shortPath(path, context.workingDirectory)
      const next = `\`veild --config ${configuration}\` starts it; \`--state DIR\` or \`--socket PATH\` names another`
      return { exitCode: ExitCode.NoServer, what, why, next }
    }
    case 'denied':
      return { exitCode: ExitCode.NoServer, what, why, next: 'the same command with `sudo`' }
    case 'timeout':
    case 'broken':
      return { exitCode: ExitCode.NoServer, what, why, next: "look at veild's log" }
    case 'bad-request':
      return { exitCode: ExitCode.Usage, what, why, next: `\`dnsctl ${name.replace('-', ' ')} --help\`` }
    case 'unknown-command':
      return { exitCode: ExitCode.Refused, what, why: 'The running veild is of another version.', next: 'restart it' }
    default:
      return { exitCode: ExitCode.Refused, what, why }
  }
}

/** With the zone that it is about as people type it. */
function asTyped(text: string, args: object): string {
  const zone = 'zone' in args && typeof args.zone === 'string' ? args.zone : undefined
  if (zone === undefined || zone === '.') return text
  // A dot in front of a new sentence ends the one before, too.
  const inSentence = new RegExp(`${zone.replace(/[^\w-]/g, '\\$&')}(?!\\s+[A-Z]|$)`, 'g')
  return text.replaceAll('ZONE', zone).replace(inSentence, () => shortName(zone))
}

function sentence(text: string): string {
  const clean = printable(text).replace(/\.$/, '')
  return clean.charAt(0).toUpperCase() + clean.slice(1)
}

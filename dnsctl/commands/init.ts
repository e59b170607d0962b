import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Failure, reasonOf } from '../../console/failure.ts'
import { type Paper, table } from '../../console/paper.ts'
import { shortPath } from '../../console/problems.ts'
import { type FileProblem, formatProblem, isError } from '../../zones/file-problem.ts'
import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { filesOf, type NewFile } from '../init/files.ts'
import { nextSteps } from '../init/next-steps.ts'
import { completeSetup, type GivenSetup } from '../init/questions.ts'
import type { Setup } from '../init/setup.ts'
import { defaultState } from '../place.ts'

export const initCommand = command({
  name: 'init',
  summary: 'write a configuration, a first zone and what only insiders see of it',
  description: [
    'Asks what it needs to know on a terminal; what a flag says is not asked. With --yes, or without a terminal, proposals are taken and only the zone must be named. The files are checked as veild would before anything is written, and nothing is ever overwritten without --force.',
    'Writes veil.yaml, NAME.zone with what everyone may see, and NAME.internal.zone with what is laid over it for insiders. Edit them as you like: they are yours.',
  ],
  arguments: { ZONE: { summary: 'the domain, such as example.com', optional: true } },
  options: {
    directory: { value: 'DIR', summary: 'where to write; the current folder when left out', completes: 'directory' },
    listen: { value: 'ADDRESS@PORT', summary: 'where the server answers', repeatable: true },
    nameServer: { value: 'NAME=ADDRESS', summary: 'name server of the zone, the first one primary', repeatable: true },
    address: { value: 'ADDRESS', summary: 'address of the zone and of www', repeatable: true },
    mail: { value: 'MAILBOX', summary: 'mailbox of whoever answers for the zone' },
    insiders: { value: 'PREFIX', summary: 'client prefix of the internal view', repeatable: true },
    host: { value: 'NAME=ADDRESS', summary: 'host that only insiders see', repeatable: true },
    user: { value: 'ACCOUNT', summary: 'account that veild runs as when started as root' },
    yes: { short: 'y', summary: 'take the proposals for what no flag says' },
    force: { summary: 'overwrite files that are there' },
  },
  examples: [
    { line: 'init', summary: 'ask, then write into the current folder' },
    { line: 'init example.com --yes', summary: 'a first try on the loopback addresses, port 5300' },
    {
      line: 'init example.com --listen 192.0.2.53@53 --name-server ns1=192.0.2.53 --address 192.0.2.80 --insiders 10.0.0.0/8 --host staging=10.0.0.10 --directory /etc/veil --yes',
      summary: 'everything said, nothing asked',
    },
  ],
  async run(context, input) {
    const directory = resolve(context.workingDirectory, input.directory ?? '.')
    const given = { ...input, zone: input.ZONE, state: context.state }
    const dialogue = input.yes ? undefined : context.dialogue
    const setup = await askOrTake(given, directory, input.force, dialogue)
    const files = filesOf(setup, new Date())
    refuseOverwriting(directory, files, input.force)
    await refuseErrors(directory, files)
    writeAll(directory, files)
    const configuration = join(directory, 'veil.yaml')
    return {
      exitCode: ExitCode.Done,
      data: {
        configuration,
        files: files.map((file) => join(directory, file.name)),
        next: `veild --config ${configuration}`,
      },
      print: (paper) => describe(paper, setup, directory, context.workingDirectory),
    }
  },
})

/** Nobody should answer seven questions to hear that a file is in the way. */
async function askOrTake(
  given: GivenSetup,
  directory: string,
  force: boolean,
  dialogue: Context['dialogue'],
): Promise<Setup> {
  refuseOverwriting(directory, [{ name: 'veil.yaml', text: '' }], force)
  dialogue?.say([
    `This writes a configuration and a first zone into ${directory}.`,
    'An empty answer takes what stands in brackets; Ctrl-C leaves everything as it is.',
    '',
  ])
  const setup = await completeSetup(given, dialogue)
  dialogue?.say([''])
  return setup
}

function refuseOverwriting(directory: string, files: readonly NewFile[], force: boolean): void {
  const present = files.map((file) => join(directory, file.name)).filter((path) => existsSync(path))
  if (force || present.length === 0) return
  throw new Failure({
    exitCode: ExitCode.File,
    what: `${present.join(' and ')} ${present.length === 1 ? 'exists' : 'exist'} already`,
    why: 'Nothing was written.',
    next: '`--directory DIR` writes elsewhere, `--force` overwrites',
  })
}

/** Checks the files before they exist, from memory. */
async function refuseErrors(directory: string, files: readonly NewFile[]): Promise<void> {
  const { parseConfiguration } = await import('../../server/configuration/read.ts')
  const texts = new Map(files.map((file) => [join(directory, file.name), file.text]))
  const reading = parseConfiguration(files[0]!.text, join(directory, 'veil.yaml'), defaultState())
  const problems: FileProblem[] = reading.outcome === 'refused' ? [...reading.problems] : []
  if (reading.outcome === 'accepted') {
    const readFile = (path: string) => Buffer.from(texts.get(path) ?? '')
    const { readOffline } = await import('../offline-zones.ts')
    const zones = readOffline(reading.configuration, reading.configuration.zones, readFile)
    problems.push(...zones.flatMap((zone) => zone.problems))
  }
  const error = problems.find(isError)
  if (error === undefined) return
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: 'These answers do not make a zone that can be served; nothing was written',
    why: formatProblem(error),
    next: 'the same command with other answers',
  })
}

function writeAll(directory: string, files: readonly NewFile[]): void {
  try {
    mkdirSync(directory, { recursive: true })
    for (const file of files) writeFileSync(join(directory, file.name), file.text)
  } catch (error) {
    throw new Failure({
      exitCode: ExitCode.File,
      what: `Cannot write into ${directory}`,
      why: reasonOf(error),
      next: '`--directory DIR` writes elsewhere',
    })
  }
}

function describe(paper: Paper, setup: Setup, directory: string, workingDirectory: string): string[] {
  const path = (name: string) => shortPath(join(directory, name), workingDirectory)
  const [configuration, zone, overlay] = filesOf(setup, new Date()).map((file) => path(file.name))
  return [
    paper.good('Written, and checked:'),
    ...rows(paper, [
      [configuration!, 'the configuration'],
      [zone!, `${setup.zone}, as everyone may see it`],
      [overlay!, 'what insiders see besides'],
    ]),
    '',
    'Next:',
    ...rows(paper, nextSteps(setup, configuration!)),
  ]
}

function rows(paper: Paper, lines: readonly (readonly string[])[]): string[] {
  const plain = { ...paper, dim: (text: string) => text }
  const [, ...body] = table(
    plain,
    [{ title: '' }, { title: '' }],
    lines.map(([left = '', right = '']) => [`  ${paper.bold(left)}`, paper.dim(right)]),
  )
  return body
}

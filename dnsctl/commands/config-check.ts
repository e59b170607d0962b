import { count, type Paper } from '../../console/paper.ts'
import { countProblems, describeProblems, linesOnDisk, shortPath } from '../../console/problems.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import { command } from '../command.ts'
import { openConfiguration, type ReadConfiguration } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'

export const configCheckCommand = command({
  name: 'config check',
  summary: 'check the configuration file, offline',
  description: [
    'Reads the configuration as veild would and prints everything wrong with it: where, what was found, what was expected and how to mend it. Zone files are not read: that is `dnsctl zone check`, which begins with this.',
  ],
  arguments: {},
  options: {},
  examples: [
    { line: 'config check', summary: 'check ./veil.yaml' },
    { line: 'config check --config /etc/veil/veil.yaml', summary: 'check another' },
  ],
  async run(context) {
    const reading = await openConfiguration(context)
    return {
      exitCode: reading.configuration === undefined ? ExitCode.Refused : ExitCode.Done,
      data: { configuration: reading.path, problems: reading.problems },
      print: (paper) => describe(paper, reading, context.workingDirectory),
    }
  },
})

function describe(
  paper: Paper,
  { path, configuration, problems }: ReadConfiguration,
  workingDirectory: string,
): string[] {
  const counted = countProblems(paper, problems)
  const name = shortPath(path, workingDirectory)
  return [
    ...describeProblems(paper, problems, linesOnDisk(workingDirectory), workingDirectory),
    configuration === undefined
      ? `${name}: ${counted}.`
      : `${name}: ${paper.good('no errors')}${counted === undefined ? '' : `, ${counted}`}. ${extent(configuration)}.`,
  ]
}

/** `2 addresses, 2 views, 1 zone`. */
function extent({ listen, views, zones }: Configuration): string {
  return [count(listen.length, 'address', 'addresses'), count(views.length, 'view'), count(zones.length, 'zone')].join(
    ', ',
  )
}

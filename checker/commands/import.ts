import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { Failure, fileReasonOf } from '../../console/failure.ts'
import { count, printable } from '../../console/paper.ts'
import { importDnsAttack } from '../imports/dns-attack.ts'
import { type Imported, MOST_OCTETS_OF_IMPORT } from '../imports/imported.ts'
import { importNmap } from '../imports/nmap.ts'
import { importRdap } from '../imports/rdap.ts'
import { importSmtpUserEnum } from '../imports/smtp-user-enum.ts'
import { importSqlmap } from '../imports/sqlmap.ts'
import { importSqlmapFolder } from '../imports/sqlmap-folder.ts'
import { importWp, WP_COMMAND } from '../imports/wp.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { command } from './command.ts'
import type { Context } from './context.ts'
import { addObservations, OBSERVATIONS_OPTION, runCommandFor } from './open-observations.ts'
import { readBounded } from './read-bounded.ts'
import { readSqlmapFolder } from './read-sqlmap-folder.ts'

interface Program {
  readonly wrote: string
  readonly read: (text: string, from: string | undefined) => Imported
  /** Reads what is kept at a path in other forms; undefined: the path is read as text. */
  readonly readKept?: (path: string) => Imported | undefined
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  nmap: { wrote: '`nmap -Pn -p- -oX FILE ADDRESS`', read: importNmap },
  sqlmap: { wrote: '`sqlmap -u URL --batch | tee FILE`', read: importSqlmap, readKept: keptBySqlmap },
  'smtp-user-enum': { wrote: '`smtp-user-enum … | tee FILE`', read: importSmtpUserEnum },
  'dns-attack': { wrote: '`dnsctl attack ZONE --json > FILE`', read: importDnsAttack },
  rdap: { wrote: '`curl -sL https://rdap.org/domain/DOMAIN > FILE`', read: importRdap },
  wp: { wrote: `\`{ ${WP_COMMAND}; } > FILE\`, in the folder of a WordPress`, read: importWp },
}
/** A clock may be a little ahead. */
const MOST_SECONDS_AHEAD = 86_400

export const importCommand = command({
  name: 'import',
  summary: 'bring in what another program found',
  description: [
    'Reads what another program wrote, and adds it to the observations, which `hostcheck run` judges by age and content.',
    'When it ran is taken from inside the file, never from the file system; only what sqlmap keeps (--output-dir, the log of a host in it, results-….csv), which is what it could inject and not what it tried, may have no time of its own. A run that was broken off, or that reached nobody, is refused: it would look like a host that is clean.',
  ],
  arguments: {
    PROGRAM: {
      summary: 'whose file it is: one of those below, with the command that writes it',
      completes: Object.keys(PROGRAMS),
      meanings: Object.fromEntries(Object.entries(PROGRAMS).map(([name, { wrote }]) => [name, wrote])),
    },
    FILE: { summary: 'what it wrote', completes: 'file' },
  },
  options: {
    from: {
      value: 'ADDRESS',
      summary: 'of nmap: where it stood; a scan from inside does not show what the world sees',
    },
    observations: OBSERVATIONS_OPTION,
  },
  examples: [
    { line: 'import nmap scan.xml --from 198.51.100.7', summary: 'a scan from a machine outside' },
    { line: 'import sqlmap ~/.local/share/sqlmap/output', summary: 'what sqlmap could inject' },
    { line: 'import dns-attack attack.json', summary: 'what `dnsctl attack example.com --json` found' },
  ],
  async run(context, input) {
    const program = PROGRAMS[input.PROGRAM]
    if (program === undefined)
      throw usage(`There is no import of ${input.PROGRAM}`, `There are ${Object.keys(PROGRAMS).join(', ')}.`)
    if (input.from !== undefined && isIP(input.from) === 0) throw usage(`${input.from} is no address`, undefined)
    const file = resolve(context.workingDirectory, input.FILE)
    const imported = keptAt(program, file) ?? program.read(readText(file), input.from)
    if (imported.outcome === 'unreadable') {
      throw usage(`Cannot use ${file}`, `As a file of ${input.PROGRAM}, ${imported.why}. ${program.wrote} writes one.`)
    }
    const { observations } = imported
    requirePast(context, file, Math.max(...observations.map(({ at }) => at)))
    const path = addObservations(context, input.observations, observations)
    return {
      exitCode: ExitCode.Clean,
      data: { path, observations },
      print: () => [
        ...observations.map((each) => `${printable(each.target)}: ${printable(summaryOf(each.found))}`),
        `${count(observations.length, 'observation')} added to ${path}. What it makes of the controls: ${runCommandFor(input.observations)}`,
      ],
    }
  },
})

function requirePast(context: Context, file: string, at: number): void {
  if (at <= context.now + MOST_SECONDS_AHEAD) return
  throw usage(`Cannot use ${file}`, `It says that it is of ${new Date(at * 1000).toISOString()}, which is yet to come.`)
}

function summaryOf(found: unknown): string {
  const text = JSON.stringify(found)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

function keptAt({ readKept }: Program, path: string): Imported | undefined {
  try {
    return readKept?.(path)
  } catch (error) {
    throw usage(`Cannot read ${path}`, fileReasonOf(error))
  }
}

function keptBySqlmap(path: string): Imported | undefined {
  const files = readSqlmapFolder(path)
  return files && importSqlmapFolder(files)
}

function readText(path: string): string {
  try {
    return readBounded(path, MOST_OCTETS_OF_IMPORT)
  } catch (error) {
    throw usage(`Cannot read ${path}`, fileReasonOf(error))
  }
}

function usage(what: string, why: string | undefined): Failure {
  return new Failure({ exitCode: ExitCode.Usage, what, why, next: '`hostcheck import --help`' })
}

import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure } from '../../console/failure.ts'
import { accepted } from '../../server/reading.ts'
import { formatProblem } from '../../zones/file-problem.ts'
import type { Control } from '../catalogue/control.ts'
import { type NewAttestation, withAttestation } from '../declarations/add-attestation.ts'
import { dayOf, readDay, SECONDS_OF_DAY } from '../declarations/day.ts'
import { readDeclarations } from '../declarations/read-declarations.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { findControl } from './choose-controls.ts'
import { command } from './command.ts'
import type { Context } from './context.ts'
import { findDeclarations } from './open-operator-file.ts'
import { firstThere, readOwnFile, writeOwnFile } from './own-files.ts'

/** How long an attestation holds where nobody says: half a year. */
const USUAL_DAYS = 182

export const attestCommand = command({
  name: 'attest',
  summary: 'vouch for what only a person can say',
  description: [
    'Writes an attestation into hostcheck.yaml: who says what of a control, since today, until a day at most a year ahead. The control then passes where it was left to a person, with the attestation as its evidence, and warns afterwards. It never overrules what a host shows: that is what waivers are for.',
    'The rest of the file stays as it is, comments too. An earlier attestation of the same control and subject is replaced.',
  ],
  arguments: { ID: { summary: 'the control', completes: 'control' } },
  options: {
    by: { value: 'NAME', summary: 'who says so', required: true },
    statement: { value: 'TEXT', summary: 'what was seen or decided', required: true },
    subject: { value: 'PATTERN', summary: 'which subjects it is for; all when left out' },
    expires: { value: 'DAY', summary: 'its last day, such as 2027-05-25; half a year ahead when left out' },
  },
  examples: [
    {
      line: 'attest DDS-01 --by "Ada Lovelace" --statement "the provider filters volumetric attacks, contract 4711"',
      summary: 'into ./hostcheck.yaml, for half a year',
    },
  ],
  async run(context, input) {
    const control = requireManual(findControl(context, input.ID))
    const attestation: NewAttestation = {
      control: control.id,
      ...(input.subject !== undefined && { subject: input.subject }),
      statement: input.statement,
      by: input.by,
      on: dayOf(context.now),
      expires: input.expires ?? dayOf(context.now + USUAL_DAYS * SECONDS_OF_DAY),
    }
    const path = addTo(context, attestation)
    return {
      exitCode: ExitCode.Clean,
      data: { path, attestation },
      print: () => [
        `${path}: ${attestation.by} vouches for ${control.id} until ${attestation.expires}.`,
        `What it makes of the control: hostcheck run --only ${control.id} --all`,
      ],
    }
  },
})

function requireManual(control: Control): Control {
  if (control.states.manual !== undefined) return control
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `${control.id} is not for a person to say`,
    why: 'It is judged by what the host shows.',
    next: `\`hostcheck explain ${control.id}\`; what is accepted for a time is a waiver (docs/hostcheck-declarations.md)`,
  })
}

/** Nothing is written that would not be read again. */
function addTo(context: Context, attestation: NewAttestation): string {
  const path = findDeclarations(context) ?? resolve(context.workingDirectory, 'hostcheck.yaml')
  const known = { controls: new Set(context.controls.keys()), now: context.now }
  const before =
    firstThere([path]) === undefined
      ? ''
      : readOwnFile(path, 'the declarations', '`--declarations FILE` names another file')
  const old = readDeclarations(before, path, known)
  if (old.outcome === 'refused') refuse(`${path} has errors, so nothing was written`, old.problems.map(formatProblem))
  const day = readDay(attestation.expires)
  if (day.outcome === 'read' && accepted(day) < context.now - SECONDS_OF_DAY) {
    refuse(`An attestation until ${attestation.expires} would be over already`, [])
  }
  const after = withAttestation(before, attestation)
  const read = readDeclarations(after, path, known)
  if (read.outcome === 'refused') refuse('That is no attestation', read.problems.map(formatProblem))
  // A link to where such files are kept stays one.
  writeOwnFile(firstThere([path]) === undefined ? path : realpathSync(path), after)
  return path
}

function refuse(what: string, problems: readonly string[]): never {
  throw new Failure({
    exitCode: ExitCode.Usage,
    what,
    why: problems.length === 0 ? undefined : problems.join('\n'),
    next: '`hostcheck attest --help`',
  })
}

import { resolve } from 'node:path'
import type { Report } from '../../console/command.ts'
import { Failure } from '../../console/failure.ts'
import { fold, type Paper } from '../../console/paper.ts'
import { SEVERITIES, type Severity } from '../catalogue/control.ts'
import { PROFILES, type Profile } from '../declarations/declarations.ts'
import { compareRuns } from '../drift/compare-runs.ts'
import { ExitCode, exitCodeOf } from '../reports/exit-code.ts'
import { FORMS, type Form, formOf, MODES, reportText } from '../reports/forms.ts'
import type { HostReport } from '../reports/host-report.ts'
import { terminalReport } from '../reports/terminal.ts'
import { summaryLines } from '../reports/terminal-summary.ts'
import { chooseControls, withNamed } from './choose-controls.ts'
import { command } from './command.ts'
import type { Context } from './context.ts'
import { judgeRoots } from './judge-root.ts'
import { lookAt, ROOT_OPTIONS, type RootChoice, rootChoice } from './look-at.ts'
import { OBSERVATIONS_OPTION, openObservations } from './open-observations.ts'
import { openOperatorFile } from './open-operator-file.ts'
import { firstThere, writeOwnFile } from './own-files.ts'
import { readReport } from './read-report.ts'

export const runCommand = command({
  name: 'run',
  summary: 'check a host, and say what works, what does not, and how to mend it',
  description: [
    'Looks at this host, or at another root, and judges every control of the catalogue: whether what is asked for really works, from one end to the other. It reads and never writes on what it checks, runs nothing of it, and needs no root: what it may not read is told as unknown.',
    'The form of a file follows from its ending (.txt, .json, .sarif, .html, .xml, .prom) unless --format says it; each file is written whole or not at all. --baseline compares with an earlier report in JSON, by findings, not by lines: a file that is named by both --baseline and --output is read first, then written, and may be missing the first time.',
    'Waivers and attestations of hostcheck.yaml are taken into account; one that is expired counts no more, one that fits nothing is an error.',
  ],
  arguments: {},
  options: {
    ...ROOT_OPTIONS,
    profile: { value: 'SIZE', summary: 'small, medium or large; goes before hostcheck.yaml', completes: PROFILES },
    only: {
      value: 'ID',
      summary: 'judge this control alone, whatever the profile leaves out',
      repeatable: true,
      completes: 'control',
    },
    observations: OBSERVATIONS_OPTION,
    all: { summary: 'tell what passes and every subject, too' },
    format: { value: 'FORM', summary: FORMS.join(', '), completes: FORMS },
    output: {
      value: 'FILE',
      summary: 'write the report there, and a summary here',
      repeatable: true,
      completes: 'file',
    },
    failOn: {
      value: 'SEVERITY',
      summary: 'least severe failure that exits with 1; low when left out',
      completes: SEVERITIES,
    },
    strict: { summary: 'exit with 2 where a control warns or could not be known' },
    baseline: {
      value: 'FILE',
      summary: 'an earlier report in JSON; exit with 3 where something differs',
      completes: 'file',
    },
  },
  examples: [
    { line: 'run', summary: 'this host' },
    {
      line: 'run --root /mnt/image --profile medium',
      summary: 'a mounted image, with what is asked of medium operations',
    },
    { line: 'run --host root@web1.example.com', summary: 'another host, which needs no hostcheck' },
    { line: 'run --only MAIL-VRFY-01 --all', summary: 'one control, with everything that it saw' },
    { line: 'run --output report.html --output report.sarif', summary: 'two files, and a summary here' },
    { line: 'run --baseline last.json --output last.json', summary: 'what has changed since last time' },
  ],
  async run(context, input) {
    const outputs = outputsOf(context, input.format as Form | undefined, input.output)
    const judged = await judge(context, input)
    const report = withDrift(context, judged, input.baseline, outputs)
    for (const { path, form } of outputs) writeOwnFile(path, reportText(form, report, input.all), MODES[form])
    const failOn = (input.failOn as Severity | undefined) ?? 'low'
    return {
      exitCode: exitCodeOf(report, { failOn, strict: input.strict }),
      data: { ...report },
      ...shown(report, outputs, input),
    }
  },
})

interface Output {
  readonly path: string
  readonly form: Form
}

function outputsOf(context: Context, format: Form | undefined, files: readonly string[]): readonly Output[] {
  if (format !== undefined && files.length > 1) {
    throw new Failure({
      exitCode: ExitCode.Usage,
      what: '--format stands beside more than one --output',
      next: 'leave --format out: each file gets the form that its ending says',
    })
  }
  return files.map((file) => {
    const form = format ?? formOf(file)
    if (form !== undefined) return { path: resolve(context.workingDirectory, file), form }
    throw new Failure({
      exitCode: ExitCode.Usage,
      what: `The ending of ${file} says no form`,
      next: `\`--format FORM\`, one of ${FORMS.join(', ')}`,
    })
  })
}

interface JudgeInput extends RootChoice {
  readonly profile: string | undefined
  readonly only: readonly string[]
  readonly observations: string | undefined
}

async function judge(context: Context, input: JudgeInput): Promise<HostReport> {
  const controls = chooseControls(context, input.only)
  const file = withNamed(openOperatorFile(context), input.only, controls)
  const profile = (input.profile as Profile | undefined) ?? file.declared.profile
  const operator = { ...file, declared: { ...file.declared, profile } }
  const choice = rootChoice(input)
  const observations = openObservations(context, input.observations, choice)
  return lookAt(context, choice, judgeRoots(context, { file: operator, controls, observations }))
}

function withDrift(
  context: Context,
  report: HostReport,
  baseline: string | undefined,
  outputs: readonly Output[],
): HostReport {
  if (baseline === undefined) return report
  const path = resolve(context.workingDirectory, baseline)
  // The first run of a timer has nothing to compare with; a name that is mistyped must not hide drift for ever.
  if (outputs.some((output) => output.path === path) && firstThere([path]) === undefined) return report
  return { ...report, drift: compareRuns(readReport(path), report) }
}

type Shown = Pick<Report, 'print' | 'text'>

function shown(
  report: HostReport,
  outputs: readonly Output[],
  input: { format: string | undefined; all: boolean },
): Shown {
  if (outputs.length > 0) return { print: (paper) => [...summaryLines(paper, report), ...writtenLines(paper, outputs)] }
  const form = input.format as Form | undefined
  if (form === undefined || form === 'terminal') {
    return { print: (paper) => terminalReport(paper, report, { all: input.all }) }
  }
  return { print: () => [], text: [reportText(form, report, input.all)] }
}

const WHO_MAY_READ = 'They are for those alone who may know where this system is weak, and what its DNS hides.'

function writtenLines(paper: Paper, outputs: readonly Output[]): string[] {
  const tells = outputs.some(({ form }) => form !== 'prometheus')
  return [
    ...outputs.map(({ path }) => `  ${paper.dim('Written:')} ${path}`),
    ...(tells ? fold(paper, WHO_MAY_READ, 2).map((line) => `  ${paper.dim(line)}`) : []),
  ]
}

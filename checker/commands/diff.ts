import { resolve } from 'node:path'
import { compareRuns } from '../drift/compare-runs.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { driftLines } from '../reports/terminal-summary.ts'
import { command } from './command.ts'
import { readReport } from './read-report.ts'

export const diffCommand = command({
  name: 'diff',
  summary: 'say how two runs differ',
  description: [
    'Compares two reports in JSON by what was found of each subject. Lines that moved in a file are no difference; what came, went, or is now in another state is. Controls that only one of the two judged are left aside.',
    'Exits with 3 where they differ.',
  ],
  arguments: {
    OLD: { summary: 'the earlier report', completes: 'file' },
    NEW: { summary: 'the later report', completes: 'file' },
  },
  options: {},
  examples: [{ line: 'diff monday.json tuesday.json', summary: 'what has changed' }],
  async run(context, input) {
    const [before, after] = [input.OLD, input.NEW].map((file) => readReport(resolve(context.workingDirectory, file)))
    const drift = compareRuns(before!, after!)
    const { appeared, gone, changed } = drift
    return {
      exitCode: appeared.length + gone.length + changed.length === 0 ? ExitCode.Clean : ExitCode.Drift,
      data: { ...drift },
      print: (paper) => driftLines(paper, drift, Number.POSITIVE_INFINITY).map((line) => line.slice(2)),
    }
  },
})

import { resolve } from 'node:path'
import { ExitCode } from '../reports/exit-code.ts'
import { FORMS, type Form, formOf, MODES, reportText } from '../reports/forms.ts'
import { terminalReport } from '../reports/terminal.ts'
import { command } from './command.ts'
import { writeOwnFile } from './own-files.ts'
import { readReport } from './read-report.ts'

export const showCommand = command({
  name: 'show',
  summary: 'show a saved report again, in any form',
  description: [
    'Reads a report in JSON that `hostcheck run --output FILE.json` wrote, here or elsewhere, and writes it in another form. Nothing is checked anew.',
  ],
  arguments: { FILE: { summary: 'the report in JSON', completes: 'file' } },
  options: {
    format: { value: 'FORM', summary: FORMS.join(', '), completes: FORMS },
    output: { value: 'FILE', summary: 'write it there; its ending says the form', completes: 'file' },
    all: { summary: 'tell what passes and every subject, too' },
  },
  examples: [
    { line: 'show last.json', summary: 'on this terminal' },
    { line: 'show last.json --output last.html', summary: 'as a page' },
  ],
  async run(context, input) {
    const report = readReport(resolve(context.workingDirectory, input.FILE))
    const form = (input.format as Form | undefined) ?? formOf(input.output ?? '') ?? 'terminal'
    const data = { ...report }
    if (input.output !== undefined) {
      const path = resolve(context.workingDirectory, input.output)
      writeOwnFile(path, reportText(form, report, input.all), MODES[form])
      return { exitCode: ExitCode.Clean, data, print: () => [`Written: ${path}`] }
    }
    if (form === 'terminal') {
      return { exitCode: ExitCode.Clean, data, print: (paper) => terminalReport(paper, report, { all: input.all }) }
    }
    return { exitCode: ExitCode.Clean, data, print: () => [], text: [reportText(form, report, input.all)] }
  },
})

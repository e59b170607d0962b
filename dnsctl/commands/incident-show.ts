import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { incidentStory } from '../incident-text.ts'
import { findIncident } from '../incidents.ts'

export const incidentShowCommand = command({
  name: 'incident show',
  summary: 'tell the story of an incident',
  description: [
    'Who it was and whether their addresses are proved, since when, with which tool and how that shows, what they asked and what they have learned, what was done about it, and what to do next. Each point of suspicion has its reason.',
    'Numbers with `about` are estimates: under a flood only a share of the questions is looked at, and many different names are counted by a sketch.',
  ],
  arguments: { ID: { summary: 'its identifier, as `incident list` shows it, or `latest`' } },
  options: {},
  examples: [
    { line: 'incident show latest', summary: 'the one that began last' },
    { line: 'incident show 20261125-3 --json', summary: 'one of them, for a script' },
  ],
  async run(context, input) {
    const incident = await findIncident(context, input.ID)
    return {
      exitCode: ExitCode.Done,
      data: { incident },
      print: (paper) => incidentStory(paper, incident),
    }
  },
})

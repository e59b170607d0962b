import { count, type Paper } from '../../console/paper.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { incidentTable } from '../incident-text.ts'
import { listIncidents, type ToldIncidents } from '../incidents.ts'

export const incidentListCommand = command({
  name: 'incident list',
  summary: 'list who enumerated what, and when',
  description: [
    'Each incident with its zone, how long it lasted, how many names were asked for that are not there, and how many that exist were learned. Those that go on come first.',
    'Asks the running server; where none runs, reads the store in its state folder. The last thousand are kept.',
  ],
  arguments: {},
  options: {
    open: { summary: 'only those that go on' },
  },
  examples: [
    { line: 'incident list', summary: 'all of them' },
    { line: "incident list --json | jq -r '.incidents[].id'", summary: 'their identifiers, for a script' },
  ],
  async run(context, input) {
    const told = await listIncidents(context)
    const incidents = input.open ? told.incidents.filter(({ end }) => end === undefined) : told.incidents
    return {
      exitCode: ExitCode.Done,
      data: { source: told.source, incidents },
      print: (paper) => describe(paper, { ...told, incidents }),
    }
  },
})

function describe(paper: Paper, { source, incidents }: ToldIncidents): string[] {
  const lead = source === 'store' ? [paper.dim('No server runs; from the store:')] : []
  if (incidents.length === 0) return [...lead, 'No incident.']
  const upshot = `${count(incidents.length, 'incident')}. The story of one: dnsctl incident show ${incidents[0]!.id}`
  return [...lead, ...incidentTable(paper, incidents), '', upshot]
}

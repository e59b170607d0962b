import { command } from '../command.ts'
import { findView, findZone, openValidConfiguration, shortName, viewNames } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { readOffline } from '../offline.ts'
import { printable } from '../paper.ts'
import { projectionLines } from '../projection-text.ts'

export const zoneShowCommand = command({
  name: 'zone show',
  summary: 'print what a view sees of a zone, as a zone file',
  description: [
    'Lays the overlay over the base file, takes away what is hidden, and prints the result in canonical order, names absolute. Works on the files as they are now; the serial is the file’s.',
  ],
  arguments: { ZONE: { summary: 'the zone', completes: 'zone' } },
  options: { view: { value: 'VIEW', summary: 'the view', required: true, completes: 'view' } },
  examples: [
    { line: 'zone show example.com --view public', summary: 'what strangers see' },
    { line: 'zone show example.com --view internal | grep staging', summary: 'names that insiders see' },
  ],
  async run(context, input) {
    const { configuration } = openValidConfiguration(context)
    const view = findView(configuration, input.view)
    const zone = findZone(configuration, input.ZONE)
    const [read] = readOffline(viewNames(configuration), [zone])
    const seen = read?.views.find((each) => each.view === view)
    if (seen?.projection === undefined) {
      const what = seen === undefined ? `The view ${view} does not have ${zone.name}` : `${zone.name} has errors`
      const next = seen === undefined ? '`dnsctl view list`' : `\`dnsctl zone check ${shortName(zone.name)}\``
      throw new Failure({ exitCode: ExitCode.Refused, what, next })
    }
    const records = projectionLines(seen.projection)
    return {
      exitCode: ExitCode.Done,
      data: { zone: zone.name, view, records },
      print: (paper) => [
        paper.dim(
          `; ${printable(zone.name)} as the view ${printable(view)} sees it, ${records.length.toLocaleString('en-US')} records`,
        ),
        ...records,
      ],
    }
  },
})

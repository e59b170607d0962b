import { Failure } from '../../console/failure.ts'
import { count, printable } from '../../console/paper.ts'
import { command } from '../command.ts'
import { findView, findZone } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { openZones } from '../offline.ts'

export const zoneShowCommand = command({
  name: 'zone show',
  summary: 'print what a view sees of a zone, as a zone file',
  description: [
    'Lays the overlay over the base file, takes away what is hidden, and prints the result as a zone file in canonical order. Works on the files as they are now; the serial is the file’s.',
  ],
  arguments: { ZONE: { summary: 'the zone', completes: 'zone' } },
  options: { view: { value: 'VIEW', summary: 'the view', required: true, completes: 'view' } },
  examples: [
    { line: 'zone show example.com --view public', summary: 'what strangers see' },
    { line: 'zone show example.com --view internal | grep staging', summary: 'names that insiders see' },
  ],
  async run(context, input) {
    const { configuration, zones } = await openZones(context, (each) => [findZone(each, input.ZONE)])
    const view = findView(configuration, input.view)
    const { zone, views } = zones[0]!
    const projection = views.find((each) => each.view === view)?.projection
    if (projection === undefined) {
      const what = `The view ${view} does not have ${zone.name}`
      throw new Failure({ exitCode: ExitCode.Refused, what, next: '`dnsctl view list`' })
    }
    const { recordFacts, recordsOf } = await import('../projection-text.ts')
    const { writeZone } = await import('../../zones/master-file/write.ts')
    const records = recordsOf(projection)
    return {
      exitCode: ExitCode.Done,
      data: { zone: zone.name, view, records: records.map(recordFacts) },
      print: (paper) => [
        paper.dim(
          `; ${printable(zone.name)} as the view ${printable(view)} sees it: ${count(records.length, 'record')}`,
        ),
        writeZone(zone.apex, records).trimEnd(),
      ],
    }
  },
})

import { type Paper, printable } from '../../console/paper.ts'
import { command } from '../command.ts'
import { findView, findZone } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { openZones } from '../offline.ts'
import type { Difference } from '../projection-text.ts'

interface ZoneDifference {
  readonly zone: string
  readonly differences: readonly Difference[]
}

export const viewDiffCommand = command({
  name: 'view diff',
  summary: 'show what one view sees and another does not',
  description: [
    'Prints the records in which two views of the zones differ: with - those that only the first has, with + those that only the second has. Works on the files as they are now.',
  ],
  arguments: {
    VIEW: { summary: 'the first view', completes: 'view' },
    OTHER: { summary: 'the second view', completes: 'view' },
    ZONE: { summary: 'this zone only', optional: true, completes: 'zone' },
  },
  options: {},
  examples: [
    { line: 'view diff public internal', summary: 'everything that only insiders see, or see otherwise' },
    { line: 'view diff public internal example.com', summary: 'one zone of it' },
  ],
  async run(context, input) {
    const { configuration, zones: read } = await openZones(context, (each) =>
      input.ZONE === undefined ? each.zones : [findZone(each, input.ZONE)],
    )
    const [left, right] = [findView(configuration, input.VIEW), findView(configuration, input.OTHER)]
    const { diffProjections } = await import('../projection-text.ts')
    const zones = read.map(({ zone, views }): ZoneDifference => {
      const seenBy = (name: string) => views.find((view) => view.view === name)?.projection
      return { zone: zone.name, differences: diffProjections(seenBy(left), seenBy(right)) }
    })
    return {
      exitCode: ExitCode.Done,
      data: { left, right, zones },
      print: (paper) => describe(paper, left, right, zones),
    }
  },
})

function describe(paper: Paper, left: string, right: string, zones: readonly ZoneDifference[]): string[] {
  const different = zones.filter(({ differences }) => differences.length > 0)
  if (different.length === 0) return [`${printable(left)} and ${printable(right)} see the same.`]
  return [
    paper.bad(`--- ${printable(left)}`),
    paper.good(`+++ ${printable(right)}`),
    ...different.flatMap(({ zone, differences }) => [
      paper.bold(`@@ ${printable(zone)}`),
      ...differences.flatMap((difference) => [
        ...difference.left.map((line) => paper.bad(`-${line}`)),
        ...difference.right.map((line) => paper.good(`+${line}`)),
      ]),
    ]),
  ]
}

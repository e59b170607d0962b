import { type Paper, printable, table } from '../../console/paper.ts'
import type { ViewReport } from '../../server/control/protocol.ts'
import { hasZone } from '../../server/has-zone.ts'
import { reportView } from '../../server/view-report.ts'
import { command } from '../command.ts'
import { openValidConfiguration } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { askServerIfRunning } from '../running-server.ts'

export const viewListCommand = command({
  name: 'view list',
  summary: 'list the views and who gets them',
  description: [
    'Asks the running server, or reads the configuration where none runs. Among views the longest client prefix wins; a view bound to an address that was asked goes first.',
  ],
  arguments: {},
  options: { offline: { summary: 'read the configuration even if a server runs' } },
  examples: [{ line: 'view list', summary: 'the views, their clients and how many zones they have' }],
  async run(context, input) {
    const live = input.offline ? undefined : await askServerIfRunning(context, 'views', {})
    const views = live ?? (await readFromConfiguration(context))
    return {
      exitCode: ExitCode.Done,
      data: { source: live === undefined ? 'files' : 'server', views },
      print: (paper) => [
        ...(live === undefined
          ? [paper.dim(input.offline ? 'From the configuration:' : 'No server runs; from the configuration:')]
          : []),
        ...describe(paper, views),
      ],
    }
  },
})

async function readFromConfiguration(context: Context): Promise<ViewReport[]> {
  const configuration = await openValidConfiguration(context)
  return configuration.views.map((view) =>
    reportView(view, configuration, configuration.zones.filter((zone) => hasZone(view.name, zone)).length),
  )
}

/** Views with their clients one below the other, so that long lists stay readable. */
function describe(paper: Paper, views: readonly ViewReport[]): string[] {
  const columns = [
    { title: 'VIEW' },
    { title: 'CLIENTS' },
    { title: 'ASKED AT' },
    { title: 'ZONES', align: 'right' },
  ] as const
  const rows = views.flatMap(({ view, clients = ['everybody else'], listen = ['every address'], zones }) =>
    Array.from({ length: Math.max(clients.length, listen.length, 1) }, (_, line) => [
      line === 0 ? printable(view) : '',
      printable(clients[line] ?? ''),
      printable(listen[line] ?? ''),
      line === 0 ? String(zones) : '',
    ]),
  )
  return table(paper, columns, rows)
}

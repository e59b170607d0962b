import { Failure } from '../../console/failure.ts'
import type { ViewTest } from '../../server/view-test.ts'
import type { ViewTestText } from '../../server/view-test-question.ts'
import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { openZones } from '../offline.ts'
import { askServerIfRunning } from '../running-server.ts'
import { describeViewTest } from '../view-test-text.ts'

export const viewTestCommand = command({
  name: 'view test',
  summary: 'show what a client would see of a name, and why',
  description: [
    'Asks the question on the road that every query takes, as the client at ADDRESS, and explains the answer: the view and the rule that chose it, how the lookup went (wildcards, cuts, aliases), each record with the file and line it stands in, and what the other views answer to the same question.',
    'The running server is asked; where none runs, the configuration and its zone files are, and the output says so. Nothing of this is ever told to a client.',
    'Private keys are the server’s: without one, `--dnssec` shows what zones that are presigned bring, and nothing else.',
  ],
  arguments: {
    NAME: { summary: 'the name to ask for, absolute with or without the dot at its end' },
    TYPE: { summary: 'the RR type; A when left out', optional: true, completes: 'type' },
  },
  options: {
    from: { value: 'ADDRESS', summary: 'address of the client', required: true },
    at: {
      value: 'ADDRESS@PORT',
      summary: 'where it asks, for views bound to an address; else the first of its family',
    },
    dnssec: { summary: 'ask for signatures and proofs too, as a validating resolver does' },
    offline: { summary: 'work on the files even if a server runs' },
  },
  examples: [
    { line: 'view test db.staging.example.com A --from 198.51.100.7', summary: 'what a stranger learns: nothing' },
    { line: 'view test www.example.com --from 10.0.0.1', summary: 'what an insider sees, and from which file' },
    { line: 'view test example.com MX --from 2001:db8::7 --offline', summary: 'try a change before the reload' },
  ],
  async run(context, input) {
    const text = {
      ...{ name: input.NAME, type: input.TYPE ?? 'A', from: input.from, dnssec: input.dnssec },
      ...(input.at && { at: input.at }),
    }
    const live = input.offline ? undefined : await askServerIfRunning(context, 'view-test', text)
    const test = live ?? (await testOffline(context, text))
    const lead = input.offline ? 'From the files' : 'No server runs: this is what the files say'
    const unsigned = input.dnssec ? ', without what the server would sign' : ''
    const remark = live === undefined ? `${lead}${unsigned}.` : undefined
    return {
      exitCode: ExitCode.Done,
      data: { source: live === undefined ? 'files' : 'server', ...test },
      print: (paper) => describeViewTest(paper, test, remark, context.workingDirectory),
    }
  },
})

async function testOffline(context: Context, text: ViewTestText): Promise<ViewTest> {
  const { configuration, zones } = await openZones(context)
  const { testView } = await import('../../server/view-test.ts')
  const { readViewTestQuestion } = await import('../../server/view-test-question.ts')
  const { openOffline } = await import('../offline-zones.ts')
  const question = readViewTestQuestion(configuration, text)
  if (question.outcome === 'unreadable') {
    throw new Failure({ exitCode: ExitCode.Usage, what: question.reason, next: '`dnsctl view test --help`' })
  }
  return testView(
    {
      configuration,
      generation: openOffline(configuration, zones),
      projection: ({ name }, view) =>
        zones.find(({ zone }) => zone.name === name)?.views.find((each) => each.view === view)?.projection,
    },
    question.value,
  )
}
